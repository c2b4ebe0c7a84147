"""From the sealed draft to the city, or where the county files directly, to the province (四（三）)."""

from __future__ import annotations

from dataclasses import replace

from services.intake import rules
from services.intake.application.commands import RequestEndorsement
from services.intake.application.completeness import (
    listed,
    missing_evidence,
    packet_findings,
    seals_wanting,
    unmet,
    wrong_in_form,
)
from services.intake.application.filing import filed
from services.intake.application.place import place_of
from services.intake.application.state import (
    APPLICANTS,
    Application,
    AwaitingEndorsement,
    Declined,
    Draft,
    Filed,
    InCorrection,
    OpenedStage,
    Settled,
    Withdrawn,
)
from shared.contracts import intake as events
from shared.contracts.core import Context, Due, Outcome, Reason, Refusal
from shared.contracts.intake import FilingRoute, Place
from shared.programme.dates.announced import calendar
from shared.programme.forms import Finding
from shared.programme.policy import policy


def request_endorsement(stage: OpenedStage, command: RequestEndorsement) -> Outcome:
    """The sealed packet goes to the city, or where the county files directly, to the province.

    Errors refuse, all listed. Conditions that are not met are recorded as shown (``FilingBlocked``).
    """
    match stage:
        case Draft(application=application):
            return _send_complete(application, command.context)
        case AwaitingEndorsement():
            return ()
        case Filed(application=application):
            return () if _was_sent_directly(application) else Refusal(rules.NOT_A_DRAFT)
        case InCorrection():
            return Refusal(rules.NOT_A_DRAFT)
        case Declined() | Withdrawn() | Settled():
            return Refusal(rules.CASE_IS_OVER)


def _was_sent_directly(application: Application) -> bool:
    return application.place.route is FilingRoute.DIRECT and not application.paper


def _send_complete(application: Application, context: Context) -> Outcome:
    if application.form is None:
        return Refusal(rules.FORM_IS_WRITTEN)
    packet = packet_findings(application)
    if wrong_in_form(packet):
        return Refusal(rules.FORM_HAS_NO_ERRORS, field="form", reasons=listed(packet))
    if wanting := seals_wanting(application, APPLICANTS):
        return Refusal(rules.SEALS_ARE_COMPLETE, field=wanting[0].field, reasons=wanting)
    if reasons := unmet(application):
        shown = (*reasons, *_lacking_besides(packet, reasons))
        return (events.FilingBlocked(case_id=application.case_id, reasons=shown),)
    if missing_evidence(packet):
        return Refusal(rules.FORM_HAS_NO_ERRORS, field="evidence", reasons=listed(packet))
    return _send(application, context)


def _lacking_besides(packet: tuple[Finding, ...], conditions: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Evidence that is missing and that none of the unmet conditions speaks of."""
    spoken_of = {f"evidence.{condition.field.partition('.')[2]}" for condition in conditions}
    return tuple(reason for reason in listed(missing_evidence(packet)) if reason.field not in spoken_of)


def _send(application: Application, context: Context) -> Outcome:
    """Where the competence of that day sends it, which may have changed since the draft was opened."""
    place = place_of(application.place.code_given, context.effective_on)
    if isinstance(place, Refusal):
        return place
    if _way(place) == _way(application.place):
        return (_sent(application, context),)
    rerouted = events.PlaceRerouted(case_id=application.case_id, place=place, was=application.place)
    return (rerouted, _sent(replace(application, place=place), context))


def _way(place: Place) -> tuple[str, str, FilingRoute]:
    return place.county, place.endorser, place.route


def _sent(application: Application, context: Context) -> events.ApplicationFiled | events.EndorsementRequested:
    if application.place.route is FilingRoute.DIRECT:
        return filed(application, context)
    return events.EndorsementRequested(
        case_id=application.case_id,
        packet_sha256=application.packet_sha256,
        due=endorsement_due(application.policy_version, context),
    )


def endorsement_due(policy_version: str, context: Context) -> Due:
    """The last day of the time the city has for its answer, counted from the day it is told."""
    days = policy(policy_version).endorsement_working_days
    return calendar(context.calendar).add_working_days(context.today, days)
