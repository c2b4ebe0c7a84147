"""Tokens of the development issuer, for trying the APIs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from deploy.operator.frame.failures import Unable, sentence
from deploy.operator.frame.system import NOTE, environment_of, keys_folder
from shared.contracts.core import Actor, Role
from shared.programme.divisions import UnknownDivision, authorities, authority, route
from shared.programme.values.offices import KIND_OF_ROLE
from shared.programme.values.uscc import Uscc, UsccError
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.settings import DEVELOPMENT

LONGEST = 24 * 366
"""Hours."""


def check_validity(state: Path, hours: float) -> None:
    """Raise ``Unable`` where the system takes another issuer's tokens, and for hours that no token is valid."""
    issuer = environment_of(state).get("JUQU_OIDC_ISSUER") or DEVELOPMENT
    if issuer != DEVELOPMENT:
        raise Unable(f"This system takes tokens of {issuer} (JUQU_OIDC_ISSUER).", "Ask that issuer.")
    if not 0 < hours <= LONGEST:
        raise Unable(f"--hours {hours:g}: from above 0 to {LONGEST} (a year).")


def read_person(office: str, roles: Iterable[str], *, name: str, subject: str) -> Actor:
    """A person in an office, called by it where no name or subject is given; raises ``Unable``."""
    office_name = name_of_office(office, date.today())  # noqa: DTZ011 - the division's name today
    return Actor(subject or office, name or office_name, office, frozenset(map(_role, roles)))


def was_started(state: Path) -> bool:
    """Whether a system was ever started in a folder."""
    return (state / NOTE).exists() or (state / "keys").exists()


def make_token(state: Path, person: Actor, hours: float) -> str:
    """A token for a person; raises ``Unable`` where office and roles do not go together."""
    issuer = DevelopmentIssuer(keys_folder(state, environment_of(state)))
    try:
        return issuer.token(person, lifetime=timedelta(hours=hours))
    except ValueError as error:
        raise Unable(sentence(error), "The offices and roles: `juqu token --help`") from None


def name_of_office(office: str, on: date) -> str:
    """What an office is called; raises ``Unable`` for one that cannot be."""
    kind, colon, which = office.partition(":")
    match kind:
        case "county" | "city" | "unit" | "expert" | "consumer" if not which.strip():
            raise Unable(f"--office {office}: whose? It reads {kind}:<{_WHOSE[kind]}>.")
        case "county":
            return _county(which, on)
        case "city":
            bureau = authority(which, on)
            if bureau is None:
                known = ", ".join(f"{each.code} {each.name}" for each in authorities(on))
                raise Unable(f"--office {office}: no city bureau endorses under {which}.", f"There are {known}.")
            return bureau.name
        case "unit":
            return _unit(which)
        case "expert":
            return f"专家 {which}"
        case "consumer":
            return which
        case "province" | "operator" | "auditor" if not colon:
            return {"province": "省科技厅"}.get(kind, kind)
        case _:
            raise Unable(
                f"--office {office}: there is no such office.",
                "It is county:.., unit:.., city:.., province, expert:.., operator, auditor or consumer:..",
            )


_WHOSE = {"county": "division", "city": "division", "unit": "USCC", "expert": "id", "consumer": "name"}


def _county(code: str, on: date) -> str:
    try:
        return f"{route(code, on).county.name}科技管理部门"
    except UnknownDivision as error:
        raise Unable(f"--office county:{code}: {error.message_en}.", error.message_zh) from None


def _unit(code: str) -> str:
    try:
        return f"服务业重点单位 {Uscc.parse(code)}"
    except UsccError as error:
        raise Unable(f"--office unit:{code}: {error.message_en}", error.message_zh) from None


def _role(name: str) -> Role:
    known = [each.value for each in KIND_OF_ROLE if each is not Role.SYSTEM]
    if name not in known:
        raise Unable(f"--role {name}: there is no such role.", f"There are {', '.join(known)}.")
    return Role(name)


__all__ = ["check_validity", "make_token", "read_person", "was_started"]
