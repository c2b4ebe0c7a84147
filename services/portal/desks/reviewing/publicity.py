"""Starting publicity for several cases at once: first what would be done, then what became of each."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import Query
from fastapi.responses import Response

from services.portal.calling.explanation import PlainProblem
from services.portal.calling.services import within
from services.portal.desks.conditions import shown_conditions
from services.portal.desks.reviewing.many import do_each, once
from services.portal.desks.reviewing.queue import ON_A_PAGE
from services.portal.desks.reviewing.stages import STAGES
from services.portal.desks.reviewing.who import Officer, OfficerSends
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
MOST: Final = ON_A_PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseToPublicise:
    """A case that was chosen: ``unmet`` are the conditions that do not hold or are not judged. Once it was tried,
    ``refused`` says why it was not done."""

    case: Row
    stage: tuple[str, str]
    unmet: Sequence[tuple[str, str]]
    refused: PlainProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyPublicised:
    """The page; ``tried`` says whether it was done already."""

    rows: Sequence[CaseToPublicise]
    tried: bool = False

    @property
    def done(self) -> int:
        """How many were publicised."""
        return sum(row.refused is None for row in self.rows)


@pages.get("/cases/publicity", include_in_schema=False)
async def preview(visitor: Officer, case: Annotated[tuple[str, ...], Query()] = ()) -> Response:
    return visitor.page("reviewing/publicity.html", ManyPublicised(rows=await _rows(visitor, case)))


@pages.post("/cases/publicity", include_in_schema=False)
async def publicise(visitor: OfficerSends) -> Response:
    chosen = once(visitor.form.texts("case"), MOST)
    refused = await do_each(visitor, chosen, ("publicity",), {"starts_on": visitor.form.text("starts_on")})
    rows = [replace(row, refused=refused.get(row.case["case_id"])) for row in await _rows(visitor, chosen)]
    return visitor.page("reviewing/publicity.html", ManyPublicised(rows=rows, tried=True))


async def _rows(visitor: Visitor, case_ids: Sequence[str]) -> list[CaseToPublicise]:
    return list(await gather(*(_row(visitor, case_id) for case_id in once(case_ids, MOST))))


async def _row(visitor: Visitor, case_id: str) -> CaseToPublicise:
    about = within("cases", case_id)
    case, rows = await gather(visitor.get("review", about), visitor.get("review", f"{about}/conditions"))
    unmet = [(each.title_zh, each.title) for each in shown_conditions(rows) if each.kind != "done"]
    return CaseToPublicise(case=case, stage=STAGES[case["stage"]], unmet=unmet)


__all__ = ["CaseToPublicise", "ManyPublicised", "pages"]
