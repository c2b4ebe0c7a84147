"""What a service is, before anything is opened: its decider, its read models, what it reacts to, its routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from shared.contracts.core import Decider, Envelope
from shared.service.deadlines import DeadlineSet
from shared.service.follows import Follows
from shared.service.reactions import Consider
from shared.service.recounting import StandingDeadline
from shared.service.service import Service
from shared.service.todos import Todo

Loop = Callable[[], Awaitable[None]]


def nothing_to_do(_envelope: Envelope) -> Sequence[Todo]:
    """The reaction of a service that reacts to nothing."""
    return ()


def never_due(deadline: DeadlineSet) -> Todo:
    """What a service without deadlines does when one is due: it cannot be."""
    raise LookupError(f"no such deadline: {deadline.kind}")


def nothing_of_its_own(_service: Service) -> None:
    """The ``own`` of a service that has no more than every service."""


async def nothing_to_report(_service: Service) -> dict[str, Any]:
    """The ``reports`` of a service that adds nothing to its health report."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A service. ``title`` heads its OpenAPI document. One that decides nothing has no ``decider``.

    ``own`` makes what only this service has, once, when it connects: see ``Service.own``.

    ``react`` is asked about every event that the service ``follows`` to react to. ``considering`` stands in for
    ``react`` where a reaction depends on the service's own read models. ``again`` has a deadline counted again by
    another calendar, where its days are counted (``None``: they are not). ``loops`` gives further loops to run beside
    the HTTP server, by name; ``reports`` adds to the health report.
    """

    follows: Follows
    title: str
    routes: Callable[[Service], APIRouter]
    decider: Decider[Any, Any] | None = None
    own: Callable[[Service], object] = nothing_of_its_own
    react: Callable[[Envelope], Sequence[Todo]] = nothing_to_do
    considering: Callable[[Service], Consider] | None = None
    when_due: Callable[[DeadlineSet], Todo] = never_due
    again: Callable[[StandingDeadline], Todo | None] | None = None
    loops: Callable[[Service], dict[str, Loop]] = lambda _service: {}
    reports: Callable[[Service], Awaitable[dict[str, Any]]] = nothing_to_report

    @property
    def name(self) -> str:
        """The service's name."""
        return self.follows.service

    def decider_of(self, todo: Todo) -> Decider[Any, Any]:
        """What decides the command of something to do: its own decider where it names one, else the service's."""
        decider = todo.decider or self.decider
        assert decider is not None, f"{self.name} decides nothing"
        return decider
