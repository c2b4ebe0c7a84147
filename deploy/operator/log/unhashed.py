"""What of ``log.events`` no hash covers although readers rely on it: how many rows there are, whoever looks; the column
by which they are filed; and the indexes by which they are found."""

from __future__ import annotations

from deploy.database.as_made import INDEXES
from shared.notary.reading import Connection

NAMED = 100
"""Events that are named of each kind, at most."""

_COUNT = "select count(*), coalesce(min(seq), 1), coalesce(max(seq), 0) from log.events"
_COUNT_OF_OWNER = "select events, first, last from log.census()"
_MISFILED = """
    select seq, type, stream, category from log.events
    where category is distinct from split_part(stream, '/', 1) order by log.events.seq limit $1"""
_ONLY_BY_INDEX = ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort")


async def check_rows(connection: Connection) -> list[str]:
    """What is wrong, in words. Takes a transaction, whose settings it changes."""
    seen, first, last = await connection.fetchrow(_COUNT) or (0, 1, 0)
    everything = seen, first, last
    if await connection.fetchval("select row_security_active('log.events'::regclass)"):
        everything = tuple(await connection.fetchrow(_COUNT_OF_OWNER) or ())
    findings = []
    if everything[0] != seen:
        findings.append(
            f"Row security hides events: this login sees {seen:,}, and the table has {everything[0]:,}. What is hidden "
            "from a verification is not proven."
        )
    count, first, last = everything
    if (first, last) != (1, count):
        findings.append(f"The log has {count:,} events, and they are numbered from {first} to {last}.")
    findings += [
        f"Event {row['seq']} ({row['type']}, {row['stream']}) is filed under {row['category']!r}: whoever reads a "
        "service's events by it misses this one, or reads one too many."
        for row in await connection.fetch(_MISFILED, NAMED)
    ]
    return findings + await _check_indexes(connection, seen)


async def _check_indexes(connection: Connection, rows: int) -> list[str]:
    """An index that lacks rows hides them from whoever reads by it, and from nobody else."""
    await connection.execute("; ".join(f"set local {each} = off" for each in _ONLY_BY_INDEX))
    await connection.execute("set local max_parallel_workers_per_gather = 0")
    findings = []
    for name, columns in INDEXES.items():
        ordered = f"select from log.events order by {', '.join(columns)} offset 0"
        count = await connection.fetchval(f"select count(*) from ({ordered}) as found")  # noqa: S608
        if count != rows:
            findings.append(f"The index {name} finds {count:,} of {rows:,} events: readers by it miss the others.")
    return findings


__all__ = ["check_rows"]
