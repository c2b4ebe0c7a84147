"""After the filing: a correction notice, and its answer (四（四）)."""

from __future__ import annotations

from services.intake import rules
from services.intake.application.commands import FileCorrection, OpenCorrection
from services.intake.application.completeness import listed, packet_findings, seals_wanting
from services.intake.application.filing import hands, standing_seals
from services.intake.application.state import APPLICANTS, Application, Filed, InCorrection, OpenedStage
from shared.contracts import intake as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.intake import FilingRoute, Sealer
from shared.programme.forms import errors
from shared.programme.policy import policy


def open_correction(stage: OpenedStage, command: OpenCorrection) -> Outcome:
    """The province's notice reaches the packet; nothing where it was answered already, or taken back meanwhile."""
    notice = command.notice
    if not isinstance(stage, Filed) or stage.answered >= notice.notice_no:
        return ()
    case_id = stage.application.case_id
    return (events.CorrectionOpened(case_id=case_id, notice_no=notice.notice_no, items=notice.items, due=notice.due),)


def file_correction(stage: OpenedStage, command: FileCorrection) -> Outcome:
    """The corrected packet goes to the province: without errors, and with the seals that the policy asks for."""
    if isinstance(stage, Filed) and stage.answered:
        return ()
    if not isinstance(stage, InCorrection):
        return Refusal(rules.NOT_IN_CORRECTION)
    application = stage.application
    if refusal := _incomplete(application, stage.filed.application):
        return refusal
    if application.form is None:
        return Refusal(rules.FORM_IS_WRITTEN)
    return (
        events.CorrectionFiled(
            case_id=application.case_id,
            notice_no=stage.notice_no,
            filed_on=command.context.effective_on,
            form=application.form,
            county_unit=application.county_unit,
            key_unit=application.key_unit,
            attachments=application.attachments,
            seals=standing_seals(application),
            packet_sha256=application.packet_sha256,
            filed_by=hands(application, command.context),
        ),
    )


def _incomplete(application: Application, before: Application) -> Refusal | None:
    if (application.packet_sha256, application.seals) == (before.packet_sha256, before.seals):
        return Refusal(rules.SOMETHING_IS_CORRECTED)
    packet = packet_findings(application)
    if errors(packet):
        return Refusal(rules.FORM_HAS_NO_ERRORS, field="form", reasons=listed(packet))
    if wanting := seals_wanting(application, seals_needed(application)):
        return Refusal(rules.SEALS_ARE_COMPLETE, field=wanting[0].field, reasons=wanting)
    return None


def seals_needed(application: Application) -> tuple[Sealer, ...]:
    """The seals of a corrected packet: both applicants', and by policy the city's, where there is a city."""
    all_three = policy(application.policy_version).correction_requires_all_seals
    if all_three and application.place.route is FilingRoute.ENDORSED:
        return (*APPLICANTS, Sealer.CITY)
    return APPLICANTS
