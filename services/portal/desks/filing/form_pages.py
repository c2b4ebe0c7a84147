"""The pages of the form's sections: read, type, check while typing, save."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.filing import form_views
from services.portal.desks.filing.form_views import SectionPage
from services.portal.desks.filing.saving import READ, TAKEN, Clash, save
from services.portal.desks.filing.sections import BLANK, SECTIONS, Form, FormSection, section
from services.portal.desks.filing.standing import Row, head_of
from services.portal.desks.filing.who import ApplicantSends
from services.portal.desks.filing.written import pasted_rows, qualification_rows, roster_rows, without_blanks, written
from services.portal.frame.access import Person
from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import no_such, router

pages = router()
DO, GO_ON = "_do", "go-on"
PASTED = "_pasted"
_LISTED = {"roster": ("institutions",), "staff": ("staff", "others")}
_NEW_ROW: Mapping[str, dict[str, Any]] = {
    "roster": {"name": "", "uscc": "", "categories": []},
    "staff": {"name": "", "count": None},
}
_FIRST_ROWS = 3
"""Blank rows that an empty list begins with."""


@pages.get("/applications/{case_id}/form/{key}", include_in_schema=False)
async def show(visitor: Person, case_id: str, key: str, resume: str = "") -> Response:
    part = _known(key)
    page = await _read(visitor, case_id, part)
    kept = await visitor.drafts.find(page.path)
    if kept is not None and resume:
        visitor.form, visitor.resumed = SentForm(kept.typed), True
        page = replace(page, rows=_typed_rows(part, visitor.form), read=visitor.form.text(READ) or page.read)
    elif kept is not None:
        page = replace(page, draft=kept.saved_at)
    return visitor.page("filing/section.html", page)


@pages.post("/applications/{case_id}/form/{key}", include_in_schema=False)
async def keep(visitor: ApplicantSends, case_id: str, key: str) -> Response:
    part = _known(key)
    act = visitor.form.text(DO)
    if act and act != GO_ON:
        return await _with_other_rows(visitor, case_id, part, act)
    clash = await save(visitor, case_id, part.of, lambda form: _as_typed(part, visitor.form, form))
    if visitor.explanation is not None:
        return await _again(visitor, case_id, part, clash)
    await visitor.drafts.forget(f"/applications/{case_id}/form/{key}")
    to = _following(case_id, part) if act else f"/applications/{case_id}"
    found = await visitor.get("intake", within("applications", case_id, "findings"))
    return visitor.go(to, *saved_words(part, found["findings"]))


def saved_words(part: FormSection, findings: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """What is said of a section that was saved: also how many of its values are still to be put right."""
    wrong = sum(each.grave for each in form_views.lacks_of(part, findings))
    if not wrong:
        return f"“{part.zh}”已保存。", f"“{part.en}” is saved."
    return (
        f"“{part.zh}”已保存，其中还有{wrong}处须改正或者补齐，报送前请处理。",
        f"“{part.en}” is saved; {wrong} of its values are still to be put right before it is sent.",
    )


@pages.post("/applications/{case_id}/form/{key}/check", include_in_schema=False)
async def check(visitor: ApplicantSends, case_id: str, key: str) -> Response:
    """What the programme says of the form with what is typed now; nothing is saved."""
    part = _known(key)
    row = await visitor.get("intake", within("applications", case_id))
    form = {**(row["form"] or BLANK), **written(part, visitor.form, row["form"] or BLANK)}
    kinds = sorted({each["kind"] for each in row["attachments"].values()})
    body = {"form": form, "evidence": kinds}
    checked = await visitor.attempt(
        visitor.services.post(visitor.sender, "intake", "/eligibility-checks", body, key=visitor.form.key)
    )
    report = checked.body if checked else {"conditions": [], "findings": []}
    conditions = [each for each in report["conditions"] if each["key"] in part.conditions]
    wrong = [each for each in form_views.lacks_of(part, report["findings"]) if each.grave]
    return visitor.page("filing/checked.html", {"conditions": conditions, "troubles": wrong}, status=200)


def _as_typed(part: FormSection, sent: SentForm, stored: Form) -> dict[str, Any]:
    return form_views.taken(part, sent.texts(TAKEN), stored, written(part, sent, stored))


async def _again(visitor: Visitor, case_id: str, part: FormSection, clash: Clash | None) -> Response:
    """The page with what was typed, why it was not saved, and what somebody else wrote meanwhile."""
    page = await _read(visitor, case_id, part)
    page = replace(page, rows=tuple(without_blanks(_typed_rows(part, visitor.form))))
    if clash is not None:
        page = replace(page, disagreements=form_views.disagreements(part, clash))
    else:
        page = replace(page, read=visitor.form.text(READ))
    return visitor.page("filing/section.html", page)


async def _with_other_rows(visitor: Visitor, case_id: str, part: FormSection, act: str) -> Response:
    """The page with a row more or less: nothing is saved by that, and what was typed stays."""
    rows = [dict(row) for row in _typed_rows(part, visitor.form)]
    verb, _, number = act.partition(":")
    if verb == "remove" and number.isdecimal() and int(number) < len(rows):
        del rows[int(number)]
    elif verb == "paste":
        rows = without_blanks(rows) + pasted_rows(visitor.form.text(PASTED))
    elif part.key in _NEW_ROW:
        rows.append(dict(_NEW_ROW[part.key]))
    page = await _read(visitor, case_id, part)
    visitor.resumed = True
    page = replace(page, rows=tuple(rows), read=visitor.form.text(READ))
    return visitor.page("filing/section.html", page)


async def _read(visitor: Visitor, case_id: str, part: FormSection) -> SectionPage:
    path = within("applications", case_id)
    row, found = await asyncio.gather(visitor.get("intake", path), visitor.get("intake", f"{path}/findings"))
    form = row["form"] or BLANK
    return SectionPage(
        head=head_of(row, visitor.actor),
        section=part,
        fields=form_views.shown_fields(part, form),
        rows=_stored_rows(part, form),
        read=form_views.fingerprint_shown(part, form),
        troubles=_troubles(part, row, found["findings"]),
    )


def _troubles(part: FormSection, row: Row, findings: Sequence[Mapping[str, Any]]) -> tuple[form_views.Lack, ...]:
    begun = row["form"] is not None and form_views.fingerprint_shown(part, row["form"]) != (
        form_views.fingerprint_shown(part, BLANK)
    )
    return form_views.lacks_of(part, findings) if begun else ()


def _stored_rows(part: FormSection, form: Form) -> tuple[Mapping[str, Any], ...]:
    if part.key not in _LISTED:
        return ()
    value: Any = form
    for name in _LISTED[part.key]:
        value = value[name]
    first = _FIRST_ROWS if part.key == "roster" else 0
    return tuple(value) or (_NEW_ROW[part.key],) * first


def _typed_rows(part: FormSection, sent: SentForm) -> tuple[Mapping[str, Any], ...]:
    rows = {"roster": roster_rows, "staff": qualification_rows}.get(part.key)
    return tuple(rows(sent)) if rows else ()


def _following(case_id: str, part: FormSection) -> str:
    """The page after a section's: the next section, after the last the documents."""
    at = SECTIONS.index(part) + 1
    return f"/applications/{case_id}/" + (f"form/{SECTIONS[at].key}" if at < len(SECTIONS) else "evidence")


def _known(key: str) -> FormSection:
    part = section(key)
    if part is None or part.key == "coverage":
        raise no_such("key")
    return part


__all__ = ["pages"]
