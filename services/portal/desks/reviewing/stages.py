"""The stages of a case in review's own words for them, and what pages call them."""

from __future__ import annotations

from typing import Final

STAGES: Final = {
    "examining": ("形式审查", "Formal examination"),
    "correcting": ("补正", "Correction"),
    "accepted": ("已受理", "Accepted"),
    "material-review": ("材料评审", "Material review"),
    "on-site": ("现场考察", "Site visit"),
    "concluded": ("评审结束", "Panel concluded"),
    "in-publicity": ("公示", "Publicity"),
    "publicity-over": ("待签批", "Awaiting approval"),
    "approved": ("已批复", "Approved"),
    "not-yet": ("暂不确认", "Not yet"),
    "not-accepted": ("不予受理", "Not accepted"),
    "discontinued": ("已撤回", "Withdrawn"),
}
ENDED: Final = ("approved", "not-yet", "not-accepted", "discontinued")
RUNNING: Final = tuple(stage for stage in STAGES if stage not in ENDED)

__all__ = ["ENDED", "RUNNING", "STAGES"]
