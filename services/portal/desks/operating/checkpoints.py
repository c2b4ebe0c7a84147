"""The newest checkpoint, as the notary hands it out: what it says, and who signed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.notary.checkpoint import Checkpoint
from shared.notary.note import Malformed, parse_note


@dataclass(frozen=True, slots=True)
class WitnessMark:
    """A witness's cosignature under the checkpoint, and when it was given."""

    name: str
    given: datetime


@dataclass(frozen=True, slots=True)
class ShownCheckpoint:
    """``signed_by`` names the notary's keys, ``witnesses`` others who saw the same; ``waiting`` events are in the tree
    and not in the checkpoint yet. The page does not verify it: whoever wants to be sure does that themself."""

    origin: str
    size: int
    root: str
    signed_by: Sequence[str]
    witnesses: Sequence[WitnessMark]
    waiting: int
    keys: Sequence[str]


def shown_checkpoint(note: str, keys: Iterable[Mapping[str, Any]], size: int) -> ShownCheckpoint | None:
    """From the signed note; nothing where it cannot be read. ``size`` is the tree's."""
    try:
        parsed = parse_note(note)
        says = Checkpoint.parse(parsed.text)
    except Malformed:
        return None
    witnesses = [each for each in parsed.signatures if len(each.payload) == 72]
    return ShownCheckpoint(
        origin=says.origin,
        size=says.size,
        root=says.root.hex(),
        signed_by=[each.name for each in parsed.signatures if each not in witnesses],
        witnesses=[WitnessMark(each.name, datetime.fromtimestamp(each.timestamp, UTC)) for each in witnesses],
        waiting=max(0, size - says.size),
        keys=[str(key["vkey"]) for key in keys],
    )


__all__ = ["ShownCheckpoint", "WitnessMark", "shown_checkpoint"]
