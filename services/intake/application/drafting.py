"""Opening a draft, and changing its packet while it is open (四（一）（三）)."""

from __future__ import annotations

from dataclasses import replace

from services.intake import rules
from services.intake.application import permission
from services.intake.application.commands import AddAttachment, CorrectUnit, OpenDraft, RemoveAttachment, ReviseForm
from services.intake.application.place import place_of
from services.intake.application.possible import impossible_form, possible_unit
from services.intake.application.state import (
    Application,
    AwaitingEndorsement,
    Declined,
    Draft,
    Filed,
    InCorrection,
    NotOpened,
    OpenedStage,
    Settled,
    Stage,
    Withdrawn,
)
from services.intake.application.texts import unfit_name
from shared.contracts import intake as events
from shared.contracts.core import Event, Outcome, Refusal, derived_id
from shared.contracts.intake import Attachment, Sealer
from shared.programme.divisions import current_code
from shared.programme.forms import ApplicationForm
from shared.programme.policy import policy
from shared.programme.values.firms import is_written_as, same_firm
from shared.programme.values.writing import cleaned

EDITED = "申报材料在盖章后有改动 / the packet was changed after it was sealed"


def open_draft(stage: Stage, command: OpenDraft) -> Outcome:
    """A draft of a known county with two rightly coded units, opened by one of them."""
    actor = command.context.actor
    place = place_of(command.division_code, command.context.effective_on)
    if isinstance(place, Refusal):
        return place
    by = policy(command.context.policy_version)
    county_unit = possible_unit(command.county_unit, "county_unit", by)
    key_unit = possible_unit(command.key_unit, "key_unit", by)
    if isinstance(county_unit, Refusal):
        return county_unit
    if isinstance(key_unit, Refusal):
        return key_unit
    if same_firm(county_unit, key_unit):
        return Refusal(rules.UNITS_ARE_TWO, field="key_unit.uscc")
    opened = events.DraftOpened(
        case_id=command.case_id,
        place=place,
        county_unit=county_unit,
        key_unit=key_unit,
        policy_version=command.context.policy_version,
        opened_by=actor.subject,
    )
    if not isinstance(stage, NotOpened):
        return () if _is_the_one_opened(stage, opened) else Refusal(rules.ALREADY_OPENED)
    if not (permission.is_county(actor, place.county) or permission.is_unit(actor, key_unit.uscc)):
        return Refusal(rules.NOT_AN_APPLICANT, actor.office)
    return (opened,)


def _is_the_one_opened(stage: Stage, opened: events.DraftOpened) -> bool:
    if not isinstance(stage, Draft):
        return False
    draft = stage.application
    same = (draft.place, draft.county_unit, draft.key_unit) == (opened.place, opened.county_unit, opened.key_unit)
    return same and draft.people[0] == opened.opened_by


def editable(stage: OpenedStage) -> Application | Refusal:
    """The application, where its packet may be changed: in a draft and in answer to a correction notice."""
    match stage:
        case Draft(application=application) | InCorrection(application=application):
            return application
        case AwaitingEndorsement() | Filed():
            return Refusal(rules.PACKET_IS_FROZEN)
        case Declined() | Withdrawn() | Settled():
            return Refusal(rules.CASE_IS_OVER)


def voided(application: Application, reason: str) -> tuple[events.SealVoided, ...]:
    """The events that void every seal."""
    return tuple(
        events.SealVoided(
            case_id=application.case_id, sealer=seal.sealer, packet_sha256=seal.packet_sha256, reason=reason
        )
        for seal in application.seals
    )


def _edited(application: Application, event: Event) -> tuple[Event, ...]:
    return (event, *voided(application, EDITED))


def revise_form(stage: OpenedStage, command: ReviseForm) -> Outcome:
    """The whole form as it now is. It may be incomplete, but not impossible."""
    application = editable(stage)
    if isinstance(application, Refusal):
        return application
    form = of_this_case(application, command.form)
    if isinstance(form, Refusal):
        return form
    if refusal := impossible_form(form, policy(application.policy_version), online=True):
        return refusal
    if form == application.form:
        return ()
    actor = command.context.actor
    revised = events.FormRevised(case_id=application.case_id, form=form, office=actor.office, revised_by=actor.subject)
    return _edited(application, revised)


def of_this_case(application: Application, form: ApplicationForm) -> ApplicationForm | Refusal:
    """The form with the county and units of its application, where it leaves them out; refused for others."""
    if form.county_code and current_code(form.county_code) != current_code(application.place.county):
        return Refusal(rules.FORM_IS_OF_THIS_CASE, application.place.county, "form.county_code")
    for field, unit, own in (
        ("form.county_unit", form.county_unit, application.county_unit),
        ("form.key_unit", form.key_unit, application.key_unit),
    ):
        if not is_written_as(unit, own):
            return Refusal(rules.FORM_IS_OF_THIS_CASE, f"{own.name} {own.uscc}", field)
    return replace(
        form,
        county_code=application.place.county,
        county_unit=application.county_unit,
        key_unit=application.key_unit,
    )


def add_attachment(stage: OpenedStage, command: AddAttachment) -> Outcome:
    """A document, or a further version of one; earlier versions stay."""
    application = editable(stage)
    if isinstance(application, Refusal):
        return application
    ident = command.attachment_id or str(derived_id("attachment", command.context.command_id))
    newest = application.newest(ident)
    if refusal := _unfit(application, command, newest):
        return refusal
    attachment = Attachment(
        attachment_id=ident,
        kind=command.kind,
        title=cleaned(command.title),
        version=newest.version + 1 if newest else 1,
        file=command.file,
    )
    if newest and newest in application.attachments and replace(attachment, version=newest.version) == newest:
        return ()
    return _edited(application, events.AttachmentAdded(case_id=application.case_id, attachment=attachment))


def _unfit(application: Application, command: AddAttachment, newest: Attachment | None) -> Refusal | None:
    by = policy(application.policy_version)
    if refusal := unfit_name(command.title, "title", by):
        return refusal
    if command.attachment_id and newest is None:
        return Refusal(rules.NO_SUCH_ATTACHMENT, command.attachment_id, "attachment_id")
    if newest and newest.kind is not command.kind:
        return Refusal(rules.ATTACHMENT_KEEPS_ITS_KIND, newest.kind.value, "kind")
    if newest not in application.attachments and len(application.attachments) >= by.attachments_max:
        return Refusal(rules.ATTACHMENTS_HAVE_A_LIMIT, f"≤ {by.attachments_max}", "file")
    return None


def remove_attachment(stage: OpenedStage, command: RemoveAttachment) -> Outcome:
    """A document taken out; its versions stay on record."""
    application = editable(stage)
    if isinstance(application, Refusal):
        return application
    if application.newest(command.attachment_id) is None:
        return Refusal(rules.NO_SUCH_ATTACHMENT, command.attachment_id, "attachment_id")
    if command.attachment_id in application.removed:
        return ()
    return _edited(
        application, events.AttachmentRemoved(case_id=application.case_id, attachment_id=command.attachment_id)
    )


def correct_unit(stage: OpenedStage, command: CorrectUnit) -> Outcome:
    """A unit's name or code put right, by the unit itself or by the county department."""
    application = editable(stage)
    if isinstance(application, Refusal):
        return application
    was = application.unit(command.sealer)
    if was is None:
        return Refusal(rules.UNITS_ARE_TWO, "the city is no applicant", "sealer", detail_zh="市（州）不是申报单位")
    unit = possible_unit(command.unit, "unit", policy(application.policy_version))
    if isinstance(unit, Refusal):
        return unit
    other = application.key_unit if command.sealer is Sealer.COUNTY else application.county_unit
    if same_firm(unit, other):
        return Refusal(rules.UNITS_ARE_TWO, field="unit.uscc")
    if unit == was:
        return ()
    return _edited(
        application, events.UnitCorrected(case_id=application.case_id, sealer=command.sealer, unit=unit, was=was)
    )
