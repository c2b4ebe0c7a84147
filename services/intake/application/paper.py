"""Paper filings keyed in by an officer, recorded with their defects; online filings may have none."""

from __future__ import annotations

from dataclasses import replace

from services.intake import rules
from services.intake.application import scope
from services.intake.application.checks import impossible, listed, paper_defects, unfit_text
from services.intake.application.commands import KeyPaperApplication
from services.intake.application.endorsing import endorsement_due, filed
from services.intake.application.evolve import evolve
from services.intake.application.place import place_of
from services.intake.application.state import Application, Filed, NotOpened, Stage
from shared.contracts.core import Event, Outcome, Refusal, derived_id
from shared.contracts.intake import (
    Attachment,
    FilingRoute,
    PaperApplicationKeyed,
    Place,
    Sealer,
)
from shared.programme.dates.chronology import earliest_receipt
from shared.programme.forms import ApplicationForm, Unit
from shared.programme.policy import Policy, policy
from shared.programme.values.firms import is_written_as
from shared.programme.values.uscc import normalised
from shared.programme.values.writing import cleaned

ACT = "intake.KeyPaperApplication"
"""The act, as the policy names it."""


def key_paper_application(stage: Stage, command: KeyPaperApplication) -> Outcome:
    """A paper filing as it is; it then waits for the city, or where the county files directly, goes to the province."""
    context = command.context
    place = place_of(command.division_code, context.effective_on)
    if isinstance(place, Refusal):
        return place
    if refusal := scope.officer_or(context.actor, place.endorser):
        return refusal
    keyed = _as_keyed(command, place)
    if isinstance(keyed, Refusal):
        return keyed
    if not isinstance(stage, NotOpened):
        return () if _is_the_one_keyed(stage.application, keyed) else Refusal(rules.ALREADY_OPENED)
    if keyed.endorsement_due is not None:
        return (keyed,)
    return (keyed, *_straight_on(keyed, command))


def _straight_on(keyed: PaperApplicationKeyed, command: KeyPaperApplication) -> tuple[Event, ...]:
    stage = evolve(NotOpened(), keyed)
    return (filed(stage.application, command.context),) if isinstance(stage, Filed) else ()


def _as_keyed(command: KeyPaperApplication, place: Place) -> PaperApplicationKeyed | Refusal:
    context = command.context
    by = policy(context.policy_version)
    if refusal := _wrong_about(command):
        return refusal
    units = _as_written(command.county_unit), _as_written(command.key_unit)
    form = replace(command.form, county_code=place.county, county_unit=units[0], key_unit=units[1])
    if refusal := _impossible(form, command):
        return refusal
    if len(command.documents) > by.attachments_max:
        return Refusal(rules.ATTACHMENTS_HAVE_A_LIMIT, f"≤ {by.attachments_max}", "documents")
    seals = tuple(one for one in Sealer if one in command.paper_seals)
    return PaperApplicationKeyed(
        case_id=command.case_id,
        place=place,
        county_unit=units[0],
        key_unit=units[1],
        received_on=command.received_on,
        form=form,
        attachments=_attachments(command),
        paper_seals=seals,
        defects=paper_defects(form, (one.kind for one in command.documents), seals, by),
        keyed_by=context.actor.subject,
        policy_version=by.version,
        endorsement_due=None if place.route is FilingRoute.DIRECT else endorsement_due(by.version, context),
    )


def _wrong_about(command: KeyPaperApplication) -> Refusal | None:
    if command.received_on > command.context.effective_on:
        return Refusal(rules.RECEIVED_BEFORE_KEYED, field="received_on")
    by = policy(command.context.policy_version)
    if command.received_on < (earliest := earliest_receipt(ACT, command.context.today, by)):
        return Refusal(rules.RECEIVED_NOT_LONG_AGO, earliest.isoformat(), "received_on")
    for number, document in enumerate(command.documents):
        if document.title and (refusal := _unfit_title(document.title, number, by)):
            return refusal
    for field, unit, within in (
        ("county_unit", command.county_unit, command.form.county_unit),
        ("key_unit", command.key_unit, command.form.key_unit),
    ):
        if refusal := unfit_text(unit.name, f"{field}.name", by.name_max, line=True):
            return refusal
        if not is_written_as(within, unit):
            return Refusal(rules.FORM_IS_OF_THIS_CASE, field=f"form.{field}")
    return None


def _unfit_title(title: str, number: int, by: Policy) -> Refusal | None:
    return unfit_text(title, f"documents[{number}].title", by.name_max, line=True)


def _impossible(form: ApplicationForm, command: KeyPaperApplication) -> Refusal | None:
    wrong = impossible(form, policy(command.context.policy_version), online=False)
    if not wrong:
        return None
    return Refusal(rules.FORM_IS_POSSIBLE, wrong[0].message_en, f"form.{wrong[0].field}", listed(wrong, "form."))


def _as_written(unit: Unit) -> Unit:
    return Unit(name=cleaned(unit.name), uscc=normalised(unit.uscc))


def _attachments(command: KeyPaperApplication) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            attachment_id=str(derived_id("paper", command.case_id, str(number))),
            kind=one.kind,
            title=cleaned(one.title) or one.kind.zh,
            version=1,
            file=one.file,
        )
        for number, one in enumerate(command.documents, start=1)
    )


def _is_the_one_keyed(application: Application, keyed: PaperApplicationKeyed) -> bool:
    """Whether the application began with this very keying."""
    return application.people[:1] == (keyed.keyed_by,) and (
        application.form,
        application.documents,
        application.paper_seals,
        application.defects,
    ) == (keyed.form, keyed.attachments, keyed.paper_seals, keyed.defects)
