"""What the county reports: each year's summary and plan, its duties, its rectification; and the receipts it gets."""

from __future__ import annotations

from dataclasses import replace

from fastapi.responses import Response

from services.portal.desks.term import acts
from services.portal.desks.term.act_page import done, open_page, send
from services.portal.desks.term.acts import TermAct
from services.portal.desks.term.papers import keep_paper, keep_papers, kept_places, paper_of, papers_of
from services.portal.desks.term.who import Official, OfficialSends
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()


@pages.get("/districts/{case_id}/reports/{year:number}", include_in_schema=False)
async def yearly_report(visitor: Official, case_id: str, year: int) -> Response:
    return visitor.page("term/report.html", await open_page(visitor, case_id, acts.REPORT, year))


@pages.post("/districts/{case_id}/reports/{year:number}", include_in_schema=False)
async def file_report(visitor: OfficialSends, case_id: str, year: int) -> Response:
    """File both documents at once."""
    kept = [await keep_paper(visitor, case_id, name) for name in ("summary", "plan")]
    papers = {name: paper for name in ("summary", "plan") if (paper := paper_of(visitor.form, name)) is not None}
    if not all(kept) or not await send(visitor, case_id, "/reports", {"year": year, **papers}):
        return await yearly_report(visitor, case_id, year)
    said = (
        f"{year}年度总结和计划已报送市（州）科技局和省科技厅。",
        f"The report of {year} is with the city and the province.",
    )
    return done(visitor, case_id, said)


@pages.get("/districts/{case_id}/receipts/{year:number}", include_in_schema=False)
async def receipt(visitor: Official, case_id: str, year: int) -> Response:
    return visitor.page("term/receipt.html", await open_page(visitor, case_id, acts.RECEIPT, year))


@pages.post("/districts/{case_id}/receipts/{year:number}", include_in_schema=False)
async def give_receipt(visitor: OfficialSends, case_id: str, year: int) -> Response:
    """Give the receipt of the officer's own office."""
    if not await send(visitor, case_id, "/report-receipts", {"year": year}):
        return await receipt(visitor, case_id, year)
    return done(visitor, case_id, (f"{year}年度报告回执已出具。", f"The receipt of {year} is given."))


@pages.get("/districts/{case_id}/duties", include_in_schema=False)
async def duties(visitor: Official, case_id: str) -> Response:
    return await _with_papers(visitor, case_id, acts.DUTY, "term/duty.html", "evidence")


@pages.post("/districts/{case_id}/duties", include_in_schema=False)
async def report_duty(visitor: OfficialSends, case_id: str) -> Response:
    """Report on one of the five duties."""
    kept = await keep_papers(visitor, case_id, "evidence")
    told = {name: visitor.form.text(name) for name in ("duty", "text")}
    body = {**told, "evidence": papers_of(visitor.form, "evidence")}
    if not kept or not await send(visitor, case_id, "/duties", body):
        return await duties(visitor, case_id)
    return done(visitor, case_id, ("重点任务进展已报告。", "The progress of the duty is on record."))


@pages.get("/districts/{case_id}/rectification/report", include_in_schema=False)
async def rectification(visitor: Official, case_id: str) -> Response:
    return await _with_papers(visitor, case_id, acts.RECTIFIED, "term/rectified.html", "documents")


@pages.post("/districts/{case_id}/rectification/report", include_in_schema=False)
async def report_rectified(visitor: OfficialSends, case_id: str) -> Response:
    """Report what was mended."""
    kept = await keep_papers(visitor, case_id, "documents")
    body = {"text": visitor.form.text("text"), "documents": papers_of(visitor.form, "documents")}
    if not kept or not await send(visitor, case_id, "/rectification/report", body):
        return await rectification(visitor, case_id)
    return done(visitor, case_id, ("整改报告已报送。", "The report of the rectification is filed."))


async def _with_papers(visitor: Visitor, case_id: str, act: TermAct, template: str, name: str) -> Response:
    page = await open_page(visitor, case_id, act)
    return visitor.page(template, replace(page, about=kept_places(visitor.form, name)))


__all__ = ["pages"]
