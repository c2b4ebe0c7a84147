"""What an approval leads to, and what the calendar says of a district."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import reduce

import pytest

from services.lifecycle.district import decider
from services.lifecycle.district.commands import DistrictCommand
from services.lifecycle.reactions import react, timetable, when_due
from shared.contracts import review
from shared.contracts.core import CST, Envelope, Event, Refusal
from shared.contracts.lifecycle import DistrictDesignated
from shared.programme.forms import ApplicationForm, Unit
from shared.service.deadlines import DeadlineCleared, DeadlineSet
from tests.lifecycle.situations import (
    CASE,
    KEY_UNIT,
    LEAD,
    SYSTEM,
    TITLE,
    at,
    close_hearing,
    conclude,
    designate,
    envelope,
    extend,
    invite,
    kinds,
    lapse,
    order,
    place_of,
    reassess,
    recorded,
    rectified,
    report,
    retain,
)

APPROVED = review.DesignationApproved(
    case_id=CASE,
    document_number="吉科发专〔2019〕88号",
    approved_on=date(2019, 8, 20),
    title=TITLE,
    place=place_of("220502", "2019-08-20"),
    county_unit=Unit(name="通化市东昌区科技主管部门（虚构）"),
    key_unit=KEY_UNIT,
    form=ApplicationForm(county_code="220502"),
    average=Decimal(71),
    policy_version="2018-04-28.1",
    decided_by="head",
)


def agenda(*commands: DistrictCommand) -> dict[str, str]:
    """The deadlines that stand after these commands, with the day on which each fires."""
    standing: dict[str, str] = {}
    for recorded_event in recorded(*commands):
        for change in timetable(recorded_event):
            assert change.ident == CASE
            if isinstance(change, DeadlineCleared):
                standing.pop(change.kind, None)
            else:
                assert change.due.astimezone(CST).time() == time()
                standing[change.kind] = change.due.astimezone(CST).date().isoformat()
    return standing


def fire(kind: str, on: str, *before: DistrictCommand) -> list[str]:
    """What firing a deadline on a day makes happen after these commands."""
    todo = when_due(DeadlineSet(CASE, kind, datetime.combine(date.fromisoformat(on), time(), CST)))
    assert (todo.ident, todo.name) == (CASE, kind)
    state = reduce(decider.evolve, (one.event for one in recorded(*before)), decider.initial)
    outcome = decider.decide(state, todo.command(at(SYSTEM, on)))  # type: ignore[arg-type]
    assert not isinstance(outcome, Refusal)
    return kinds(outcome)


def approval(event: Event = APPROVED) -> Envelope:
    return envelope(event, at(LEAD, "2019-08-20"), 7)


def test_an_approval_designates() -> None:
    (todo,) = react(approval())
    assert (todo.name, todo.ident) == ("designate", CASE)
    command = todo.command(at(SYSTEM, "2019-08-20"))
    outcome = decider.decide(decider.initial, command)  # type: ignore[arg-type]
    assert not isinstance(outcome, Refusal)
    (event,) = outcome
    assert isinstance(event, DistrictDesignated)
    assert (event.place, event.key_unit, event.document_number) == (
        APPROVED.place,
        APPROVED.key_unit,
        APPROVED.document_number,
    )
    assert decider.decide(decider.evolve(decider.initial, event), command) == ()  # type: ignore[arg-type]


def test_nothing_else_of_review_leads_to_anything() -> None:
    assert react(approval(review.NotYetConfirmed(case_id=CASE, reasons="资金未落实", decided_by="head"))) == ()


def test_a_term_sets_its_deadlines() -> None:
    assert agenda(designate("2019-08-20")) == {
        "report-overdue:2020": "2020-04-01",
        "report-missed:2020": "2020-07-01",
        "report-overdue:2021": "2021-04-01",
        "report-missed:2021": "2021-07-01",
        "report-overdue:2022": "2022-04-01",
        "report-missed:2022": "2022-07-01",
        "assessment-opening:1": "2022-05-19",
        "assessment-overdue:1": "2022-08-20",
    }


def test_filing_and_assessing_clear_them_and_the_next_cycle_sets_its_own() -> None:
    reports = [report(2020, "2020-03-30"), report(2021, "2021-03-30"), report(2022, "2022-03-30")]
    lived: tuple[DistrictCommand, ...] = (designate("2019-08-20"), *reports, conclude("70", "70", "2022-08-18"))
    assert agenda(*lived) == {}
    assert list(agenda(*lived, retain("2022-08-22"))) == [
        "report-overdue:2023",
        "report-missed:2023",
        "report-overdue:2024",
        "report-missed:2024",
        "report-overdue:2025",
        "report-missed:2025",
        "assessment-opening:2",
        "assessment-overdue:2",
    ]


def test_rectification_and_hearing_have_their_ends() -> None:
    ordered = (designate("2019-12-26"), conclude("40", "40", "2022-12-22"), order("2022-12-26"))
    assert agenda(*ordered)["rectification"] == "2023-06-27"
    assert agenda(*ordered, extend(2, "2023-06-01"))["rectification"] == "2023-08-29"
    assert "rectification" not in agenda(*ordered, rectified("2023-06-01"))
    heard = (*ordered, lapse("2023-06-26", "2023-06-27"), reassess("45", "2023-07-05"), invite("2023-07-07"))
    assert agenda(*heard)["hearing"] == "2023-07-15"
    assert "hearing" not in agenda(*heard, close_hearing("2023-07-14", "2023-07-15"))


ORDERED = (designate("2019-12-26"), conclude("40", "40", "2022-12-22"), order("2022-12-26"))
HEARD = (*ORDERED, lapse("2023-06-26", "2023-06-27"), reassess("45", "2023-07-05"), invite("2023-07-07"))


@pytest.mark.parametrize(
    ("kind", "on", "before", "happens"),
    [
        ("report-overdue:2021", "2021-04-01", ORDERED[:1], ["AnnualReportOverdue"]),
        ("report-missed:2021", "2021-07-01", ORDERED[:1], ["AnnualReportOverdue", "AnnualReportMissed"]),
        ("report-overdue:2020", "2020-04-01", (ORDERED[0], report(2020, "2020-03-30")), []),
        ("assessment-opening:1", "2022-09-25", ORDERED[:1], ["AssessmentOpened"]),
        ("assessment-overdue:1", "2022-12-26", ORDERED[:1], ["AssessmentOpened", "AssessmentOverdue"]),
        ("assessment-overdue:1", "2022-12-26", ORDERED, []),
        ("rectification", "2023-06-27", ORDERED, ["RectificationLapsed"]),
        ("rectification", "2023-06-26", ORDERED, []),
        ("hearing", "2023-07-15", HEARD, ["HearingClosed"]),
        ("hearing", "2023-07-15", ORDERED, []),
    ],
)
def test_what_is_due_happens_and_what_is_settled_does_not(
    kind: str, on: str, before: tuple[DistrictCommand, ...], happens: list[str]
) -> None:
    assert fire(kind, on, *before) == happens


def test_a_kind_of_another_service_is_unknown() -> None:
    with pytest.raises(KeyError):
        when_due(DeadlineSet(CASE, "publicity", datetime(2023, 1, 1, tzinfo=CST)))
