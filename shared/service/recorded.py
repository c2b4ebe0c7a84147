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
    found = next((each for each in envelopes if each.event_id == event_id), None)
    if found is None:
        return None
    told: list[Any] = [each.event for each in envelopes if isinstance(each.event, correction)]
    corrections = tuple((str(each.field), str(each.now)) for each in told if each.corrects == event_id)
    return Recorded(found.event, found.effective_on, corrections)
