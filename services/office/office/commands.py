"""What the people of an office may arrange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from shared.contracts.core import Command
from shared.programme.values.personal import PersonName
from shared.programme.values.writing import Line
from shared.programme.vocabulary import ActKind


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDelegation(Command):
    """Let a colleague act for you, from a day to a day, both inclusive, for named kinds of act.

    ``delegate`` is the subject of the colleague's token. ``delegate_office`` is their office, which is yours.
    """

    office: str
    delegate: Line
    delegate_name: PersonName
    delegate_office: Line
    kinds: tuple[ActKind, ...]
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDelegation(Command):
    """End a delegation now: by a head of the office, or by the colleague, who gives it back."""

    office: str
    delegation_id: str


OfficeCommand: TypeAlias = GrantDelegation | EndDelegation
