"""Offices, ``county:220113``, ``unit:<credit code>``, ``province``, ``expert:<id>``: the one place that parses them.

``Office.parse`` takes an office apart and judges nothing; ``check_office`` judges it, and the roles that go with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.contracts.core import Role
from shared.programme.values.uscc import normalised

KIND_OF_ROLE = {
    Role.COUNTY: "county",
    Role.KEY_UNIT: "unit",
    Role.CITY: "city",
    Role.PROVINCE: "province",
    Role.PROVINCE_LEAD: "province",
    Role.EXPERT: "expert",
    Role.OPERATOR: "operator",
    Role.AUDITOR: "auditor",
    Role.CONSUMER: "consumer",
    Role.SYSTEM: "system",
}
"""The kind of office that each role belongs to."""

_FORMS = {
    "county": r"county:[0-9]{6}",
    "city": r"city:[0-9]{6}",
    "unit": r"unit:[0-9A-Z]{1,18}",
    "expert": r"expert:[^\s:]{1,100}",
    "consumer": r"consumer:[^\s:]{1,100}",
    "operator": r"operator(:[^\s:]{1,100})?",
    "auditor": r"auditor(:[^\s:]{1,100})?",
    "system": r"system:[a-z]+",
}
"""The forms of offices that say which; the province is its kind alone."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office: its kind, and which of that kind (a division's code, a credit code, an id; empty where there is one).

    ``str`` gives it as events and tokens name it.
    """

    kind: str
    code: str = ""

    @classmethod
    def parse(cls, text: str) -> Office:
        """The office that a text names; never fails: what has no colon is a kind by itself."""
        kind, _, code = text.partition(":")
        return cls(kind, code)

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}" if self.code else self.kind


def as_stored(text: str) -> str:
    """An office as events name it: a unit by its credit code in capitals."""
    office = Office.parse(text)
    return str(Office(office.kind, normalised(office.code))) if office.kind == "unit" else text


def check_office(text: str, roles: frozenset[Role]) -> None:
    """Raise ``ValueError`` when an office is none, or a role does not belong to such an office."""
    kind = Office.parse(text).kind
    if not re.fullmatch(_FORMS.get(kind, re.escape(kind)), text):
        raise ValueError(f"there is no office '{text}'")
    for role in roles:
        if KIND_OF_ROLE[role] != kind:
            raise ValueError(f"the role {role} belongs to an office '{KIND_OF_ROLE[role]}', not to '{text}'")


__all__ = ["KIND_OF_ROLE", "Office", "as_stored", "check_office"]
