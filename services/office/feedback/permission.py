"""Who may do what with feedback: whose case it is rates, or who has the receipt; the province answers.

It is asked before anything else: nobody learns of what is not theirs to do.
"""

from __future__ import annotations

from typing import assert_never

from services.office import rules
from services.office.feedback import commands
from services.office.feedback.commands import FeedbackCommand, Handled
from services.office.letter.permission import OFFICERS
from shared.contracts.core import Actor, Refusal, Role
from shared.contracts.office import RatedBy
from shared.contracts.refusing import unless
from shared.programme.divisions import current_code
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised


def not_theirs(command: FeedbackCommand) -> Refusal | None:
    """A refusal for whoever may not do this."""
    actor = command.context.actor
    match command:
        case commands.GiveFeedback(handled=Handled() as handled):
            return _was_not_served(actor, handled)
        case commands.GiveFeedback():
            return None
        case commands.AnswerFeedback():
            return unless(actor.has(*OFFICERS), rules.PROVINCE_ANSWERS_FEEDBACK)
        case _:
            assert_never(command)


def _was_not_served(actor: Actor, handled: Handled) -> Refusal | None:
    """Refuses whoever is no applicant of the case; of an answer, the department that gave it."""
    if handled.step.by_receipt:
        return unless(not actor.has(*OFFICERS), rules.NOT_ONES_OWN_ANSWER)
    part = part_of(actor, county=handled.county, key_uscc=handled.key_uscc)
    return unless(part is not None, rules.OWN_CASE, actor.office)


def part_of(actor: Actor, *, county: str, key_uscc: str) -> RatedBy | None:
    """Which of the two applicants of a case the actor is, if any. A county keeps its cases when its code changes."""
    office = Office.parse(actor.office)
    match office.kind:
        case "county" if actor.has(Role.COUNTY) and current_code(office.code) == current_code(county):
            return RatedBy.COUNTY
        case "unit" if actor.has(Role.KEY_UNIT) and normalised(office.code) == normalised(key_uscc):
            return RatedBy.KEY_UNIT
        case _:
            return None


__all__ = ["not_theirs", "part_of"]
