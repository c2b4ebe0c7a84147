"""How much may be said: what is just within a bound is taken, what is just beyond it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from services.intake import rules
from services.intake.application.commands import ReviseForm
from shared.contracts.core import derived_id
from shared.contracts.intake import ApplicationEndorsed, AttachmentAdded, FormRevised, PaperApplicationKeyed
from shared.programme.forms import (
    CategoryCount,
    CoverageCell,
    CoverageMatrix,
    EvidenceKind,
    IpKind,
    ServiceCategory,
    ServiceKind,
    StaffCounts,
    Unit,
)
from shared.programme.policy import policy
from tests.intake import cases
from tests.intake.cases import CASE, COUNTY, by, form, history
from tests.intake.test_paper_and_corrections import key

LAW = policy("2018-04-28.1")
EVERY_CELL = tuple(CoverageCell(ip=ip, service=service) for ip, service in product(IpKind, ServiceKind))
EVERY_CATEGORY = tuple(CategoryCount(category=category, count=1) for category in ServiceCategory)


def counted(count: int) -> dict[str, object]:
    return {"declared_counts": (CategoryCount(category=ServiceCategory.AGENCY, count=count),)}


def covered(*codes: str) -> dict[str, object]:
    cells = (CoverageCell(ip=IpKind.PATENT, service=ServiceKind.AGENCY, institutions=codes),)
    return {"coverage": CoverageMatrix(cells=cells)}


@pytest.mark.parametrize(
    "changes",
    [
        counted(0),
        counted(LAW.count_max),
        {"declared_counts": EVERY_CATEGORY},
        {"coverage": CoverageMatrix(cells=EVERY_CELL)},
        covered(*["9"] * LAW.roster_max),
        covered("9" * LAW.name_max),
        {"district_basis": "长" * LAW.text_max},
        {"staff": StaffCounts(total=LAW.count_max)},
    ],
)
def test_a_form_holds_what_is_just_within_its_bounds(changes: dict[str, object]) -> None:
    command = ReviseForm(context=by(COUNTY), case_id=CASE, form=form(**changes))
    history(cases.opened()).when(command).then_kinds(FormRevised)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (counted(-1), "form.declared_counts[0].count"),
        (counted(LAW.count_max + 1), "form.declared_counts[0].count"),
        ({"declared_counts": (*EVERY_CATEGORY, EVERY_CATEGORY[0])}, "form.declared_counts"),
        ({"coverage": CoverageMatrix(cells=(*EVERY_CELL, EVERY_CELL[0]))}, "form.coverage.cells"),
        (covered(*["9"] * (LAW.roster_max + 1)), "form.coverage.cells[0].institutions"),
        (covered("9", "9" * (LAW.name_max + 1)), "form.coverage.cells[0].institutions"),
        (covered("9\t9", "9"), "form.coverage.cells[0].institutions"),
    ],
)
def test_a_form_holds_nothing_beyond_its_bounds(changes: dict[str, object], field: str) -> None:
    command = ReviseForm(context=by(COUNTY), case_id=CASE, form=form(**changes))
    refusal = history(cases.opened()).when(command).refused(rules.FORM_IS_POSSIBLE)
    assert field in {reason.field for reason in refusal.reasons}


def test_an_opinion_may_be_long_and_have_lines() -> None:
    events = cases.awaiting()
    opinion = "同意申报。\n" + "理" * (LAW.text_max - 6)
    endorsed = history(events).when(cases.endorse(events, opinion=opinion)).events[1]
    assert isinstance(endorsed, ApplicationEndorsed)
    assert endorsed.opinion == opinion


@pytest.mark.parametrize("opinion", ["理" * (LAW.text_max + 1), "同意\x00"])
def test_an_opinion_is_plain_and_no_longer_than_the_policy_allows(opinion: str) -> None:
    events = cases.awaiting()
    refusal = history(events).when(cases.endorse(events, opinion=opinion)).refused(rules.TEXT_IS_PLAIN, field="opinion")
    assert refusal.detail


def test_a_title_is_one_line_and_no_longer_than_the_policy_allows() -> None:
    draft = history(cases.opened())
    titled = cases.add(EvidenceKind.WORK_PLAN)
    draft.when(replace(titled, title="方" * LAW.name_max)).then_kinds(AttachmentAdded)
    for title in ("方" * (LAW.name_max + 1), "方案\n二稿", "=?utf-8?b?5pa5?=", "方案\x00"):
        draft.when(replace(titled, title=title)).refused(rules.TEXT_IS_PLAIN, field="title")


def test_paper_is_keyed_in_until_the_last_of_the_policys_days() -> None:
    today = date(2019, 9, 5)
    backdated = LAW.backdated("intake.KeyPaperApplication")
    assert backdated is not None
    last = today - timedelta(days=backdated.days)
    history().when(key(received_on=last)).then_kinds(PaperApplicationKeyed)
    too_early = key(received_on=last - timedelta(days=1))
    history().when(too_early).refused(rules.RECEIVED_NOT_LONG_AGO, field="received_on")


def test_paper_holds_as_many_documents_as_the_policy_allows_and_names_them_by_their_order() -> None:
    untitled = replace(key().documents[0], title="")
    (keyed,) = history().when(key(documents=(untitled,) * LAW.attachments_max)).then_kinds(PaperApplicationKeyed).events
    assert isinstance(keyed, PaperApplicationKeyed)
    assert [attachment.attachment_id for attachment in keyed.attachments] == [
        str(derived_id("paper", CASE, str(number))) for number in range(1, LAW.attachments_max + 1)
    ]
    assert {(attachment.title, attachment.version) for attachment in keyed.attachments} == {
        (EvidenceKind.WORK_PLAN.zh, 1)
    }
    (titled,) = history().when(key()).events
    assert isinstance(titled, PaperApplicationKeyed)
    assert [attachment.title for attachment in titled.attachments] == ["工作方案"]


def test_a_title_on_paper_may_be_left_out_but_not_broken() -> None:
    broken = (*key().documents, replace(key().documents[0], title="方案\n二稿"))
    history().when(key(documents=broken)).refused(rules.TEXT_IS_PLAIN, field="documents[1].title")


def test_names_and_codes_are_kept_as_they_are_written_rightly() -> None:
    blank = replace(cases.add(EvidenceKind.WORK_PLAN), title=" 工作方案 ")
    (added,) = history(cases.opened()).when(blank).then_kinds(AttachmentAdded).events
    assert isinstance(added, AttachmentAdded)
    assert added.attachment.title == "工作方案"
    command = key()
    loose = Unit(name=f" {command.key_unit.name} ", uscc=command.key_unit.uscc.lower())
    titled = replace(command.documents[0], title=" 工作方案 ")
    (keyed,) = history().when(key(key_unit=loose, documents=(titled,))).then_kinds(PaperApplicationKeyed).events
    assert isinstance(keyed, PaperApplicationKeyed)
    assert keyed.key_unit == keyed.form.key_unit == command.key_unit
    assert keyed.attachments[0].title == "工作方案"
