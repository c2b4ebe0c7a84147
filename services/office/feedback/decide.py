"""What a command makes happen to the feedback on a handling: each command once."""

from __future__ import annotations

from typing import assert_never

from services.office import rules
from services.office.feedback import commands
from services.office.feedback.commands import FeedbackCommand, Handled
from services.office.feedback.permission import not_theirs
from services.office.feedback.state import FeedbackOnFile, FeedbackState
from shared.contracts import office as events
from shared.contracts.core import Actor, Due, Outcome, Refusal, Role, derived_id
from shared.contracts.office import RatedBy
from shared.contracts.refusing import first, unless
from shared.programme.dates.announced import calendar
from shared.programme.policy import policy
from shared.programme.values.writing import is_blank
from shared.programme.vocabulary import ServiceStep


def decide(state: FeedbackState, command: FeedbackCommand) -> Outcome:
    """The events that a command makes happen to feedback, or the rule that refuses it."""
    if refusal := not_theirs(command):
        return refusal
    match command:
        case commands.GiveFeedback(handled=Handled() as handled):
            return _give(state, command, handled)
        case commands.GiveFeedback():
            return Refusal(rules.HANDLING_EXISTS)
        case commands.AnswerFeedback():
            found = state.on_file.get(command.feedback_id)
            return Refusal(rules.FEEDBACK_EXISTS) if found is None else _answer(found, command)
        case _:
            assert_never(command)


def _give(state: FeedbackState, command: commands.GiveFeedback, handled: Handled) -> Outcome:
    """一次一评: nothing where the very same was said before, refused where something else was."""
    given = _given(command, handled)
    before = state.on_file.get(given.feedback_id)
    if before is None:
        return (given,)
    said = before.given
    same = (said.level, said.words) == (given.level, given.words)
    return unless(same, rules.RATED_ONCE, said.level.en, detail_zh=said.level.zh) or ()


def _given(command: commands.GiveFeedback, handled: Handled) -> events.FeedbackGiven:
    by = _rated_by(command.context.actor, handled.step)
    return events.FeedbackGiven(
        feedback_id=str(derived_id("feedback", command.handling_id, by)),
        handling_id=command.handling_id,
        case_id=handled.case_id,
        step=handled.step,
        rated_by=by,
        level=command.level,
        words=command.words.strip(),
        due=_due(command) if command.level.calls_for_an_answer else None,
    )


def _rated_by(actor: Actor, step: ServiceStep) -> RatedBy:
    if step.by_receipt:
        return RatedBy.PUBLIC
    return RatedBy.COUNTY if actor.has(Role.COUNTY) else RatedBy.KEY_UNIT


def _due(command: commands.GiveFeedback) -> Due:
    days = policy(command.context.policy_version).feedback_working_days
    return calendar(command.context.calendar).add_working_days(command.context.effective_on, days)


def _answer(found: FeedbackOnFile, command: commands.AnswerFeedback) -> Outcome:
    given, answered = found.given, found.answered
    if answered is not None:
        return unless(answered.answer == command.answer, rules.FEEDBACK_IS_ANSWERED_ONCE) or ()
    refusal = first(
        unless(given.level.calls_for_an_answer, rules.ANSWER_IS_CALLED_FOR, given.level.en, detail_zh=given.level.zh),
        unless(not is_blank(command.answer), rules.ANSWER_SAYS_SOMETHING, field="answer"),
    )
    return refusal or (
        events.FeedbackAnswered(
            feedback_id=given.feedback_id,
            handling_id=given.handling_id,
            case_id=given.case_id,
            step=given.step,
            rated_by=given.rated_by,
            answer=command.answer,
        ),
    )


__all__ = ["decide"]
