"""Acts whose form is sent as it is written: one page and one command each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi.responses import Response

from services.portal.desks.term import acts
from services.portal.desks.term.act_page import done, open_page, send, whole_number
from services.portal.desks.term.acts import TermAct
from services.portal.desks.term.who import Official, OfficialSends
from services.portal.desks.term.words import Pair
from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainAct:
    """An act with its template, the path of lifecycle's command, and the fields of its form: texts, and whole
    ``numbers``. ``said`` is what the next page says."""

    act: TermAct
    template: str
    command: str
    said: Pair
    texts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def body(self, form: SentForm) -> dict[str, object]:
        """What is sent of a form. What may be left out is left out where nothing was typed."""
        wanted: dict[str, object] = {name: form.text(name) for name in self.texts}
        numbers = {name: whole_number(form.text(name)) for name in self.numbers}
        return wanted | {name: value for name, value in numbers.items() if value != "" or name not in self.optional}


PLAIN: Final = (
    PlainAct(
        act=acts.SUPPORT,
        template="term/support.html",
        command="/support",
        texts=("kind", "held_on", "findings"),
        said=("已记录在案。", "It is on record."),
    ),
    PlainAct(
        act=acts.OPEN,
        template="term/assessment.html",
        command="/assessment",
        said=("期满考核已启动。", "The assessment is open."),
    ),
    PlainAct(
        act=acts.RECOMMEND,
        template="term/recommendation.html",
        command="/recommendation",
        said=("已优先推荐申报国家试验区。", "It is recommended for the national zone."),
    ),
    PlainAct(
        act=acts.RETAIN,
        template="term/retention.html",
        command="/retention",
        said=("称号已保留，下一建设期开始。", "The title is kept; the next cycle begins."),
    ),
    PlainAct(
        act=acts.ORDER,
        template="term/order.html",
        command="/rectification",
        texts=("requirements",),
        numbers=("months",),
        optional=("months",),
        said=("整改通知已下达。", "The district is ordered to rectify."),
    ),
    PlainAct(
        act=acts.EXTEND,
        template="term/extension.html",
        command="/rectification/extension",
        texts=("reason",),
        numbers=("months",),
        said=("整改期限已延长。", "The district has more time."),
    ),
    PlainAct(
        act=acts.REASSESS,
        template="term/reassessment.html",
        command="/rectification/reassessment",
        texts=("thinking", "practice", "reasons"),
        said=("复核结果已作出。", "The result of the reassessment is on record."),
    ),
    PlainAct(
        act=acts.INVITE,
        template="term/hearing.html",
        command="/hearing",
        texts=("grounds",),
        said=("已告知陈述申辩权利。", "The district is invited to state and defend."),
    ),
    PlainAct(
        act=acts.STATE,
        template="term/statement.html",
        command="/hearing/statements",
        texts=("text",),
        said=("陈述申辩已报送省科技厅。", "Your statement is with the province."),
    ),
)


def _add(plain: PlainAct) -> None:
    path = f"/districts/{{case_id}}/{plain.act.path}"

    async def page(visitor: Visitor, case_id: str) -> Response:
        return visitor.page(plain.template, await open_page(visitor, case_id, plain.act))

    async def show(visitor: Official, case_id: str) -> Response:
        return await page(visitor, case_id)

    async def do(visitor: OfficialSends, case_id: str) -> Response:
        if not await send(visitor, case_id, plain.command, plain.body(visitor.form)):
            return await page(visitor, case_id)
        return done(visitor, case_id, plain.said)

    pages.add_api_route(path, show, methods=["GET"], include_in_schema=False)
    pages.add_api_route(path, do, methods=["POST"], include_in_schema=False)


for _plain in PLAIN:
    _add(_plain)

__all__ = ["PLAIN", "PlainAct", "pages"]
