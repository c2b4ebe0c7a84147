"""A contact: whom an office is told through where its case does not name anybody (cities, the province, experts)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from services.notify.aggregates import rules
from services.notify.aggregates.permission import own_contact
from shared.contracts import notify as events
from shared.contracts.core import Command, Decider, Event, Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.values.offices import Office
from shared.programme.values.personal import Email, PersonName, Phone
from shared.programme.values.uscc import normalised
from shared.programme.values.writing import is_blank, unplain

OFFICES = ("county", "unit", "city", "province", "expert", "operator")
"""The kinds of office that can be told something."""
_ALONE = ("province", "operator")
"""The kinds of which there is only one office."""
_CODE = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterContact(Command):
    """Name an office's contact. The addresses come checked; ``unusable`` says what is wrong with one, after its
    field."""

    office: str
    name: PersonName
    phone: Phone = ""
    email: Email = ""
    unusable: str = ""
    unusable_zh: str = ""


Contact: TypeAlias = events.ContactRegistered | None


def evolve(state: Contact, event: Event) -> Contact:
    """The last registration holds."""
    match event:
        case events.ContactRegistered():
            return event
        case _:
            return state


def decide(state: Contact, command: RegisterContact) -> Outcome:
    """Registered by the office itself, the province or an operator."""
    return first(
        own_contact(command.context, command.office),
        _known(command.office),
        unless(_is_plain(command.name), rules.NAME_PLAIN, field="name"),
        _usable(command),
        unless(bool(command.phone or command.email), rules.REACHABLE, field="email"),
    ) or _registered(state, command)


def _known(text: str) -> Refusal | None:
    """Refuses an office that does not exist, and a unit whose credit code is not in the form in which it is kept."""
    office = Office.parse(text)
    named = not office.code if office.kind in _ALONE else _CODE.fullmatch(office.code) is not None
    by_its_code = office.kind != "unit" or office.code == normalised(office.code)
    return first(
        unless(office.kind in OFFICES and named, rules.OFFICE_KNOWN, text[:100], field="office"),
        unless(by_its_code, rules.OFFICE_KNOWN, f"unit:{normalised(office.code)}", field="office"),
    )


def _is_plain(name: str) -> bool:
    return not unplain(name, line=True) and not is_blank(name) and len(name) <= 100


def _usable(command: RegisterContact) -> Refusal | None:
    field = command.unusable.partition(":")[0]
    return unless(
        not command.unusable, rules.ADDRESS_USABLE, command.unusable, field=field, detail_zh=command.unusable_zh
    )


def _registered(state: Contact, command: RegisterContact) -> tuple[Event, ...]:
    """The registration, or nothing if it repeats what is known."""
    event = events.ContactRegistered(
        office=command.office,
        name=command.name,
        phone=command.phone,
        email=command.email,
        registered_by=command.context.actor.subject,
    )
    same = state is not None and (state.name, state.phone, state.email) == (event.name, event.phone, event.email)
    return () if same else (event,)


CONTACT: Decider[Contact, RegisterContact] = Decider("notify", "contact", None, evolve, decide)
