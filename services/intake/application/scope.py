"""Whose application it is: which seal an actor sets, and who may answer for the city."""

from __future__ import annotations

from typing import assert_never

from services.intake import rules
from services.intake.application.commands import (
    AddAttachment,
    ApplicationCommand,
    CloseApplication,
    CorrectRecord,
    CorrectUnit,
    DeclineEndorsement,
    Endorse,
    EscalateEndorsement,
    FileCorrection,
    KeyPaperApplication,
    OpenCorrection,
    OpenDraft,
    RemoveAttachment,
    RequestEndorsement,
    ReturnForChanges,
    ReviseForm,
    SealPacket,
    Withdraw,
)
from services.intake.application.state import Application
from shared.contracts.core import Actor, Refusal, Role
from shared.contracts.intake import Sealer
from shared.programme.divisions import current_code
from shared.programme.values.uscc import normalised


def is_county(actor: Actor, county: str) -> bool:
    """Whether the actor is of that county's department; a county keeps its cases when its code changes."""
    kind, _, code = actor.office.partition(":")
    return actor.has(Role.COUNTY) and kind == "county" and current_code(code) == current_code(county)


def is_unit(actor: Actor, uscc: str) -> bool:
    """Whether the actor is of the unit with that credit code."""
    kind, _, code = actor.office.partition(":")
    return actor.has(Role.KEY_UNIT) and kind == "unit" and normalised(code) == normalised(uscc)


def is_city(actor: Actor, endorser: str) -> bool:
    """Whether the actor is of the city that endorses; never where the county files directly."""
    return actor.has(Role.CITY) and bool(endorser) and actor.office == f"city:{endorser}"


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


def applicant_or(actor: Actor, application: Application) -> Refusal | None:
    """A refusal for whoever is not one of the two applicants."""
    if sealer_of(actor, application) in {Sealer.COUNTY, Sealer.KEY_UNIT}:
        return None
    return Refusal(rules.NOT_AN_APPLICANT, actor.office)


def keeper_or(actor: Actor, application: Application) -> Refusal | None:
    """A refusal for whoever keeps no seal of the application, and for the city's own who had a hand in the filing."""
    match sealer_of(actor, application):
        case None:
            return Refusal(rules.NOT_AN_APPLICANT, actor.office)
        case Sealer.CITY:
            return endorser_or(actor, application)
        case _:
            return None


def endorser_or(actor: Actor, application: Application) -> Refusal | None:
    """A refusal for whoever is not of the application's city, or had a hand in the filing."""
    if not is_city(actor, application.place.endorser):
        return Refusal(rules.NOT_THE_ENDORSER, f"{actor.office}: {application.place.county_name}")
    if actor.subject in application.people:
        return Refusal(rules.OWN_FILING, actor.name)
    return None


def officer_or(actor: Actor, endorser: str) -> Refusal | None:
    """A refusal for whoever is neither of the province nor of the city that endorses."""
    if is_province(actor) or is_city(actor, endorser):
        return None
    return Refusal(rules.NOT_AN_OFFICER, actor.office)


def system_or(actor: Actor) -> Refusal | None:
    """A refusal for whoever is not the system."""
    return None if actor.has(Role.SYSTEM) else Refusal(rules.SYSTEM_ONLY)


def not_theirs(command: ApplicationCommand, application: Application) -> Refusal | None:
    """A refusal for whoever may not do this to this application, whatever its stage: nobody is told of what is not
    theirs to do."""
    actor = command.context.actor
    match command:
        case OpenDraft() | ReviseForm() | AddAttachment() | RemoveAttachment() | Withdraw():
            return applicant_or(actor, application)
        case CorrectUnit(sealer=sealer):
            own = sealer_of(actor, application) in {Sealer.COUNTY, sealer}
            return None if own else Refusal(rules.COUNTY_NAMES_UNITS)
        case SealPacket():
            return keeper_or(actor, application)
        case RequestEndorsement() | FileCorrection():
            return None if is_county(actor, application.place.county) else Refusal(rules.COUNTY_FILES)
        case Endorse() | DeclineEndorsement() | ReturnForChanges():
            return endorser_or(actor, application)
        case KeyPaperApplication() | CorrectRecord():
            return officer_or(actor, application.place.endorser)
        case EscalateEndorsement() | OpenCorrection() | CloseApplication():
            return system_or(actor)
        case _:
            assert_never(command)


def may_see(actor: Actor, *, county: str, endorser: str, key_uscc: str) -> bool:
    """Whether the actor may read an application: applicants their own, a city its counties', the province all."""
    if actor.has(Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR, Role.AUDITOR):
        return True
    return is_county(actor, county) or is_unit(actor, key_uscc) or is_city(actor, endorser)
