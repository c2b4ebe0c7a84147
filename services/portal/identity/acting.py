"""For whom somebody who is signed in acts: the delegation that they switched on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from shared.contracts.core import Actor, Principal, Role
from shared.programme.delegating import acts_of
from shared.programme.vocabulary import ActKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingFor:
    """A delegation as its colleague's session keeps it."""

    delegation_id: str
    principal: str
    principal_name: str
    roles: tuple[Role, ...]
    kinds: tuple[ActKind, ...]
    first_day: date
    last_day: date

    def as_them(self, actor: Actor) -> Actor:
        """The colleague with the roles in which they act."""
        principal = Principal(self.principal, self.principal_name, acts_of(self.kinds))
        return replace(actor, roles=frozenset(self.roles), principal=principal)

    def stands_on(self, day: date) -> bool:
        """Whether a day is one of its days."""
        return self.first_day <= day <= self.last_day

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"first_day": self.first_day.isoformat(), "last_day": self.last_day.isoformat()}


def acting_for(said: Mapping[str, Any]) -> ActingFor:
    """From what the office service says of a delegation, or a session kept."""
    return ActingFor(
        delegation_id=said["delegation_id"],
        principal=said["principal"],
        principal_name=said["principal_name"],
        roles=tuple(map(Role, said["roles"])),
        kinds=tuple(map(ActKind, said["kinds"])),
        first_day=date.fromisoformat(said["first_day"]),
        last_day=date.fromisoformat(said["last_day"]),
    )


__all__ = ["ActingFor", "acting_for"]
