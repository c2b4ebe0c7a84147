"""Who may do what to a district: by office, and never on one's own filing.

It is asked before anything else: nobody learns of what is not theirs to do.
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.lifecycle import rules
from services.lifecycle.district import commands
from services.lifecycle.district.commands import StandingCommand
from services.lifecycle.district.state import District
from shared.contracts.core import Actor, Context, Refusal, Role
from shared.contracts.lifecycle import ReportReceiver
from shared.contracts.refusing import first, unless
from shared.programme.divisions import Endorsed, current_code, route
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised


def not_theirs(command: StandingCommand | commands.CorrectRecord, district: District) -> Refusal | None:
    """A refusal for whoever may not do this to this district, whatever its stage."""
    context = command.context
    match command:
        case commands.FileAnnualReport() | commands.ReportDuty() | commands.FileRectificationReport():
            return unless(_is_own_county(context.actor, district), rules.OWN_COUNTY)
        case commands.UpdateRoster() | commands.MakeStatement():
            own = _is_own_county(context.actor, district) or _is_own_key_unit(context.actor, district)
            return unless(own, rules.OWN_APPLICANT)
        case commands.AcknowledgeReport() | commands.RecordSupport():
            return unless(receiver(context, district) is not None, rules.OWN_CITY_OR_PROVINCE)
        case commands.CorrectRecord():
            return unless(_is_province(context.actor), rules.PROVINCE_ONLY)
        case commands.RevokeTitle():
            return first(
                unless(context.actor.has(Role.PROVINCE_LEAD), rules.LEAD_ONLY),
                _province_without_part(context, district),
            )
        case commands.OpenAssessment():
            return None if is_system(context) else _province_without_part(context, district)
        case (
            commands.ConcludeAssessment()
            | commands.RecommendNationally()
            | commands.RetainTitle()
            | commands.OrderRectification()
            | commands.ExtendRectification()
            | commands.Reassess()
            | commands.InviteHearing()
        ):
            return _province_without_part(context, district)
        case (
            commands.DeclareReportOverdue()
            | commands.DeclareReportMissed()
            | commands.CountAgain()
            | commands.DeclareAssessmentOverdue()
            | commands.LapseRectification()
            | commands.CloseHearing()
        ):
            return system_only(context)
        case _:
            assert_never(command)


def is_system(context: Context) -> bool:
    """Whether the calendar speaks, not a person."""
    return context.actor.has(Role.SYSTEM)


def system_only(context: Context) -> Refusal | None:
    """Refuses every person."""
    return unless(is_system(context), rules.ONLY_THE_SYSTEM)


def receiver(context: Context, district: District) -> ReportReceiver | None:
    """For whom an officer gives receipts of this district's reports on that day; ``None`` where for nobody."""
    if _is_province(context.actor):
        return ReportReceiver.PROVINCE
    own = context.actor.has(Role.CITY) and context.actor.office == _competent_city(district, context.effective_on)
    return ReportReceiver.CITY if own else None


def _competent_city(district: District, on: date) -> str | None:
    """The office of the city bureau that a district belongs to on a day; ``None`` for one that files directly."""
    way = route(district.place.county, on)
    return str(Office("city", way.authority.code)) if isinstance(way, Endorsed) else None


def _is_own_county(actor: Actor, district: District) -> bool:
    """Whether this is the district's county department, under its old code or its new one."""
    office = Office.parse(actor.office)
    own = office.kind == "county" and current_code(office.code) == current_code(district.place.county)
    return own and actor.has(Role.COUNTY)


def _is_own_key_unit(actor: Actor, district: District) -> bool:
    """Whether this is the district's key service unit."""
    office = Office.parse(actor.office)
    own = office.kind == "unit" and normalised(office.code) == normalised(district.key_unit.uscc)
    return own and actor.has(Role.KEY_UNIT)


def _is_province(actor: Actor) -> bool:
    """Whether this is an officer (or a head) of the provincial department."""
    return actor.office == "province" and actor.has(Role.PROVINCE, Role.PROVINCE_LEAD)


def _province_without_part(context: Context, district: District) -> Refusal | None:
    """Refuses whoever is not of the province, and whoever filed something for this district."""
    return first(
        unless(_is_province(context.actor), rules.PROVINCE_ONLY),
        unless(context.actor.subject not in district.filers, rules.NOT_ONES_OWN),
    )


__all__ = ["is_system", "not_theirs", "receiver", "system_only"]
