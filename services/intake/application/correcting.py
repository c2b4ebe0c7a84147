"""After the filing: answering a correction notice, the end of the review, and corrections of the record (四（四）)."""

from __future__ import annotations

from services.intake import rules
from services.intake.application.checks import listed, packet_findings, seals_wanting, unfit_text
from services.intake.application.commands import CloseApplication, CorrectRecord, FileCorrection, OpenCorrection
from services.intake.application.endorsing import hands
from services.intake.application.state import Application, Closed, Correcting, Draft, Filed, NotOpened, Stage
from shared.contracts.core import Outcome, Refusal
from shared.contracts.intake import (
    ApplicationClosed,
    CorrectionFiled,
    CorrectionOpened,
    FilingRoute,
    RecordCorrected,
    Sealer,
)
from shared.programme.forms import errors
from shared.programme.policy import policy
from shared.programme.record import blank_part, decide_correction


def open_correction(stage: Stage, command: OpenCorrection) -> Outcome:
    """The province's notice reaches the packet; nothing where it was answered already, or taken back meanwhile."""
    if not isinstance(stage, Filed) or stage.answered >= command.notice_no:
        return ()
    return (
        CorrectionOpened(
            case_id=stage.application.case_id, notice_no=command.notice_no, items=command.items, due=command.due
        ),
    )


def file_correction(stage: Stage, command: FileCorrection) -> Outcome:
    """The corrected packet goes to the province: without errors, and with the seals that the policy asks for."""
    if isinstance(stage, Filed) and stage.answered:
        return ()
    if isinstance(stage, NotOpened):
        return Refusal(rules.NO_SUCH_APPLICATION)
    if not isinstance(stage, Correcting):
        return Refusal(rules.NOT_IN_CORRECTION)
    application = stage.application
    if refusal := _unfit(stage, application):
        return refusal
    if application.form is None:
        return Refusal(rules.FORM_IS_WRITTEN)
    now = application.packet_sha256
    return (
        CorrectionFiled(
            case_id=application.case_id,
            notice_no=stage.notice_no,
            filed_on=command.context.effective_on,
            form=application.form,
            county_unit=application.county_unit,
            key_unit=application.key_unit,
            attachments=application.attachments,
            seals=tuple(seal for seal in application.seals if seal.packet_sha256 == now),
            packet_sha256=now,
            filed_by=hands(application, command.context),
        ),
    )


def _unfit(stage: Correcting, application: Application) -> Refusal | None:
    before = stage.filed.application
    if (application.packet_sha256, application.seals) == (before.packet_sha256, before.seals):
        return Refusal(rules.SOMETHING_IS_CORRECTED)
    found = packet_findings(application)
    if errors(found):
        return Refusal(rules.FORM_HAS_NO_ERRORS, field="form", reasons=listed(found))
    if wanting := seals_wanting(application, seals_needed(application)):
        return Refusal(rules.SEALS_ARE_COMPLETE, field=wanting[0].field, reasons=wanting)
    return None


def seals_needed(application: Application) -> tuple[Sealer, ...]:
    """The seals of a corrected packet: both applicants', and by policy the city's, where there is a city."""
    all_three = policy(application.policy_version).correction_requires_all_seals
    if all_three and application.place.route is FilingRoute.ENDORSED:
        return (Sealer.COUNTY, Sealer.KEY_UNIT, Sealer.CITY)
    return (Sealer.COUNTY, Sealer.KEY_UNIT)


def close(stage: Stage, command: CloseApplication) -> Outcome:
    """The review's end is recorded here too; a decision made before a withdrawal arrived stands."""
    if isinstance(stage, NotOpened | Draft | Closed):
        return ()
    return (ApplicationClosed(case_id=stage.application.case_id, outcome=command.outcome, detail=command.detail),)


def correct_record(stage: Stage, command: CorrectRecord) -> Outcome:
    """A mistake in the record put right by a further event; the event that it corrects stays."""
    if isinstance(stage, NotOpened):
        return Refusal(rules.NO_SUCH_APPLICATION)
    application = stage.application
    if (blank := blank_part(command)) is not None:
        return Refusal(rules.CORRECTION_SAYS_SOMETHING, field=blank)
    longest = policy(application.policy_version).text_max
    for field in ("field", "was", "now", "why", "on_word_of"):
        text = getattr(command, field)
        if text and (refusal := unfit_text(text, field, longest)):
            return refusal
    if command.now == command.was:
        return Refusal(rules.CORRECTION_SAYS_SOMETHING, field="now")
    if command.recorded is None:
        return Refusal(rules.CORRECTED_EVENT_EXISTS, str(command.corrects), "corrects")
    return decide_correction(command, command.recorded, RecordCorrected, application.record_corrections)
