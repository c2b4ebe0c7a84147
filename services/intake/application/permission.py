"""Whose application it is, who may do what to it, and who may see it."""

from __future__ import annotations

from typing import assert_never

from services.intake import rules
from services.intake.application import commands
from services.intake.application.commands import ApplicationCommand
from services.intake.application.state import APPLICANTS, Application
from shared.contracts.core import Actor, Refusal, Role
from shared.contracts.intake import Sealer
from shared.contracts.refusing import first, unless
from shared.programme.divisions import current_code
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised


def is_county(actor: Actor, county: str) -> bool:
    """Whether the actor is of that county's department; a county keeps its cases when its code changes."""
    office = Office.parse(actor.office)
    return actor.has(Role.COUNTY) and office.kind == "county" and current_code(office.code) == current_code(county)


def is_unit(actor: Actor, uscc: str) -> bool:
    """Whether the actor is of the unit with that credit code."""
    office = Office.parse(actor.office)
    return actor.has(Role.KEY_UNIT) and office.kind == "unit" and normalised(office.code) == normalised(uscc)


def is_city(actor: Actor, endorser: str) -> bool:
    """Whether the actor is of the city that endorses; never where the county files directly."""
    return actor.has(Role.CITY) and endorser != "" and Office.parse(actor.office) == Office("city", endorser)


def is_province(actor: Actor) -> bool:
    """Whether the actor is an officer of the province."""
    return actor.has(Role.PROVINCE, Role.PROVINCE_LEAD) and actor.office == "province"


def sealer_of(actor: Actor, application: Application) -> Sealer | None:
    """The seal that the actor keeps for this application, if any."""
    if is_county(actor, application.place.county):
        return Sealer.COUNTY
    if is_unit(actor, application.key_unit.uscc):
        return Sealer.KEY_UNIT
    if is_city(actor, application.place.endorser):
        return Sealer.CITY
    return None


def applicant_only(actor: Actor, application: Application) -> Refusal | None:
    """Refuses whoever is not one of the two applicants."""
    return unless(sealer_of(actor, application) in APPLICANTS, rules.NOT_AN_APPLICANT, actor.office)


def county_only(actor: Actor, application: Application) -> Refusal | None:
    """Refuses whoever is not of the application's county department."""
    return unless(is_county(actor, application.place.county), rules.COUNTY_FILES)


def sealer_only(actor: Actor, application: Application) -> Refusal | None:
    """Refuses whoever keeps no seal of the application, and the city's own who had a hand in the filing."""
    match sealer_of(actor, application):
        case None:
            return Refusal(rules.NOT_AN_APPLICANT, actor.office)
        case Sealer.CITY:
            return endorser_only(actor, application)
        case _:
            return None


def endorser_only(actor: Actor, application: Application) -> Refusal | None:
    """Refuses whoever is not of the application's city, or had a hand in the filing."""
    place = application.place
    return first(
        unless(is_city(actor, place.endorser), rules.NOT_THE_ENDORSER, f"{actor.office}: {place.county_name}"),
        unless(actor.subject not in application.people, rules.OWN_FILING, actor.name),
    )


def officer_only(actor: Actor, endorser: str) -> Refusal | None:
    """Refuses whoever is neither of the province nor of the city that endorses."""
    return unless(is_province(actor) or is_city(actor, endorser), rules.NOT_AN_OFFICER, actor.office)


def system_only(actor: Actor) -> Refusal | None:
    """Refuses whoever is not the system."""
    return unless(actor.has(Role.SYSTEM), rules.SYSTEM_ONLY)


def unit_or_county_only(actor: Actor, application: Application, unit: Sealer) -> Refusal | None:
    """Refuses whoever is neither of that unit nor of the county department."""
    return unless(sealer_of(actor, application) in {Sealer.COUNTY, unit}, rules.COUNTY_NAMES_UNITS)


def not_theirs(command: ApplicationCommand, application: Application) -> Refusal | None:
    """Refuses whoever may not do this to this application, whatever its stage.

    It comes first: nobody is told of what is not theirs to do.
    """
    actor = command.context.actor
    match command:
        case (
            commands.OpenDraft()
            | commands.ReviseForm()
            | commands.AddAttachment()
            | commands.RemoveAttachment()
            | commands.Withdraw()
        ):
            return applicant_only(actor, application)
        case commands.CorrectUnit():
            return unit_or_county_only(actor, application, command.sealer)
        case commands.SealPacket():
            return sealer_only(actor, application)
        case commands.RequestEndorsement() | commands.FileCorrection():
            return county_only(actor, application)
        case commands.Endorse() | commands.DeclineEndorsement() | commands.ReturnForChanges():
            return endorser_only(actor, application)
        case commands.KeyPaperApplication() | commands.CorrectRecord():
            return officer_only(actor, application.place.endorser)
        case (
            commands.EscalateEndorsement()
            | commands.OpenCorrection()
            | commands.CloseApplication()
            | commands.CountAgain()
            | commands.FollowCorrection()
        ):
            return system_only(actor)
        case _:
            assert_never(command)


def may_see_all(actor: Actor) -> bool:
    """Whether the actor may read every application."""
    return actor.has(Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR, Role.AUDITOR)


def may_see(actor: Actor, *, county: str, endorser: str, key_uscc: str) -> bool:
    """Whether the actor may read an application: applicants their own, a city its counties', the province all."""
    return may_see_all(actor) or is_county(actor, county) or is_unit(actor, key_uscc) or is_city(actor, endorser)
