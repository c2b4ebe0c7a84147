"""Paper filings keyed in by an officer, recorded with their defects; online filings may have none."""

from __future__ import annotations

from dataclasses import replace

from services.intake import rules
from services.intake.application import permission
from services.intake.application.commands import KeyPaperApplication
from services.intake.application.completeness import SEAL_NAMES
from services.intake.application.evolve import evolve
from services.intake.application.filing import filed
from services.intake.application.place import place_of
from services.intake.application.possible import impossible_form
from services.intake.application.sending import endorsement_due
from services.intake.application.state import APPLICANTS, Application, Filed, NotOpened, Stage
from services.intake.application.texts import unfit_name
from shared.contracts import intake as events
from shared.contracts.core import Event, Outcome, Refusal, derived_id
from shared.contracts.intake import Attachment, FilingRoute, Place, Sealer
from shared.contracts.refusing import first, unless
from shared.programme.dates.chronology import earliest_receipt
from shared.programme.forms import ApplicationForm, Finding, Severity, Unit, errors, findings
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
    by = policy(context.policy_version)
    form = _form_of(command, place)
    refusal = first(
        permission.officer_only(context.actor, place.endorser),
        _wrongly_received(command, by),
        _wrongly_named(command, by),
        impossible_form(form, by, online=False),
        unless(
            len(command.documents) <= by.attachments_max,
            rules.ATTACHMENTS_HAVE_A_LIMIT,
            f"≤ {by.attachments_max}",
            field="documents",
        ),
    )
    if refusal:
        return refusal
    keyed = _keyed(command, place, form, by)
    if not isinstance(stage, NotOpened):
        return () if _is_the_one_keyed(stage.application, keyed) else Refusal(rules.ALREADY_OPENED)
    return (keyed, *_straight_on(keyed, command))


def _straight_on(keyed: events.PaperApplicationKeyed, command: KeyPaperApplication) -> tuple[Event, ...]:
    """The filing, where the county files directly."""
    stage = evolve(NotOpened(), keyed)
    return (filed(stage.application, command.context),) if isinstance(stage, Filed) else ()


def _form_of(command: KeyPaperApplication, place: Place) -> ApplicationForm:
    return replace(
        command.form,
        county_code=place.county,
        county_unit=_as_written(command.county_unit),
        key_unit=_as_written(command.key_unit),
    )


def _as_written(unit: Unit) -> Unit:
    return Unit(name=cleaned(unit.name), uscc=normalised(unit.uscc))


def _wrongly_received(command: KeyPaperApplication, by: Policy) -> Refusal | None:
    earliest = earliest_receipt(ACT, command.context.today, by)
    return first(
        unless(command.received_on <= command.context.effective_on, rules.RECEIVED_BEFORE_KEYED, field="received_on"),
        unless(command.received_on >= earliest, rules.RECEIVED_NOT_LONG_AGO, earliest.isoformat(), field="received_on"),
    )


def _wrongly_named(command: KeyPaperApplication, by: Policy) -> Refusal | None:
    """Titles may be left out; units are named, and the form names the same."""
    return first(
        *(
            unfit_name(document.title, f"documents[{number}].title", by)
            for number, document in enumerate(command.documents)
            if document.title
        ),
        unfit_name(command.county_unit.name, "county_unit.name", by),
        _of_another(command.form.county_unit, command.county_unit, "form.county_unit"),
        unfit_name(command.key_unit.name, "key_unit.name", by),
        _of_another(command.form.key_unit, command.key_unit, "form.key_unit"),
    )


def _of_another(in_form: Unit, unit: Unit, field: str) -> Refusal | None:
    return unless(is_written_as(in_form, unit), rules.FORM_IS_OF_THIS_CASE, field=field)


def _keyed(
    command: KeyPaperApplication, place: Place, form: ApplicationForm, by: Policy
) -> events.PaperApplicationKeyed:
    context = command.context
    seals = tuple(sealer for sealer in Sealer if sealer in command.paper_seals)
    direct = place.route is FilingRoute.DIRECT
    return events.PaperApplicationKeyed(
        case_id=command.case_id,
        place=place,
        county_unit=form.county_unit,
        key_unit=form.key_unit,
        received_on=command.received_on,
        form=form,
        attachments=_attachments(command),
        paper_seals=seals,
        defects=_defects(command, form, seals, by),
        keyed_by=context.actor.subject,
        policy_version=by.version,
        endorsement_due=None if direct else endorsement_due(by.version, context),
    )


def _defects(
    command: KeyPaperApplication, form: ApplicationForm, seals: tuple[Sealer, ...], by: Policy
) -> tuple[Finding, ...]:
    """The defects of a paper filing, each a point of a correction notice: seals missing and errors, not warnings."""
    missing = tuple(_missing_seal(sealer) for sealer in APPLICANTS if sealer not in seals)
    kinds = frozenset(document.kind for document in command.documents)
    return (*missing, *errors(findings(form, kinds, by)))


def _missing_seal(sealer: Sealer) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        field=f"seals.{sealer.value}",
        rule="seal_missing",
        clause="附件1",
        message_zh=f"{SEAL_NAMES[sealer]}未盖章",
        message_en=f"The seal of the {sealer.value} is missing",
    )


def _attachments(command: KeyPaperApplication) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            attachment_id=str(derived_id("paper", command.case_id, str(number))),
            kind=document.kind,
            title=cleaned(document.title) or document.kind.zh,
            version=1,
            file=document.file,
        )
        for number, document in enumerate(command.documents, start=1)
    )


def _is_the_one_keyed(application: Application, keyed: events.PaperApplicationKeyed) -> bool:
    """Whether the application began with this very keying."""
    return application.people[:1] == (keyed.keyed_by,) and (
        application.form,
        application.documents,
        application.paper_seals,
        application.defects,
    ) == (keyed.form, keyed.attachments, keyed.paper_seals, keyed.defects)
