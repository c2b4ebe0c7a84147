"""What a service is, before anything is opened: its decider, its read models, what it reacts to, its routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.contracts.core import Decider, Envelope, Event
from shared.projections.projection import Projection
from shared.service.deadlines import Change, DeadlineSet
from shared.service.reactions import Consider, Todo

if TYPE_CHECKING:
    from fastapi import APIRouter

    from shared.service.running import Service

Loop = Callable[[], Awaitable[None]]


def nothing_to_do(_envelope: Envelope) -> Sequence[Todo]:
    """The reaction of a service that reacts to nothing."""
    return ()


def no_deadlines(_envelope: Envelope) -> Sequence[Change]:
    """The timetable of a service without deadlines."""
    return ()


def never_due(deadline: DeadlineSet) -> Todo:
    """What a service without deadlines does when one is due: it cannot be."""
    raise LookupError(f"no such deadline: {deadline.kind}")


async def nothing_to_report(_service: Service) -> dict[str, Any]:
    """What a service adds to its health report."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A service. ``title`` heads its OpenAPI document.

    ``react`` is asked about every event of the categories in ``reacts_to``, with ``reacts_to_internal`` about its own
    unpublished ones too (which the log brings, not Redis). ``timetable`` is asked about every event of its own. Neither
    is asked about those of classes in ``leaves_alone``, of which there are many and nothing follows.
    ``considering`` stands in for ``react`` where a reaction depends on the service's own read models.
    ``loops`` gives further loops to run beside the HTTP server, by name; ``reports`` what the health report
    is to hold besides.
    """

    name: str
    title: str
    decider: Decider[Any, Any]
    projections: tuple[Projection, ...]
    routes: Callable[[Service], APIRouter]
    reacts_to: tuple[str, ...] = ()
    reacts_to_internal: bool = False
    leaves_alone: frozenset[type[Event]] = frozenset()
    react: Callable[[Envelope], Sequence[Todo]] = nothing_to_do
    considering: Callable[[Service], Consider] | None = None
    timetable: Callable[[Envelope], Sequence[Change]] | None = None
    when_due: Callable[[DeadlineSet], Todo] = never_due
    loops: Callable[[Service], dict[str, Loop]] = lambda _service: {}
    reports: Callable[[Service], Awaitable[dict[str, Any]]] = nothing_to_report
