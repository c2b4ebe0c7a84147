"""The page of an application: where it stands, what there is to do, whether the conditions are met."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi.responses import Response

from services.portal.calling.explanation import NotDone
from services.portal.calling.services import within
from services.portal.desks.feedback.showing import AskedOnCase, asked_on_case
from services.portal.desks.filing.happening import named_event, who_did
from services.portal.desks.filing.sections import SECTIONS
from services.portal.desks.filing.standing import CaseHead, Row, head_of, next_step
from services.portal.desks.filing.tasks import Found, TaskGroup, task_list
from services.portal.desks.words import Bilingual
from services.portal.frame.access import Person
from services.portal.frame.remaining import days_left
from services.portal.frame.visitor import Visitor
from shared.programme.vocabulary import EvidenceKind
from shared.service.http.routes import router

pages = router()
_OUTCOMES: Final = {
    "met": ("符合", "Met", "done"),
    "not_met": ("不符合", "Not met", "late"),
    "needs_judgement": ("受理后判断", "Judged once accepted", "soon"),
}
_PAGE_OF: Final = {key: section.key for section in SECTIONS for key in section.conditions}
_DOCUMENTS_FOR: Final = {
    "management_body": (EvidenceKind.MANAGEMENT_BODY,),
    "development_plan": (EvidenceKind.DEVELOPMENT_PLAN,),
    "special_fund": (EvidenceKind.SPECIAL_FUND,),
    "industry_and_innovators": (EvidenceKind.INNOVATORS,),
    "institutions_minimum": (EvidenceKind.INSTITUTIONS,),
}
"""What a condition of 四（二） is shown by, besides the form (四（三）3)."""


@dataclass(frozen=True, slots=True)
class ShownCondition:
    """A condition of 四（二）: what can be said of it, why, what mends it and where, which documents show it."""

    outcome: tuple[str, str, str]
    title: Bilingual
    clause: str
    reason: Bilingual
    remedy: Bilingual
    path: str
    documents: tuple[str, ...]
    wanting: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that was done with the application."""

    what: Bilingual
    who: Bilingual
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """The page. ``said`` is what the city asked for, or why it ended; ``feedback`` what its applicants are asked."""

    head: CaseHead
    groups: tuple[TaskGroup, ...]
    conditions: tuple[ShownCondition, ...]
    history: tuple[Happened, ...]
    next: Bilingual
    left: int | None
    said: str
    route_note: str
    escalated: bool
    feedback: AskedOnCase | None

    @property
    def done(self) -> int:
        """Tasks that are done."""
        return sum(group.done for group in self.groups)

    @property
    def total(self) -> int:
        """All tasks."""
        return sum(len(group.tasks) for group in self.groups)


@pages.get("/applications/{case_id}", include_in_schema=False)
async def show(visitor: Person, case_id: str) -> Response:
    path = within("applications", case_id)
    row, found, events, conditions, feedback = await asyncio.gather(
        visitor.get("intake", path),
        visitor.get("intake", f"{path}/findings"),
        visitor.get("intake", f"{path}/timeline"),
        conditions_of(visitor, path),
        asked_on_case(visitor, case_id),
    )
    head = head_of(row, visitor.actor)
    page = CasePage(
        head=head,
        groups=task_list(head, row, found["findings"], conditions),
        conditions=shown_conditions(head, row, conditions),
        history=history(events["events"]),
        next=next_step(row),
        left=days_left(row["due_on"], visitor.today),
        said=row["said"],
        route_note=row["route_note"],
        escalated=row["escalated"],
        feedback=feedback,
    )
    return visitor.page("filing/application.html", page)


async def conditions_of(visitor: Visitor, path: str) -> Sequence[Found]:
    """The conditions of 四（二）; none while there is no form to judge."""
    try:
        report: Mapping[str, Any] = await visitor.get("intake", f"{path}/eligibility")
    except NotDone as refused:
        if refused.explanation.rule != "form-is-written":
            raise
        return ()
    conditions: Sequence[Found] = report["conditions"]
    return conditions


def shown_conditions(head: CaseHead, row: Row, conditions: Sequence[Found]) -> tuple[ShownCondition, ...]:
    """Every condition with its documents: those in the packet, and those that are expected and not there."""
    return tuple(_shown(head, row["attachments"].values(), condition) for condition in conditions)


def history(events: Sequence[Mapping[str, Any]]) -> tuple[Happened, ...]:
    """What was done, the newest first; what makes several seals void is told once."""
    told = [
        Happened(
            named_event(each["type"], each["term"]),
            who_did(each["type"], each["office"], each["actor"]),
            each["recorded_at"],
        )
        for each in reversed(events)
    ]
    return tuple(dict.fromkeys(told))


def _shown(head: CaseHead, attachments: Any, condition: Found) -> ShownCondition:
    kinds = _DOCUMENTS_FOR.get(condition["key"], ())
    titles = tuple(each["title"] for each in attachments if each["kind"] in kinds)
    present = {each["kind"] for each in attachments}
    return ShownCondition(
        outcome=_OUTCOMES[condition["outcome"]],
        title=Bilingual(condition["title_zh"], condition["title_en"]),
        clause=condition["clause"],
        reason=Bilingual(condition["reason_zh"], condition["reason_en"]),
        remedy=Bilingual(condition["remedy_zh"], condition["remedy_en"]),
        path=f"{head.path}/form/{_PAGE_OF[condition['key']]}" if head.editable else "",
        documents=titles,
        wanting=tuple(Bilingual(kind.zh, kind.en) for kind in kinds if kind not in present),
    )


__all__ = ["CasePage", "Happened", "ShownCondition", "history", "pages", "shown_conditions"]
