"""Looking up what a correction of the record is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.contracts.core import Envelope, Event
from shared.programme.record import Recorded


def find_recorded(envelopes: Sequence[Envelope], event_id: UUID, correction: type[Event]) -> Recorded | None:
    """An event of a stream with what was corrected of it; ``None`` where the stream has none of this id.

    ``correction`` is the class of the stream's corrections (``RecordCorrected`` of its service).
    """
    original = next((envelope for envelope in envelopes if envelope.event_id == event_id), None)
    if original is None:
        return None
    events: list[Any] = [envelope.event for envelope in envelopes if isinstance(envelope.event, correction)]
    corrections = tuple((str(event.field), str(event.now)) for event in events if event.corrects == event_id)
    return Recorded(original.event, original.effective_on, corrections)
