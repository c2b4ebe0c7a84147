"""The master key that the persons' keys are wrapped under, and changing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.operator.frame import records
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import System, connected
from deploy.operator.frame.times import system_now
from shared.contracts.core import Context, Event, day_in_china, derived_id
from shared.contracts.operator import MasterKeyChanged, MasterKeyRetired
from shared.eventlog.log import EventLog
from shared.privacy.changing import Change, ChangeRefused, Connection, prepare, put_in_force, retire, wrap_anew
from shared.privacy.cipher import Forged
from shared.privacy.opening import master_path, store_url

STREAM = "operator/master-key"

_MASTERS = """
    select encode(coalesce(m.id, b.master), 'hex') as id,
        case when m.number > 1 then m.since end as since, coalesce(b.persons, 0) as persons
    from keys.masters as m full join keys.by_master() as b on b.master = m.id order by m.number"""


@dataclass(frozen=True, slots=True)
class MasterChange:
    """The master key of the file ``path`` was changed: ``persons`` keys are under the new one, and the former one is
    kept in the file ``kept``; None: the new one only waits."""

    path: Path
    former: str
    master: str
    persons: int = 0
    kept: Path | None = None


async def list_masters(system: System) -> list[asyncpg.Record]:
    """The master keys: ``id`` (hex), ``since``, and how many ``persons`` keys are wrapped under each."""
    async with connected(_store(system)) as connection:
        return await connection.fetch(_MASTERS)


async def change_master(system: System, tell: Callable[[int], None], *, only_prepare: bool) -> MasterChange:
    """Put a new master key in the old one's place; ``tell`` is told how many keys are wrapped anew so far.

    Raises ``Unable`` where that cannot be.
    """
    path = master_path(system.keys, system.environment)
    try:
        return await _change(system, path, tell, only_prepare=only_prepare)
    except (ChangeRefused, Forged) as error:
        raise Unable(f"{error}.", code=NO) from None
    except (OSError, ValueError) as error:
        raise Unable(f"The master key cannot be changed: {error}.") from None


async def _change(system: System, path: Path, tell: Callable[[int], None], *, only_prepare: bool) -> MasterChange:
    async with (
        connected(_store(system)) as connection,
        records.opened(system.operator_url) as log,
    ):
        change = await prepare(connection, path)
        former, master = change.former.hex(), change.master.hex()
        if only_prepare:
            return MasterChange(path, former, master)
        await put_in_force(connection, path, change)
        await _record(system, log, MasterKeyChanged(former=former, master=master))
        done = 0

        def count_up(count: int) -> None:
            nonlocal done
            done += count
            tell(done)

        await wrap_anew(connection, path, change, count_up)
        persons = await _persons(connection, change)
        await _record(system, log, MasterKeyRetired(former=former, master=master, persons=persons))
        return MasterChange(path, former, master, persons, retire(path, change))


async def _persons(connection: Connection, change: Change) -> int:
    """How many keys are under the new master key; raises ``Unable`` while one is under another."""
    counts = {row["master"]: row["persons"] for row in await connection.fetch("select * from keys.by_master()")}
    if counts.keys() - {change.master}:
        raise Unable("Not every key is wrapped anew.", "Do it again: `juqu keys rotate`", code=NO)
    return int(counts.get(change.master, 0))


async def _record(system: System, log: EventLog, event: MasterKeyChanged | MasterKeyRetired) -> None:
    """Leave word of a step, once."""
    known: list[Event] = [envelope.event for envelope in await log.read_stream(STREAM)]
    if any(type(step) is type(event) and getattr(step, "master", "") == event.master for step in known):
        return
    now = await system_now(system)
    context = Context(
        actor=records.person(),
        now=now,
        effective_on=day_in_china(now),
        command_id=derived_id("master key", type(event).__name__, event.master),
        correlation_id=str(derived_id("master key", event.master)),
    )
    await log.append(STREAM, len(known), [event], context)


def _store(system: System) -> str:
    """The key store as the operators' role."""
    return store_url(system.operator_url, system.environment)


__all__ = ["MasterChange", "change_master", "list_masters"]
