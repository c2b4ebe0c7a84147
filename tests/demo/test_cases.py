"""The sample cases are what they say they are: fictitious, on working days, and possible."""

from __future__ import annotations

import io

import msgspec
import pytest

from deploy.demo.cases import SampleCase, read_cases
from deploy.demo.filing import Filing
from deploy.demo.judging import Judging
from deploy.demo.keeping import Keeping
from deploy.demo.papers import pdf, picture
from deploy.demo.play import act
from deploy.demo.screen import DOING
from shared.programme.dates.calendar import standard_calendar
from shared.programme.eligibility import assess
from shared.programme.forms import ApplicationForm, EvidenceKind, errors, findings
from shared.programme.policy import policy_in_force
from shared.programme.values.uscc import Uscc
from shared.service.files.documents import sniff

CASES, _ = read_cases()


def form_of(case: SampleCase) -> ApplicationForm:
    return msgspec.convert(case.form(), ApplicationForm)


def test_there_are_five_fates() -> None:
    fates = {case.outcome for case in CASES}
    assert fates == {"excellent", "qualified", "rectified and kept", "revoked", "not eligible"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_step_is_on_a_working_day_and_somebody_does_it(case: SampleCase) -> None:
    dates = [step.on for step in case.steps]
    assert dates == sorted(dates)
    for step in case.steps:
        assert standard_calendar().is_working_day(step.on), step
        assert step.do in DOING
        assert any(hasattr(room, step.do) for room in (Filing, Judging, Keeping)), step


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_code_is_right_and_every_person_fictitious(case: SampleCase) -> None:
    form = form_of(case)
    for uscc in (form.county_unit.uscc, form.key_unit.uscc, *(each.uscc for each in form.institutions)):
        assert Uscc.parse(uscc).text == uscc
    for person in (form.county_contact, form.county_head, form.key_unit_head):
        assert person.email.endswith("@example.invalid")
        assert person.phone.startswith("0000-")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_only_the_ineligible_case_is_ineligible(case: SampleCase) -> None:
    policy = policy_in_force(case.steps[0].on)
    assert not errors(findings(form_of(case), tuple(EvidenceKind), policy))
    unmet = [each.key for each in assess(form_of(case), tuple(EvidenceKind), policy).not_met]
    assert unmet == (["special_fund", "institutions_minimum"] if case.outcome == "not eligible" else [])


def test_a_step_that_nobody_does_is_an_error() -> None:
    step = CASES[0].steps[0]
    with pytest.raises(LookupError):
        act(type(step)(step.case, step.on, "dance"))


def test_the_papers_are_of_the_types_they_say() -> None:
    assert sniff("a.pdf", io.BytesIO(pdf("申请书"))) == "application/pdf"
    assert sniff("a.png", io.BytesIO(picture(120))) == "image/png"
    assert pdf("甲") != pdf("乙")
