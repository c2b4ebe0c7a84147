"""A mistake in the record, put right by a further event; the event that it corrects stays."""

from __future__ import annotations

from services.intake import rules
from services.intake.application.commands import CorrectRecord
from services.intake.application.state import OpenedStage
from services.intake.application.texts import unfit_prose
from shared.contracts import intake as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.policy import Policy, policy
from shared.programme.record import blank_part, decide_correction


def correct_record(stage: OpenedStage, command: CorrectRecord) -> Outcome:
    """At any stage; nothing where the same was corrected before."""
    application = stage.application
    if refusal := _says_too_little(command, policy(application.policy_version)):
        return refusal
    if command.recorded is None:
        return Refusal(rules.CORRECTED_EVENT_EXISTS, str(command.corrects), "corrects")
    return decide_correction(command, command.recorded, events.RecordCorrected, application.record_corrections)


def _says_too_little(command: CorrectRecord, by: Policy) -> Refusal | None:
    blank = blank_part(command)
    texts = {
        "field": command.field,
        "was": command.was,
        "now": command.now,
        "why": command.why,
        "on_word_of": command.on_word_of,
    }
    return first(
        unless(blank is None, rules.CORRECTION_SAYS_SOMETHING, field=blank or ""),
        *(unfit_prose(text, field, by) for field, text in texts.items() if text),
        unless(command.now != command.was, rules.CORRECTION_SAYS_SOMETHING, field="now"),
    )
