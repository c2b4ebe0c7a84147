"""The roster of institutions, written as a list: one a line, as it is copied from a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from fastapi.responses import Response

from services.portal.calling.explanation import PlainProblem, Remark
from services.portal.calling.services import within
from services.portal.desks.term import acts
from services.portal.desks.term.act_page import done, open_page, send
from services.portal.desks.term.seen import Row
from services.portal.desks.term.who import Official, OfficialSends
from services.portal.desks.term.words import CATEGORIES
from shared.service.http.routes import router

pages = router()
_BETWEEN = re.compile(r"[\t,，]")
_AMONG = re.compile(r"[、;；/|]")


@pages.get("/districts/{case_id}/roster", include_in_schema=False)
async def roster(visitor: Official, case_id: str) -> Response:
    page = await open_page(visitor, case_id, acts.ROSTER)
    stated = await visitor.get("lifecycle", within("districts", case_id, "rosters"))
    return visitor.page("term/roster.html", replace(page, about=(stated[-1], listed(stated[-1]["institutions"]))))


@pages.post("/districts/{case_id}/roster", include_in_schema=False)
async def state_roster(visitor: OfficialSends, case_id: str) -> Response:
    """State the institutions as of a day."""
    text = visitor.form.text("institutions")
    body = {"as_of": visitor.form.text("as_of"), "institutions": institutions_of(text)}
    if await send(visitor, case_id, "/roster", body):
        return done(visitor, case_id, ("机构名录已更新。", "The roster is on record."))
    if visitor.explanation is not None:
        visitor.explanation = at_their_lines(visitor.explanation, text)
    return await roster(visitor, case_id)


def listed(institutions: Sequence[Row]) -> str:
    """A roster as a list."""
    return "\n".join(
        "，".join((each["name"], each["uscc"], "、".join(CATEGORIES[kind][0] for kind in each["categories"])))
        for each in institutions
    )


def institutions_of(text: str) -> list[dict[str, object]]:
    """The institutions of a list, as lifecycle takes them; blank lines are left out."""
    return [_institution(line) for _, line in _lines(text)]


def at_their_lines(explanation: PlainProblem, text: str) -> PlainProblem:
    """A refusal whose remarks on institutions name the lines, and stand at the list."""
    numbers = [number for number, _ in _lines(text)]
    return replace(explanation, remarks=tuple(_at_its_line(remark, numbers) for remark in explanation.remarks))


def _at_its_line(remark: Remark, numbers: Sequence[int]) -> Remark:
    found = re.match(r"institutions\.(\d+)", remark.field)
    if found is None or int(found[1]) >= len(numbers):
        return remark
    line = numbers[int(found[1])]
    return replace(
        remark, field="institutions", text=f"Line {line}: {remark.text}", text_zh=f"第{line}行：{remark.text_zh}"
    )


def _lines(text: str) -> list[tuple[int, str]]:
    return [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _institution(line: str) -> dict[str, object]:
    """What a line says: name, credit code, categories. Whatever follows belongs to the categories."""
    name, uscc, *rest = (part.strip() for part in [*_BETWEEN.split(line), "", ""])
    kinds = [kind.strip() for part in rest for kind in _AMONG.split(part) if kind.strip()]
    return {"name": name, "uscc": uscc, "categories": kinds}


__all__ = ["at_their_lines", "institutions_of", "listed", "pages"]
