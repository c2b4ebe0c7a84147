"""The stages of a case in review's own words for them, and what pages call them."""

from __future__ import annotations

from typing import Final

from services.portal.desks.words import Bilingual

STAGES: Final = {
    "examining": Bilingual("形式审查", "Formal examination"),
    "correcting": Bilingual("补正", "Correction"),
    "accepted": Bilingual("已受理", "Accepted"),
    "material-review": Bilingual("材料评审", "Material review"),
    "on-site": Bilingual("现场考察", "Site visit"),
    "concluded": Bilingual("评审结束", "Panel concluded"),
    "in-publicity": Bilingual("公示", "Publicity"),
    "publicity-over": Bilingual("待签批", "Awaiting approval"),
    "approved": Bilingual("已批复", "Approved"),
    "not-yet": Bilingual("暂不确认", "Not yet"),
    "not-accepted": Bilingual("不予受理", "Not accepted"),
    "discontinued": Bilingual("已撤回", "Withdrawn"),
}
ENDED: Final = ("approved", "not-yet", "not-accepted", "discontinued")
RUNNING: Final = tuple(stage for stage in STAGES if stage not in ENDED)

__all__ = ["ENDED", "RUNNING", "STAGES"]
