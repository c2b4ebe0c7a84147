"""The pages of the acts that a form of a few fields is enough for: the form, and the act."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.reviewing.act_forms import ACT_FORMS, ActForm
from services.portal.desks.reviewing.acts import ACCEPT
from services.portal.desks.reviewing.fields import nearest, stand_at
from services.portal.desks.reviewing.who import Officer, OfficerSends
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
Page = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseActPage:
    """The page of an act. ``events`` are those to choose from; ``defects`` what the packet was recorded with."""

    case: Row
    form: ActForm
    events: Sequence[Row] = ()
    defects: Sequence[Row] = ()


def _shows(form: ActForm) -> Page:
    async def show(case_id: str, visitor: Officer) -> Response:
        return await _page(visitor, case_id, form)

    return show


def _does(form: ActForm) -> Page:
    async def do(case_id: str, visitor: OfficerSends) -> Response:
        about = within("cases", case_id, *form.act.path.split("/"))
        if not await visitor.act("review", about, form.body(visitor.form)):
            stand_at(visitor, nearest(form.names))
            return await _page(visitor, case_id, form)
        return visitor.go(f"/cases/{case_id}", form.done.zh, form.done.en)

    return do


async def _page(visitor: Visitor, case_id: str, form: ActForm) -> Response:
    about = within("cases", case_id)
    case, events, packet = await gather(
        visitor.get("review", about),
        _asked(visitor, f"{about}/timeline", any(field.kind == "event" for field in form.fields)),
        _asked(visitor, f"{about}/packet", form.act == ACCEPT),
    )
    view = CaseActPage(case=case, form=form, events=events or (), defects=errors_of(packet) if packet else ())
    return visitor.page("reviewing/act.html", view)


async def _asked(visitor: Visitor, path: str, wanted: bool) -> Any:
    return await visitor.get("review", path) if wanted else None


def errors_of(packet: Row) -> list[Row]:
    """The defects of a packet that keep it from being accepted."""
    return [defect for defect in packet["defects"] if defect["severity"] == "error"]


for _form in ACT_FORMS:
    _path = f"/cases/{{case_id}}/{_form.act.path}"
    pages.add_api_route(_path, _shows(_form), methods=["GET"], include_in_schema=False)
    pages.add_api_route(_path, _does(_form), methods=["POST"], include_in_schema=False)

__all__ = ["CaseActPage", "errors_of", "pages"]
