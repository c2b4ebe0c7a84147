"""Four fictitious districts from designation to their fate, each step on the day it events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.lifecycle.district import decider
from services.lifecycle.district.commands import DistrictCommand
from services.lifecycle.district.state import District, Hearing, InTerm, Revoked
from shared.contracts.core import Actor, Event, Refusal, Role
from shared.contracts.lifecycle import (
    AnnualReportFiled,
    AssessmentConcluded,
    DistrictDesignated,
    Grade,
    HearingClosed,
    HearingInvited,
    NationalRecommendationMade,
    RectificationLapsed,
    RectificationOrdered,
    TitleRetained,
    TitleRevoked,
)
from tests.lifecycle.situations import (
    acknowledge,
    after,
    close_hearing,
    conclude,
    designate,
    invite,
    kinds,
    lapse,
    missed,
    open_assessment,
    order,
    overdue,
    reassess,
    recommend,
    rectified,
    report,
    retain,
    revoke,
)
from tests.specification import actor


def lived(*commands: DistrictCommand) -> tuple[Sequence[tuple[str, Event]], object]:
    """Each event with the day it took effect, and the state they lead to."""
    state = decider.initial
    dated: list[tuple[str, Event]] = []
    for command in commands:
        outcome = decider.decide(state, command)
        assert not isinstance(outcome, Refusal), f"{command} was refused: {outcome}"
        for event in outcome:
            state = decider.evolve(state, event)
            dated.append((command.context.effective_on.isoformat(), event))
    return dated, state


def of(dated: Sequence[tuple[str, Event]], kind: type[Event]) -> list[str]:
    return [day for day, event in dated if type(event) is kind]


def the(dated: Sequence[tuple[str, Event]], kind: type[Event]) -> Event:
    (event,) = (event for _, event in dated if type(event) is kind)
    return event


def county(code: str) -> Actor:
    return actor(f"county:{code}", Role.COUNTY)


def late_by(dated: Sequence[tuple[str, Event]]) -> dict[int, int]:
    return {event.year: event.late_by for _, event in dated if isinstance(event, AnnualReportFiled)}


def assessed(dated: Sequence[tuple[str, Event]]) -> tuple[str, Grade]:
    event = the(dated, AssessmentConcluded)
    assert isinstance(event, AssessmentConcluded)
    return str(event.score), event.grade


def term(dated: Sequence[tuple[str, Event]], kind: type[DistrictDesignated | TitleRetained]) -> tuple[str, str]:
    event = the(dated, kind)
    assert isinstance(event, DistrictDesignated | TitleRetained)
    return event.first_day.isoformat(), event.last_day.isoformat()


def test_a_jiutai_is_excellent_kept_and_recommended_first() -> None:
    own = county("220113")
    dated, state = lived(
        designate("2018-08-31", "220113"),
        report(2019, "2019-03-20", own),
        acknowledge(2019, "2019-03-21", actor("city:220100", Role.CITY)),
        report(2020, "2020-03-25", own),
        report(2021, "2021-03-18", own),
        open_assessment("2021-05-30"),
        conclude("91", "91", "2021-08-26"),
        recommend("2021-09-10"),
    )
    assert term(dated, DistrictDesignated) == ("2018-08-31", "2021-08-30")
    assert late_by(dated) == {2019: 0, 2020: 0, 2021: 0}
    assert assessed(dated) == ("91.00", Grade.EXCELLENT)
    assert of(dated, AssessmentConcluded) == ["2021-08-26"]
    assert of(dated, NationalRecommendationMade) == ["2021-09-10"]
    assert term(dated, TitleRetained) == ("2021-08-31", "2024-08-30")
    assert isinstance(state, InTerm)
    assert state.recommended


def test_b_yanji_is_qualified_with_one_late_report() -> None:
    own = county("222401")
    dated, state = lived(
        designate("2019-01-15", "222401"),
        report(2019, "2019-03-29", own),
        overdue(2020, "2020-04-01"),
        report(2020, "2020-04-20", own),
        report(2021, "2021-03-30", own),
        open_assessment("2021-10-14"),
        conclude("75", "75", "2022-01-12"),
        retain("2022-01-17"),
    )
    assert term(dated, DistrictDesignated) == ("2019-01-15", "2022-01-14")
    assert late_by(dated) == {2019: 0, 2020: 13, 2021: 0}
    assert assessed(dated) == ("74.00", Grade.QUALIFIED)
    assert of(dated, TitleRetained) == ["2022-01-17"]
    assert term(dated, TitleRetained) == ("2022-01-15", "2025-01-14")
    assert isinstance(state, InTerm)
    assert [one.year for one in state.district.reports] == [2019, 2020, 2021, 2022, 2023, 2024]


def test_c_dongchang_is_unqualified_rectified_and_kept() -> None:
    dated, state = lived(
        designate("2019-08-20"),
        report(2020, "2020-03-30"),
        overdue(2021, "2021-04-01"),
        report(2021, "2021-06-15"),
        report(2022, "2022-03-31"),
        open_assessment("2022-05-19"),
        conclude("56", "56", "2022-08-18"),
        order("2022-08-22"),
        rectified("2023-02-10"),
        reassess("70", "2023-02-28"),
        retain("2023-03-03"),
        report(2023, "2023-03-30"),
    )
    assert term(dated, DistrictDesignated) == ("2019-08-20", "2022-08-19")
    assert late_by(dated)[2021] > 0
    assert assessed(dated) == ("55.00", Grade.UNQUALIFIED)
    ordered = the(dated, RectificationOrdered)
    assert isinstance(ordered, RectificationOrdered)
    assert ordered.due.on == date(2023, 2, 22)
    assert of(dated, TitleRetained) == ["2023-03-03"]
    assert term(dated, TitleRetained) == ("2022-08-20", "2025-08-19")
    assert isinstance(state, InTerm)


def test_d_ningjiang_is_revoked_after_being_heard() -> None:
    own = county("220702")
    dated, state = lived(
        designate("2019-12-26", "220702"),
        overdue(2020, "2020-04-01"),
        missed(2020, "2020-07-01"),
        overdue(2021, "2021-04-01"),
        report(2021, "2021-04-08", own),
        overdue(2022, "2022-04-01"),
        missed(2022, "2022-07-01"),
        open_assessment("2022-09-25"),
        conclude("52", "52", "2022-12-22"),
        order("2022-12-26"),
        lapse("2023-06-26", "2023-06-27"),
        reassess("45", "2023-07-05"),
        invite("2023-07-07"),
        close_hearing("2023-07-14", "2023-07-15"),
        revoke("2023-07-20"),
    )
    assert term(dated, DistrictDesignated) == ("2019-12-26", "2022-12-25")
    assert late_by(dated) == {2021: 5}
    conclusion = the(dated, AssessmentConcluded)
    assert isinstance(conclusion, AssessmentConcluded)
    assert (conclusion.late_years, conclusion.missed_years) == ((2021,), (2020, 2022))
    assert assessed(dated) == ("41.00", Grade.UNQUALIFIED)
    ordered, invited = the(dated, RectificationOrdered), the(dated, HearingInvited)
    assert isinstance(ordered, RectificationOrdered)
    assert isinstance(invited, HearingInvited)
    assert (ordered.due.on, invited.due.on) == (date(2023, 6, 26), date(2023, 7, 14))
    assert of(dated, RectificationLapsed) == ["2023-06-27"]
    assert of(dated, HearingClosed) == ["2023-07-15"]
    assert of(dated, TitleRevoked) == ["2023-07-20"]
    assert isinstance(state, Revoked)


def test_the_state_is_the_fold_of_its_events() -> None:
    commands = (
        designate("2019-12-26"),
        conclude("52", "52", "2022-12-22"),
        order("2022-12-26"),
        lapse("2023-06-26", "2023-06-27"),
        reassess("45", "2023-07-05"),
        invite("2023-07-07"),
    )
    dated, state = lived(*commands)
    assert isinstance(state, Hearing)
    assert isinstance(state.district, District)
    assert kinds(event for _, event in dated) == kinds(after(*commands).events)
