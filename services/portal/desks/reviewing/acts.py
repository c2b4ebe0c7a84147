"""The acts of the review: which page each has, and in which stages it is offered.

Offered is not allowed: the service decides, and says why where it refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from services.portal.desks.reviewing.stages import ENDED
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role

OFFICERS: Final = (Role.PROVINCE, Role.PROVINCE_LEAD)
_AFTER_ACCEPTANCE: Final = (
    "accepted",
    "material-review",
    "on-site",
    "concluded",
    "in-publicity",
    "publicity-over",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act of an officer: ``path`` is the page of it below a case, in one of the ``room``s of the portal. ``grave``
    acts end a case; ``rare`` ones are offered last."""

    path: str
    zh: str
    en: str
    stages: tuple[str, ...]
    roles: tuple[Role, ...] = OFFICERS
    grave: bool = False
    rare: bool = False
    room: str = "cases"

    def page_of(self, case_id: str) -> str:
        """The path of its page in a case."""
        return f"/{self.room}/{case_id}/{self.path}"


ACCEPT: Final = Act(path="acceptance", zh="受理", en="Accept", stages=("examining",))
NOTICE: Final = Act(path="correction-notice", zh="出具补正通知", en="Ask for corrections", stages=("examining",))
REFUSE: Final = Act(
    path="refusal", zh="不予受理", en="Refuse acceptance", stages=("examining", "correcting"), grave=True
)
JUDGE: Final = Act(
    path="judgements",
    zh="判断申报条件",
    en="Judge the conditions",
    stages=("accepted", "material-review", "on-site", "concluded"),
)
CONVENE: Final = Act(path="panel", zh="组建专家组", en="Convene the panel", stages=("accepted",))
SEATS: Final = Act(
    path="panel/members",
    zh="专家回避与替补",
    en="Recuse and replace experts",
    stages=("material-review", "on-site"),
    rare=True,
)
GO_ON: Final = Act(
    path="material-review/conclusion", zh="结束材料评审", en="End the material review", stages=("material-review",)
)
VISIT: Final = Act(path="site-visit", zh="安排现场考察", en="Schedule the site visit", stages=("on-site",))
VISIT_DAY: Final = Act(path="site-visit/day", zh="改期考察", en="Reschedule the site visit", stages=("on-site",))
REPORT: Final = Act(path="visit", zh="提交考察报告", en="Report the visit", stages=("on-site",), room="assignments")
CONCLUDE: Final = Act(
    path="panel/conclusion", zh="形成专家组结论", en="Record the panel’s conclusion", stages=("on-site",)
)
PUBLICISE: Final = Act(path="publicity", zh="启动公示", en="Start publicity", stages=("concluded",))
OBJECTIONS: Final = Act(
    path="objections", zh="处理异议", en="Deal with objections", stages=("in-publicity", "publicity-over")
)
APPROVE: Final = Act(path="approval", zh="签批", en="Approve", stages=("publicity-over",), roles=(Role.PROVINCE_LEAD,))
NOT_YET: Final = Act(
    path="not-yet", zh="暂不确认", en="Conclude “not yet”", stages=_AFTER_ACCEPTANCE, grave=True, rare=True
)
CORRECT_RECORD: Final = Act(
    path="record-correction",
    zh="更正记录",
    en="Correct the record",
    stages=("examining", "correcting", *_AFTER_ACCEPTANCE, *ENDED),
    rare=True,
)
ACTS: Final = (
    ACCEPT,
    NOTICE,
    REFUSE,
    JUDGE,
    CONVENE,
    SEATS,
    GO_ON,
    VISIT,
    REPORT,
    VISIT_DAY,
    CONCLUDE,
    PUBLICISE,
    OBJECTIONS,
    APPROVE,
    NOT_YET,
    CORRECT_RECORD,
)


def acts_of(visitor: Visitor, case: Mapping[str, Any], *, judged: bool) -> list[Act]:
    """What this person is offered in a case as it stands. ``judged`` says that no condition is left to judge: it may
    be judged again. What is answered already may be read again."""
    offered = [act for act in ACTS if case["stage"] in act.stages and visitor.is_(*act.roles)]
    done = {JUDGE.path: judged, OBJECTIONS.path: not case.get("objections_unanswered")}
    return [replace(act, rare=act.rare or done.get(act.path, False)) for act in offered if not _idle(act, case)]


def _idle(act: Act, case: Mapping[str, Any]) -> bool:
    """Whether there is nothing for it to do: no visit to put off, no objection to answer."""
    planned, made = case.get("visit_on") is not None, case.get("visited_on") is not None
    return {
        VISIT.path: planned,
        VISIT_DAY.path: not planned or made,
        REPORT.path: not planned or made,
        CONCLUDE.path: not made,
        OBJECTIONS.path: not case.get("objections"),
    }.get(act.path, False)


__all__ = [
    "ACCEPT",
    "ACTS",
    "APPROVE",
    "CONCLUDE",
    "CONVENE",
    "CORRECT_RECORD",
    "GO_ON",
    "JUDGE",
    "NOTICE",
    "NOT_YET",
    "OBJECTIONS",
    "OFFICERS",
    "PUBLICISE",
    "REFUSE",
    "REPORT",
    "SEATS",
    "VISIT",
    "VISIT_DAY",
    "Act",
    "acts_of",
]
