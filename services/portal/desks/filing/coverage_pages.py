"""The pages of the matrix of services: the whole of it, and one kind of intellectual property at a time."""

from __future__ import annotations

from dataclasses import replace

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.filing import coverage
from services.portal.desks.filing.coverage import CoveragePage
from services.portal.desks.filing.saving import READ, Clash, save
from services.portal.desks.filing.sections import BLANK, fingerprint_of
from services.portal.desks.filing.standing import head_of
from services.portal.desks.filing.who import ApplicantSends
from services.portal.frame.access import Person
from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor
from shared.programme.vocabulary import IpKind
from shared.service.http.routes import no_such, router

pages = router()


@pages.get("/applications/{case_id}/form/coverage", include_in_schema=False)
async def whole(visitor: Person, case_id: str) -> Response:
    return visitor.page("filing/coverage.html", await _read(visitor, case_id, None))


@pages.get("/applications/{case_id}/form/coverage/{kind}", include_in_schema=False)
async def one_kind(visitor: Person, case_id: str, kind: str, resume: str = "") -> Response:
    page = await _read(visitor, case_id, _known(kind))
    kept = await visitor.drafts.find(page.path)
    if kept is not None and resume and page.ip:
        sent = SentForm(kept.typed)
        page = replace(page, chosen=coverage.chosen_in(coverage.typed_cells(sent, page.ip)), read=sent.text(READ))
    elif kept is not None:
        page = replace(page, draft=kept.saved_at)
    return visitor.page("filing/coverage.html", page)


@pages.post("/applications/{case_id}/form/coverage/{kind}", include_in_schema=False)
async def keep(visitor: ApplicantSends, case_id: str, kind: str) -> Response:
    ip = _known(kind)
    typed = coverage.typed_cells(visitor.form, ip)
    clash = await save(
        visitor,
        case_id,
        lambda form: {"cells": coverage.cells_of(form, ip)},
        lambda form: coverage.with_cells(form, ip, typed),
    )
    if visitor.explanation is not None:
        return await _again(visitor, case_id, ip, clash)
    await visitor.drafts.forget(f"/applications/{case_id}/form/coverage/{kind}")
    to = f"/applications/{case_id}/form/coverage"
    return visitor.go(to, f"“{ip.zh}”的服务已保存。", f"The services for “{ip.en}” are saved.")


async def _again(visitor: Visitor, case_id: str, ip: IpKind, clash: Clash | None) -> Response:
    page = await _read(visitor, case_id, ip)
    chosen = coverage.chosen_in(coverage.typed_cells(visitor.form, ip))
    page = replace(page, chosen=chosen, read=page.read if clash else visitor.form.text(READ))
    if clash is not None:
        page = replace(page, theirs=coverage.told(clash.theirs["cells"], page.firms))
    return visitor.page("filing/coverage.html", page)


async def _read(visitor: Visitor, case_id: str, ip: IpKind | None) -> CoveragePage:
    row = await visitor.get("intake", within("applications", case_id))
    form = row["form"] or BLANK
    cells = coverage.cells_of(form, ip) if ip else []
    return CoveragePage(
        head=head_of(row, visitor.actor),
        rows=coverage.matrix(form),
        firms=coverage.firms_of(form),
        ip=ip,
        chosen=coverage.chosen_in(cells),
        read=fingerprint_of({"cells": cells}),
    )


def _known(kind: str) -> IpKind:
    try:
        return IpKind(kind)
    except ValueError:
        raise no_such("kind") from None


__all__ = ["pages"]
