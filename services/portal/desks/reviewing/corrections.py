"""What is wrong with a packet, item by item: the one-time correction notice, and the refusal of acceptance."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.parts_of_a_packet import name_of_part, parts
from services.portal.desks.reviewing.act_pages import errors_of
from services.portal.desks.reviewing.acts import NOTICE, REFUSE, Act
from services.portal.desks.reviewing.fields import rows_of, stand_at
from services.portal.desks.reviewing.who import Officer, OfficerSends
from services.portal.desks.words import Bilingual
from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
Item = dict[str, str]

DO: Final = "_do"
BY_THE_OFFICER: Final = "found-on-examination"
"""The rule of a point that an officer found, and no check of the form."""
_CLAUSE: Final = "四（四）"
_LEDES: Final = {
    NOTICE: Bilingual(
        "补正事项应一次性告知。再次通知时，只能就补正中改动过的部分或者上次已告知的事项提出。",
        "All corrections are told at once. A later notice may name parts that changed since, and points told before.",
    ),
    REFUSE: Bilingual(
        "不予受理须逐项说明理由。补正期限内不能作出。",
        "Each reason is given by itself. It cannot be done while the time to correct still runs.",
    ),
}
_NOTHING_YET: Final = ({"field": "", "rule": BY_THE_OFFICER, "clause": _CLAUSE, "message": "", "message_zh": ""},)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsPage:
    """The page. ``listed`` is what the service calls its list; ``changed`` are the parts that a correction changed;
    ``told`` the points of the notice before."""

    case: Row
    act: Act
    lede: Bilingual
    listed: str
    items: Sequence[Item]
    choices: Sequence[tuple[str, Bilingual]]
    changed: Sequence[Bilingual]
    told: Sequence[Row]


@pages.get("/cases/{case_id}/correction-notice", include_in_schema=False)
async def notice(case_id: str, visitor: Officer) -> Response:
    return await _page(visitor, case_id, NOTICE)


@pages.post("/cases/{case_id}/correction-notice", include_in_schema=False)
async def tell(case_id: str, visitor: OfficerSends) -> Response:
    return await _send(
        visitor, case_id, NOTICE, Bilingual("补正通知已发出。", "The applicants are told what to correct.")
    )


@pages.get("/cases/{case_id}/refusal", include_in_schema=False)
async def refusal(case_id: str, visitor: Officer) -> Response:
    return await _page(visitor, case_id, REFUSE)


@pages.post("/cases/{case_id}/refusal", include_in_schema=False)
async def refuse(case_id: str, visitor: OfficerSends) -> Response:
    return await _send(visitor, case_id, REFUSE, Bilingual("已决定不予受理。", "Acceptance is refused."))


async def _send(visitor: Visitor, case_id: str, act: Act, done: Bilingual) -> Response:
    items, listed = typed_items(visitor.form), _listed(act)
    if change := visitor.form.text(DO):
        visitor.resumed = True
        return await _page(visitor, case_id, act, with_change(items, change))
    written = [item for item in items if item["field"] or item["message_zh"] or item["message"]]
    if not await visitor.act("review", within("cases", case_id, act.path), {listed: written}):
        stand_at(visitor, _at_the_text)
        return await _page(visitor, case_id, act, written or items)
    return visitor.go(f"/cases/{case_id}", done.zh, done.en)


def typed_items(sent: SentForm) -> list[Item]:
    """The items of a form, in order."""
    return [
        {name: sent.text(f"items.{number}.{name}", str(first)) for name, first in _NOTHING_YET[0].items()}
        for number in rows_of(sent, "items")
    ]


def with_change(items: Sequence[Item], change: str) -> list[Item]:
    """The items with one more, or without one: ``add``, ``remove:2``."""
    verb, _, number = change.partition(":")
    if verb == "add":
        return [*items, *map(dict, _NOTHING_YET)]
    return [item for index, item in enumerate(items) if str(index) != number]


def found_items(packet: Row) -> list[Item]:
    """The items that the packet's recorded defects come to."""
    return [
        {
            "field": part_chosen(defect["field"]),
            "rule": defect["rule"],
            "clause": defect["clause"],
            "message": defect["message_en"],
            "message_zh": defect["message_zh"],
        }
        for defect in errors_of(packet)
    ]


def part_chosen(field: str) -> str:
    """The part to choose for a place of the packet: the nearest that has a name; the place itself where none has."""
    steps = field.replace("[", ".").replace("]", "").removeprefix("form.").split(".")
    within_it = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((path for path in within_it if path in parts()), field)


def _at_the_text(field: str) -> str:
    """Where a remark stands: that the words are missing is said at the Chinese ones."""
    field = field.replace("reasons.", "items.", 1) if field.startswith("reasons") else field
    return f"{field}_zh" if field.endswith(".message") else field


def _listed(act: Act) -> str:
    return "items" if act == NOTICE else "reasons"


async def _page(visitor: Visitor, case_id: str, act: Act, items: Sequence[Item] | None = None) -> Response:
    about = within("cases", case_id)
    case, packet = await gather(visitor.get("review", about), visitor.get("review", f"{about}/packet"))
    again = case["notice_no"] > 0
    if items is None:
        items = [] if again else found_items(packet)
    shown = list(items) or list(_NOTHING_YET)
    unnamed = {item["field"] for item in shown} - parts().keys() - {""}
    view = ItemsPage(
        case=case,
        act=act,
        lede=_LEDES[act],
        listed=_listed(act),
        items=shown,
        choices=[(path, Bilingual(*words)) for path, words in parts().items()]
        + [(path, Bilingual(*name_of_part(path))) for path in sorted(unnamed)],
        changed=[Bilingual(*name_of_part(part)) for part in packet["changed_parts"]],
        told=case["correction_items"] if again else (),
    )
    return visitor.page("reviewing/items.html", view)


__all__ = ["ItemsPage", "found_items", "pages", "part_chosen", "typed_items", "with_change"]
