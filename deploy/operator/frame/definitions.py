"""The services' definitions and their projections, by name; importing them opens nothing and needs no environment.

This is the door by which a command comes to what logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from deploy.database.roles import SERVICES
from deploy.operator.frame.failures import Unable
from shared.projections.projection import Projection
from shared.service.follows import Follows
from shared.service.logs import log_errors_only

if TYPE_CHECKING:
    from shared.service.definition import Definition


@dataclass(frozen=True, slots=True)
class Owned:
    """A projection and the service whose schema it stands in."""

    service: str
    projection: Projection

    @property
    def role(self) -> str:
        """The database role that owns its tables."""
        return f"juqu_{self.service}"

    @property
    def sees_personal_data(self) -> bool:
        """Whether that role has the keys to it."""
        return follows(self.service).sees_personal_data


@cache
def definition(service: str) -> Definition:
    """The definition of a service; raises ``Unable`` for a name that none has."""
    made: Definition = _module(service, "app").service()
    return made


@cache
def follows(service: str) -> Follows:
    """What of a service follows the log; raises ``Unable`` for a name that none has."""
    made: Follows = _module(service, "follows").FOLLOWS
    return made


def definitions() -> tuple[Definition, ...]:
    """The definitions of all services."""
    return tuple(definition(service) for service in SERVICES)


def projections() -> tuple[Owned, ...]:
    """Every projection of every service, the deadlines included."""
    return tuple(Owned(of.service, projection) for of in map(follows, SERVICES) for projection in of.kept)


def find_projection(name: str) -> Owned:
    """The projection of that name; raises ``Unable`` with what may be meant."""
    service = name.partition(".")[0]
    known = {each.name: Owned(service, each) for each in follows(service).kept} if service in SERVICES else {}
    if name in known:
        return known[name]
    known = {each.projection.name: each for each in projections()}
    near = get_close_matches(name, known, n=3, cutoff=0.4)
    meant = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}."
    raise Unable(f"There is no projection {name!r}.", f"{meant} How they are: `juqu projection list`")


def follower_names() -> list[str]:
    """Everything that follows the log, by name: projections and reactions."""
    return [
        name
        for of in map(follows, SERVICES)
        for name in (*(each.name for each in of.kept), *([f"{of.service}.reactions"] if of.reacts_to else []))
    ]


def _module(service: str, name: str) -> ModuleType:
    if service not in SERVICES:
        raise Unable(f"There is no service {service!r}.", f"The services are {', '.join(SERVICES)}.")
    log_errors_only()
    return import_module(f"services.{service}.{name}")


__all__ = ["Owned", "definition", "definitions", "find_projection", "follower_names", "follows", "projections"]
