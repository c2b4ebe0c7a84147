"""A contact: whom an office is told through where its case does not name anybody (cities, the province, experts)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from services.notify.aggregates import rules
from shared.contracts.core import Command, Decider, Event, Outcome, Refusal, Role
from shared.contracts.notify import ContactRegistered
from shared.programme.values.personal import Email, PersonName, Phone
from shared.programme.values.uscc import normalised
from shared.programme.values.writing import is_blank, unplain

OFFICES = ("county", "unit", "city", "province", "expert", "operator")
"""The kinds of office that can be told something."""
_NAME = re.compile(r"[0-9A-Za-z-]{1,64}")


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


Contact: TypeAlias = ContactRegistered | None


def evolve(state: Contact, event: Event) -> Contact:
    """The last registration holds."""
    return event if isinstance(event, ContactRegistered) else state


def decide(state: Contact, command: RegisterContact) -> Outcome:
    """Registered by the office itself, the province or an operator."""
    actor = command.context.actor
    if actor.office != command.office and not actor.has(Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR):
        return Refusal(rules.OWN_CONTACT, actor.office)
    kind, _, name = command.office.partition(":")
    alone = kind in {"province", "operator"}
    if kind not in OFFICES or (bool(name) if alone else not _NAME.fullmatch(name)):
        return Refusal(rules.OFFICE_KNOWN, command.office[:100], "office")
    if kind == "unit" and name != normalised(name):
        return Refusal(rules.OFFICE_KNOWN, f"unit:{normalised(name)}", "office")
    if unplain(command.name, line=True) or is_blank(command.name) or len(command.name) > 100:
        return Refusal(rules.NAME_PLAIN, field="name")
    if command.unusable:
        field = command.unusable.partition(":")[0]
        return Refusal(rules.ADDRESS_USABLE, command.unusable, field, detail_zh=command.unusable_zh)
    if not command.phone and not command.email:
        return Refusal(rules.REACHABLE, field="email")
    event = ContactRegistered(
        office=command.office,
        name=command.name,
        phone=command.phone,
        email=command.email,
        registered_by=actor.subject,
    )
    same = state is not None and (state.name, state.phone, state.email) == (event.name, event.phone, event.email)
    return () if same else (event,)


CONTACT: Decider[Contact, RegisterContact] = Decider("notify", "contact", None, evolve, decide)
