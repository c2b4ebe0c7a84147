"""``juqu notary accept-history``: the notary goes on with a history that it did not sign, and leaves word of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from deploy.operator.frame import records
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import System, connected
from deploy.operator.frame.times import system_now
from shared.contracts.core import Context, day_in_china
from shared.contracts.operator import HistoryAccepted
from shared.notary import selfcheck
from shared.notary.checkpoint import Checkpoint
from shared.notary.memory import Memory
from shared.notary.note import Verifier
from shared.notary.reading import Connection, keys
from shared.notary.refusal import SigningRefused
from shared.notary.selfcheck import Base
from shared.programme.values.writing import cleaned, unplain

STREAM = "operator/notary"
LONGEST = 500
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class AcceptedHistory:
    """What was accepted: the checkpoints before and now (None: none), and the seq of the event that says so."""

    former: Checkpoint | None
    now: Checkpoint | None
    seq: int


def read_reason(text: str) -> str:
    """A reason in words, on one line; raises ``Unable``."""
    reason = cleaned(text)
    if not reason or len(reason) > LONGEST or unplain(reason, line=True):
        raise Unable(f"Why? --reason takes a sentence of at most {LONGEST} characters, which names no person.")
    return reason


async def accept_history(system: System, memory: Memory, own: Sequence[Verifier], reason: str) -> AcceptedHistory:
    """Have the notary, whose key is ``own``, remember the newest checkpoint there is in place of what it remembers.

    The log and the notary's tables must agree with each other, all events of them. Raises ``Unable``, also where there
    is nothing to accept.
    """
    former = _remembered(memory)
    async with connected(system.operator_url) as reading, connected(system.operator_url) as beside:
        try:
            known_keys = [*await keys(beside), *own]
            base = await selfcheck.checked_base(beside, known_keys)
            await selfcheck.check_base(reading, beside, base, full=True)
        except SigningRefused as refused:
            raise Unable(
                f"The log and the notary's own tables contradict each other: {refused}.",
                "That cannot be accepted. Compare with a backup: docs/operations.md, When a verification fails.",
                code=NO,
            ) from None
        agrees = await _agrees(reading, base, memory, known_keys)
    if agrees:
        raise Unable("There is nothing to accept: the log has the history that the notary signed.", code=NO)
    seq = await _leave_word(system, former, base, reason)
    note = base.newest.note if base.newest else None
    now = await system_now(system)
    try:
        memory.accept(note, now.isoformat(), records.person().subject, reason)
    except OSError as error:
        raise Unable(f"{error}.", f"Event {seq} says that it was accepted; mend that, and do it again.") from None
    return AcceptedHistory(former, base.newest.checkpoint if base.newest else None, seq)


def _remembered(memory: Memory) -> Checkpoint | None:
    """What is remembered; None also where that cannot be used, which is then what is accepted."""
    try:
        known = memory.read()
    except SigningRefused:
        return None
    return known.checkpoint if known else None


async def _agrees(reading: Connection, base: Base, memory: Memory, known_keys: Sequence[Verifier]) -> bool:
    """Whether the notary would go on by itself."""
    try:
        known = memory.read()
        if known is None:
            return False
        memory.check(known, known.checkpoint.origin if known.checkpoint else "", known_keys)
        await selfcheck.check_remembered(reading, base, known.checkpoint)
    except SigningRefused:
        return False
    return True


async def _leave_word(system: System, former: Checkpoint | None, base: Base, reason: str) -> int:
    now = await system_now(system)
    event = HistoryAccepted(
        reason=reason,
        former_size=former.size if former else -1,
        former_root=former.root.hex() if former else "",
        size=base.size if base.newest else -1,
        root=base.root.hex() if base.newest else "",
    )
    command = uuid4()
    context = Context(
        actor=records.person(),
        now=now,
        effective_on=day_in_china(now),
        command_id=command,
        correlation_id=str(command),
    )
    async with records.opened(system.operator_url) as log:
        version = len(await log.read_stream(STREAM))
        return (await log.append(STREAM, version, [event], context)).last_seq


__all__ = ["AcceptedHistory", "accept_history", "read_reason"]
