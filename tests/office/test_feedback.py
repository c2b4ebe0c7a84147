"""Feedback in five levels: once for each handling and part, by those who were served; the two lowest are answered."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from services.office import rules
from services.office.feedback import FEEDBACK, commands
from services.office.feedback.commands import Handled
from services.office.figures import figures
from shared.contracts import office as events
from shared.contracts.core import Actor, Due, Role, Rule
from shared.contracts.office import RatedBy
from shared.programme.vocabulary import Satisfaction, ServiceStep
from shared.service.limits.strangers import PUBLIC
from tests.office.people import CITY, CLERK, LEAD, UNIT
from tests.specification import Given, actor, context, given

HANDLING: Final = "3f0c1d52-6a0e-5f55-9d0b-2b1f6d3c9a02"
COUNTY: Final = actor("county:220113", Role.COUNTY)
ELSEWHERE: Final = actor("county:220112", Role.COUNTY)
DECIDED: Final = Handled(case_id="case", step=ServiceStep.DECISION, county="220113", key_uscc="91220113DEM0000224")
LETTER: Final = Handled(case_id="", step=ServiceStep.LETTER, county="", key_uscc="")


def rating(who: Actor = COUNTY, **changed: Any) -> commands.GiveFeedback:
    facts: dict[str, Any] = {"handling_id": HANDLING, "level": Satisfaction.DISSATISFIED, "handled": DECIDED}
    return commands.GiveFeedback(context=context(who, "2018-06-11"), **facts | changed)


def rated(who: Actor = COUNTY, **changed: Any) -> events.FeedbackGiven:
    (event,) = given(FEEDBACK).when(rating(who, **changed)).events
    assert isinstance(event, events.FeedbackGiven)
    return event


def answering(who: Actor = CLERK, **changed: Any) -> commands.AnswerFeedback:
    facts: dict[str, Any] = {"handling_id": HANDLING, "feedback_id": rated().feedback_id, "answer": "已核实并改正。"}
    return commands.AnswerFeedback(context=context(who, "2018-06-20"), **facts | changed)


def history(**changed: Any) -> Given[Any, Any]:
    return given(FEEDBACK, (rated(**changed),))


def test_an_applicant_rates_what_was_handled_for_them() -> None:
    event = rated(words=" 等了很久 ")
    assert (event.case_id, event.step, event.rated_by) == ("case", ServiceStep.DECISION, RatedBy.COUNTY)
    assert (event.level, event.words) == (Satisfaction.DISSATISFIED, "等了很久")


@pytest.mark.parametrize("level", Satisfaction)
def test_the_two_lowest_levels_are_answered_within_fifteen_working_days(level: Satisfaction) -> None:
    lowest = level in (Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED)
    assert rated(level=level).due == (Due(on=date(2018, 7, 3)) if lowest else None)


def test_each_applicant_rates_a_handling_once() -> None:
    history().when(rating()).then()
    history().when(rating(level=Satisfaction.SATISFIED)).refused(rules.RATED_ONCE)
    history().when(rating(words="另有意见")).refused(rules.RATED_ONCE)
    (event,) = history().when(rating(UNIT)).events
    assert isinstance(event, events.FeedbackGiven)
    assert event.rated_by is RatedBy.KEY_UNIT


@pytest.mark.parametrize(
    "who",
    [
        *(PUBLIC, CITY, CLERK, LEAD, ELSEWHERE, actor("unit:91220113DEM0000305", Role.KEY_UNIT)),
        *(actor("county:220113", Role.EXPERT), actor(UNIT.office, Role.EXPERT)),
    ],
)
def test_nobody_else_rates_a_case(who: Actor) -> None:
    given(FEEDBACK).when(rating(who)).refused(rules.OWN_CASE)


def test_a_county_keeps_its_cases_when_its_code_changes() -> None:
    former = Handled(case_id="case", step=ServiceStep.VISIT, county="220381", key_uscc="")
    assert rated(actor("county:220184", Role.COUNTY), handled=former).rated_by is RatedBy.COUNTY


@pytest.mark.parametrize("who", [PUBLIC, COUNTY])
def test_an_answer_is_rated_once_by_whoever_has_its_receipt(who: Actor) -> None:
    assert rated(who, handled=LETTER).rated_by is RatedBy.PUBLIC
    earlier = given(FEEDBACK, (rated(handled=LETTER),))
    earlier.when(rating(who, handled=LETTER, level=Satisfaction.SATISFIED)).refused(rules.RATED_ONCE)


def test_the_department_does_not_rate_its_own_answers() -> None:
    given(FEEDBACK).when(rating(CLERK, handled=LETTER)).refused(rules.NOT_ONES_OWN_ANSWER)


def test_what_was_not_handled_is_not_rated() -> None:
    given(FEEDBACK).when(rating(handled=None)).refused(rules.HANDLING_EXISTS)


def test_the_province_answers_once() -> None:
    done = history().when(answering())
    (event,) = done.events
    assert isinstance(event, events.FeedbackAnswered)
    assert (event.case_id, event.rated_by, event.answer) == ("case", RatedBy.COUNTY, "已核实并改正。")
    done.again().then()
    done.and_then().when(answering(answer="另一反馈")).refused(rules.FEEDBACK_IS_ANSWERED_ONCE)


@pytest.mark.parametrize("who", [COUNTY, CITY, PUBLIC])
def test_nobody_else_answers(who: Actor) -> None:
    history().when(answering(who)).refused(rules.PROVINCE_ANSWERS_FEEDBACK)


@pytest.mark.parametrize(
    ("level", "changed", "rule"),
    [
        (Satisfaction.FAIRLY_SATISFIED, {}, rules.ANSWER_IS_CALLED_FOR),
        (Satisfaction.DISSATISFIED, {"answer": " \u3000"}, rules.ANSWER_SAYS_SOMETHING),
        (Satisfaction.DISSATISFIED, {"feedback_id": HANDLING}, rules.FEEDBACK_EXISTS),
    ],
)
def test_what_needs_no_answer_gets_none_and_an_answer_says_something(
    level: Satisfaction, changed: dict[str, Any], rule: Rule
) -> None:
    history(level=level).when(answering(**changed)).refused(rule)


def test_figures_are_numbers_of_steps_that_were_rated_often_enough() -> None:
    counted = [("letter", "dissatisfied", 2), ("decision", "fairly_satisfied", 2), ("decision", "very_dissatisfied", 1)]
    (only,) = figures(counted, 3)
    assert (only.step, only.ratings, only.satisfied_percent) == (ServiceStep.DECISION, 3, 66.7)
    assert (only.fairly_satisfied, only.very_dissatisfied, only.very_satisfied) == (2, 1, 0)
    assert [each.step for each in figures(reversed(counted), 2)] == [ServiceStep.DECISION, ServiceStep.LETTER]
