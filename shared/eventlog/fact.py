"""A command's events as ``log.append`` takes them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha1
from typing import TypeAlias

from asyncpg.pgproto.pgproto import UUID

from shared.contracts.core import JUQU_NAMESPACE, Context, Event, event_type
from shared.eventlog.codec import encode

Fact: TypeAlias = tuple[object, ...]
"""The parts of the type ``log.fact``, in its order."""

_NAMESPACE = JUQU_NAMESPACE.bytes


def facts(
    stream: str, expected_version: int, events: Sequence[Event], context: Context, texts: Sequence[str] | None = None
) -> list[Fact]:
    """The events as they are sent; ``texts`` are theirs where not simply encoded. Raises what ``encode`` does."""
    actor = context.actor
    recorded = actor.recorded
    command_id = str(context.command_id)  # which the driver sends faster than the UUID
    made: list[Fact] = []
    for ordinal, event in enumerate(events):
        kind = event_type(event)
        made.append(
            (
                command_id,
                stream,
                expected_version,
                _event_id(f"{command_id}\x1f{ordinal}"),
                context.causation_id,
                context.effective_on,
                kind.version,
                kind.internal,
                kind.name,
                recorded,
                actor.office,
                context.correlation_id,
                context.policy_version,
                encode(event) if texts is None else texts[ordinal],
            )
        )
    return made


def _event_id(name: str) -> UUID:
    """``derived_id`` of a command's id and an ordinal, in the form that the driver sends fastest."""
    digest = bytearray(sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes(digest))


__all__ = ["Fact", "facts"]
