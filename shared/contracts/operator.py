"""Operators: what the command line did that must be answered for. The notice of 2018 is silent on this."""

from __future__ import annotations

from shared.contracts.core import Event, event


@event("查阅记录", clause="-", internal=True)
class RecordsRead(Event):
    """Somebody at the command line was shown what events hold, personal data perhaps among it.

    ``command`` is what was typed; ``cases`` are those shown, ``seqs`` the events (at most the first thousand),
    ``count`` how many there were. Internal: it concerns nobody outside.
    """

    command: str
    cases: tuple[str, ...]
    seqs: tuple[int, ...]
    count: int
