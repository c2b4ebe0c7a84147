"""A correction notice beside what was changed since, and its answer (四（四）)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.filing.form_views import listed
from services.portal.desks.filing.places import WayOut, page_of, place_of, ways_to_mend
from services.portal.desks.filing.standing import CaseHead, head_of
from services.portal.desks.filing.who import ApplicantSends
from services.portal.desks.words import Bilingual
from services.portal.frame.access import Person
from services.portal.frame.remaining import days_left
from services.portal.frame.visitor import Visitor
from shared.contracts.intake import Sealer
from shared.programme.forms import FIELDS
from shared.programme.vocabulary import EvidenceKind
from shared.service.http.routes import router

pages = router()
_NAMES: Final[Mapping[str, Bilingual]] = {field.path: Bilingual(field.zh, field.en) for field in FIELDS} | {
    "institutions": Bilingual("服务机构名册", "The roster"),
    "staff.others": Bilingual("其他资质", "Other qualifications"),
    "coverage.cells": Bilingual("服务覆盖", "Services offered"),
    "declared_counts": Bilingual("填报的机构数", "The counts as stated"),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A part that was changed: before and now."""

    name: Bilingual
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One thing that the notice asks for, where it is mended, and what was changed there."""

    text: Bilingual
    clause: str
    path: str
    changes: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionPage:
    """The page. ``besides`` was changed though no item names its place; ``wanting`` are the seals still to be set."""

    head: CaseHead
    notice_no: int
    left: int | None
    items: tuple[NoticeItem, ...]
    besides: tuple[ShownChange, ...]
    wanting: tuple[Bilingual, ...]
    errors: int
    ways: tuple[WayOut, ...] = ()

    @property
    def may_answer(self) -> bool:
        """Whether the reader's office sends the answer."""
        return self.head.mine is Sealer.COUNTY


@pages.get("/applications/{case_id}/correction", include_in_schema=False)
async def show(visitor: Person, case_id: str) -> Response:
    return await _page(visitor, case_id)


@pages.post("/applications/{case_id}/correction", include_in_schema=False)
async def answer(visitor: ApplicantSends, case_id: str) -> Response:
    if not await visitor.act("intake", within("applications", case_id, "correction"), {}):
        return await _page(visitor, case_id)
    return visitor.go(f"/applications/{case_id}", "补正已报送省科技厅。", "The correction is sent to the province.")


async def _page(visitor: Visitor, case_id: str) -> Response:
    path = within("applications", case_id)
    row, changed, packet = await asyncio.gather(
        visitor.get("intake", path), visitor.get("intake", f"{path}/changes"), visitor.get("intake", f"{path}/packet")
    )
    head = head_of(row, visitor.actor)
    items, besides = paired(head, row["correction_items"], changed)
    page = CorrectionPage(
        head=head,
        notice_no=row["notice_no"],
        left=days_left(row["due_on"], visitor.today),
        items=items,
        besides=besides,
        wanting=tuple(Bilingual(each["message_zh"], each["message"]) for each in packet["seals_wanting"]),
        errors=row["error_count"],
        ways=ways_to_mend(head, visitor.explanation),
    )
    return visitor.page("filing/correction.html", page)


def paired(
    head: CaseHead, items: Sequence[Mapping[str, Any]], changed: Mapping[str, Any]
) -> tuple[tuple[NoticeItem, ...], tuple[ShownChange, ...]]:
    """Each item of a notice with the changes at its place, and the changes at no item's place."""
    changes = [(place_of(each["field"]), _of_field(each)) for each in changed["fields"]]
    changes += [(f"evidence.{each['kind']}", _of_document(each)) for each in changed["documents"]]
    shown, used = [], set()
    for item in items:
        place = place_of(item["field"])
        here = [index for index, (where, _) in enumerate(changes) if where == place or where.startswith(f"{place}.")]
        used.update(here)
        text = Bilingual(item["message_zh"] or item["message"], item["message"])
        shown.append(NoticeItem(text, item["clause"], page_of(head, place), tuple(changes[each][1] for each in here)))
    besides = tuple(change for index, (_, change) in enumerate(changes) if index not in used)
    return tuple(shown), besides


def _of_field(change: Mapping[str, Any]) -> ShownChange:
    name = _NAMES.get(change["field"], Bilingual(change["field"], change["field"]))
    return ShownChange(name, _told(change["was"]), _told(change["now"]))


def _of_document(change: Mapping[str, Any]) -> ShownChange:
    kind = EvidenceKind(change["kind"])
    versions = [f"{change['title']}（第{number}版）" if number else "" for number in (change["was"], change["now"])]
    return ShownChange(Bilingual(kind.zh, kind.en), *versions)


def _told(value: Any) -> str:
    if isinstance(value, list):
        return listed(value) if value and "ip" not in value[0] else str(len(value) or "")
    return "" if value is None else str(value)


__all__ = ["CorrectionPage", "NoticeItem", "ShownChange", "pages", "paired"]
