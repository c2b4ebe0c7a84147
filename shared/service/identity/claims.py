"""The actor that a token's claims name. A claim of the wrong type is reported, never guessed at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.contracts.core import ACTING_FOR, Actor, Role
from shared.programme.values.offices import as_stored, check_office
from shared.programme.values.writing import is_blank, unplain

LONGEST = 200
"""Characters of a claim: nobody's name is longer."""


def actor_of(claims: Mapping[str, Any]) -> Actor:
    """``sub``, ``office`` and ``roles`` must be there, ``name`` may be (``sub`` stands for it); raises ``ValueError``
    saying what a claim is not."""
    subject, office = _text(claims, "sub"), as_stored(_text(claims, "office"))
    roles = _roles(claims)
    check_office(office, roles)
    if ACTING_FOR in subject:
        raise ValueError(f"the claim sub holds '{ACTING_FOR.strip()}', by which events say for whom somebody acts")
    return Actor(subject, _text(claims, "name") if "name" in claims else subject, office, roles)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise ValueError(f"the claim {name} is no text")
    if is_blank(value) or len(value) > LONGEST:
        raise ValueError(f"the claim {name} has no character, or more than {LONGEST}")
    if unplain(value, line=True):
        raise ValueError(f"the claim {name} holds characters that no name has")
    return value


def _roles(claims: Mapping[str, Any]) -> frozenset[Role]:
    value = claims.get("roles")
    known = {role.value for role in Role}
    if not isinstance(value, list) or not all(isinstance(role, str) and role in known for role in value):
        raise ValueError(f"the claim roles is no list of {', '.join(sorted(known))}")
    return frozenset(map(Role, value))
