"""From the sealed draft to the province: the city's agreement, its refusal, its silence (四（三）)."""

from __future__ import annotations

from services.intake import rules
from services.intake.application.checks import (
    listed,
    missing_evidence,
    packet_findings,
    seals_wanting,
    unfit_text,
    unmet,
    wrong_in_form,
)
from services.intake.application.commands import (
    DeclineEndorsement,
    Endorse,
    EscalateEndorsement,
    RequestEndorsement,
    ReturnForChanges,
    Withdraw,
)
from services.intake.application.drafting import voided
from services.intake.application.place import place_of
from services.intake.application.sealing import on_this_packet, sealed
from services.intake.application.state import (
    Application,
    AwaitingEndorsement,
    Closed,
    Correcting,
    Declined,
    Draft,
    Filed,
    NotOpened,
    Stage,
    Withdrawn,
)
from shared.contracts.core import Context, Due, Event, Outcome, Reason, Refusal
from shared.contracts.intake import (
    ApplicationEndorsed,
    ApplicationFiled,
    ApplicationReturned,
    ApplicationWithdrawn,
    EndorsementDeclined,
    EndorsementEscalated,
    EndorsementRequested,
    FilingBlocked,
    FilingRoute,
    Place,
    PlaceRerouted,
    Seal,
    Sealer,
)
from shared.programme.dates.calendar import standard_calendar
from shared.programme.forms import Finding
from shared.programme.policy import policy

APPLICANTS = (Sealer.COUNTY, Sealer.KEY_UNIT)


def request_endorsement(stage: Stage, command: RequestEndorsement) -> Outcome:
    """The sealed packet goes to the city, or where the county files directly, to the province.

    Errors refuse, all listed; conditions that are not met are recorded as shown (``FilingBlocked``).
    """
    application = _a_draft(stage)
    if not isinstance(application, Application):
        return application
    if application.form is None:
        return Refusal(rules.FORM_IS_WRITTEN)
    found = packet_findings(application)
    if wrong_in_form(found):
        return Refusal(rules.FORM_HAS_NO_ERRORS, field="form", reasons=listed(found))
    if wanting := seals_wanting(application, APPLICANTS):
        return Refusal(rules.SEALS_ARE_COMPLETE, field=wanting[0].field, reasons=wanting)
    if reasons := unmet(application):
        shown = (*reasons, *_lacking_besides(found, reasons))
        return (FilingBlocked(case_id=application.case_id, reasons=shown),)
    if missing_evidence(found):
        return Refusal(rules.FORM_HAS_NO_ERRORS, field="evidence", reasons=listed(found))
    return _send(application, command.context)


def _a_draft(stage: Stage) -> Application | Refusal | tuple[()]:
    """The draft to send on; nothing where it has been sent on already."""
    match stage:
        case Draft(application=application):
            return application
        case AwaitingEndorsement():
            return ()
        case Filed(application=application) if application.place.route is FilingRoute.DIRECT and not application.paper:
            return ()
        case NotOpened():
            return Refusal(rules.NO_SUCH_APPLICATION)
        case Declined() | Withdrawn() | Closed():
            return Refusal(rules.CASE_IS_OVER)
        case _:
            return Refusal(rules.NOT_A_DRAFT)


def _lacking_besides(found: tuple[Finding, ...], reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Evidence that is missing and that none of the unmet conditions speaks of."""
    spoken_of = {f"evidence.{reason.field.partition('.')[2]}" for reason in reasons}
    return tuple(one for one in listed(missing_evidence(found)) if one.field not in spoken_of)


def _send(application: Application, context: Context) -> Outcome:
    place = place_of(application.place.code_given, context.effective_on)
    if isinstance(place, Refusal):
        return place
    rerouted: tuple[Event, ...] = ()
    if _way(place) != _way(application.place):
        rerouted = (PlaceRerouted(case_id=application.case_id, place=place, was=application.place),)
    else:
        place = application.place
    if place.route is FilingRoute.DIRECT:
        return (*rerouted, filed(application, context, place=place))
    requested = EndorsementRequested(
        case_id=application.case_id,
        packet_sha256=application.packet_sha256,
        due=endorsement_due(application.policy_version, context),
    )
    return (*rerouted, requested)


def _way(place: Place) -> tuple[str, str, FilingRoute]:
    return place.county, place.endorser, place.route


def endorsement_due(policy_version: str, context: Context) -> Due:
    """The last day of the time the city has for its answer, counted from the day it is told."""
    days = policy(policy_version).endorsement_working_days
    deadline = standard_calendar().add_working_days(context.today, days)
    return Due(deadline.on, deadline.provisional)


def filed(
    application: Application, context: Context, *, place: Place | None = None, seals: tuple[Seal, ...] | None = None
) -> ApplicationFiled:
    """The whole packet as it reaches the province."""
    if application.form is None:
        raise ValueError("an application is filed with its form")
    signed = application.seals if seals is None else seals
    return ApplicationFiled(
        case_id=application.case_id,
        filed_on=context.effective_on,
        place=place or application.place,
        county_unit=application.county_unit,
        key_unit=application.key_unit,
        form=application.form,
        attachments=application.attachments,
        seals=tuple(seal for seal in signed if seal.packet_sha256 == application.packet_sha256),
        packet_sha256=application.packet_sha256,
        paper=application.paper,
        defects=application.defects,
        filed_by=hands(application, context),
        policy_version=application.policy_version,
    )


def hands(application: Application, context: Context) -> tuple[str, ...]:
    """Everybody whose act made the filing, each once."""
    return tuple(dict.fromkeys((*application.people, *application.endorsers, context.actor.subject)))


def endorse(stage: Stage, command: Endorse) -> Outcome:
    """The city agrees and seals; what is filed is the packet that it sealed. Possible after the time ran out too."""
    if isinstance(stage, Filed) and _is_this_endorsement(stage, command):
        return ()
    waiting = _awaiting(stage)
    if isinstance(waiting, Refusal):
        return waiting
    application = waiting.application
    if refusal := _unsaid(waiting, command.opinion, "opinion"):
        return refusal
    if refusal := on_this_packet(application, command.packet_sha256):
        return refusal
    mark = sealed(application, Sealer.CITY, command)
    if isinstance(mark, Refusal):
        return mark
    endorsed = ApplicationEndorsed(
        case_id=application.case_id,
        endorser=application.place.endorser,
        opinion=command.opinion.strip(),
        packet_sha256=command.packet_sha256,
    )
    return (*mark, endorsed, filed(application, command.context, seals=(*application.seals, mark[0].seal)))


def _is_this_endorsement(stage: Filed, command: Endorse) -> bool:
    given = stage.endorsement
    seal = stage.application.seal(Sealer.CITY, command.packet_sha256)
    if given is None or seal is None or seal.sealed_by != command.context.actor.subject:
        return False
    return (given.opinion, given.packet_sha256) == (command.opinion.strip(), command.packet_sha256)


def _awaiting(stage: Stage) -> AwaitingEndorsement | Refusal:
    match stage:
        case AwaitingEndorsement():
            return stage
        case NotOpened():
            return Refusal(rules.NO_SUCH_APPLICATION)
        case Declined() | Withdrawn() | Closed():
            return Refusal(rules.CASE_IS_OVER)
        case _:
            return Refusal(rules.NOT_AWAITING_ENDORSEMENT)


def decline(stage: Stage, command: DeclineEndorsement) -> Outcome:
    """The city does not agree, with reasons; this application ends there."""
    reasons = command.reasons.strip()
    if isinstance(stage, Declined) and stage.reasons == reasons:
        return ()
    waiting = _awaiting(stage)
    if isinstance(waiting, Refusal):
        return waiting
    if refusal := _unsaid(waiting, command.reasons, "reasons"):
        return refusal
    place = waiting.application.place
    return (EndorsementDeclined(case_id=waiting.application.case_id, endorser=place.endorser, reasons=reasons),)


def return_for_changes(stage: Stage, command: ReturnForChanges) -> Outcome:
    """Back to a draft, with what is to be changed; every seal is void."""
    changes = command.changes.strip()
    if isinstance(stage, Draft) and changes and stage.changes == changes:
        return ()
    waiting = _awaiting(stage)
    if isinstance(waiting, Refusal):
        return waiting
    application = waiting.application
    if refusal := _unsaid(waiting, command.changes, "changes"):
        return refusal
    returned = ApplicationReturned(case_id=application.case_id, endorser=application.place.endorser, changes=changes)
    return (returned, *voided(application, "退回修改 / the city returned the packet for changes"))


def escalate(stage: Stage, command: EscalateEndorsement) -> Outcome:
    """The city's time ran out in silence; nothing where it has answered, or where another time runs now."""
    if not isinstance(stage, AwaitingEndorsement) or stage.escalated or stage.due.on != command.due.on:
        return ()
    if command.context.effective_on <= stage.due.on:
        return ()
    application = stage.application
    return (EndorsementEscalated(case_id=application.case_id, endorser=application.place.endorser, due=stage.due),)


def _unsaid(stage: AwaitingEndorsement | Draft | Filed | Correcting, text: str, field: str) -> Refusal | None:
    return unfit_text(text, field, policy(stage.application.policy_version).text_max)


def withdraw(stage: Stage, command: Withdraw) -> Outcome:
    """The applicants take it back, at any time before the decision."""
    if isinstance(stage, NotOpened):
        return Refusal(rules.NO_SUCH_APPLICATION)
    reason = command.reason.strip()
    match stage:
        case Draft() | AwaitingEndorsement() | Filed() | Correcting():
            if refusal := _unsaid(stage, command.reason, "reason"):
                return refusal
            return (
                ApplicationWithdrawn(
                    case_id=stage.application.case_id, reason=reason, office=command.context.actor.office
                ),
            )
        case Withdrawn():
            return ()
        case _:
            return Refusal(rules.CASE_IS_OVER)
