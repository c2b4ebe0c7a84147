"""Intake's server for the bench: ``python -m bench.ours.server log|everything|memory``.

It is the app that ``services.intake.app`` serves, with every layer of it (correlation, identity, validation, rules,
problems, logs); only what is opened beside differs. ``log`` opens what commands need, ``everything`` runs the service,
``memory`` puts a dictionary in place of the log.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

from fastapi import FastAPI

from bench.worker import calm_collector
from services.intake.app import service as definition
from shared.contracts.core import Context, Envelope, Event, event_type
from shared.eventlog.errors import VersionConflict
from shared.eventlog.log import Appended, EventLog
from shared.service.app import build_app
from shared.service.clock import SystemClock
from shared.service.host import Host
from shared.service.http.serving import serve
from shared.service.identity.tokens import Authenticator, key_source
from shared.service.logs import configure_logs
from shared.service.runner import Runner
from shared.service.service import Service
from shared.service.settings import read_settings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class MemoryLog:
    """Streams in a dictionary: what ``Runner`` needs of a log, without a database and without encoding anything."""

    def __init__(self) -> None:
        self._streams: dict[str, list[Envelope]] = {}
        self._seq = 0

    async def read_stream(self, stream: str, after_version: int = 0) -> list[Envelope]:
        """A stream's events."""
        return self._streams.get(stream, [])[after_version:]

    async def read_streams(self, streams: Sequence[str]) -> list[list[Envelope]]:
        """Several streams' events."""
        return [await self.read_stream(stream) for stream in streams]

    async def append(self, stream: str, expected_version: int, events: Sequence[Event], context: Context) -> Appended:
        """Add to a stream. Raises ``VersionConflict``."""
        held = self._streams.setdefault(stream, [])
        if len(held) != expected_version:
            raise VersionConflict(stream, expected_version, len(held))
        now = datetime.now(UTC)
        first = self._seq + 1
        for event in events:
            self._seq += 1
            version = len(held) + 1
            held.append(_envelope(seq=self._seq, stream=stream, version=version, event=event, context=context, now=now))
        return Appended(first, self._seq, len(held), now, False)


def _envelope(*, seq: int, stream: str, version: int, event: Event, context: Context, now: datetime) -> Envelope:
    kind = event_type(event)
    return Envelope(
        seq=seq,
        event_id=uuid4(),
        stream=stream,
        version=version,
        type=kind.name,
        schema_version=kind.version,
        event=event,
        actor=context.actor.subject,
        office=context.actor.office,
        effective_on=context.effective_on,
        recorded_at=now,
        command_id=context.command_id,
        correlation_id=context.correlation_id,
        causation_id=context.causation_id,
        policy_version=context.policy_version,
    )


def on_the_log(host: Host) -> Lifespan:
    """Open what commands need."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        try:
            await host.connect()
            calm_collector()
            yield
        finally:
            await host.close()

    return lifespan


def in_memory(service: Service) -> Lifespan:
    """Set what commands need, with a log in memory."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        settings = service.settings
        service.clock = SystemClock()
        service.identity = Authenticator(key_source(settings.issuer, settings.keys_dir), settings.audience)
        service.runner = Runner(cast("EventLog", MemoryLog()))
        calm_collector()
        yield

    return lifespan


def main() -> None:
    """Serve until SIGTERM."""
    settings = read_settings("intake", os.environ)
    configure_logs("intake", settings.log_level)
    app = build_app(definition(), settings)
    host: Host = app.state.host
    match sys.argv[1]:
        case "log":
            app.router.lifespan_context = on_the_log(host)
        case "memory":
            app.router.lifespan_context = in_memory(host.service)
    serve(app, settings)


if __name__ == "__main__":
    main()
