"""Which events are parked, by which followers."""

from __future__ import annotations

from dataclasses import fields

from deploy.database.roles import SERVICES
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import System, connected
from shared.projections.parked import Parked


def require_follower(name: str) -> None:
    """Raise ``Unable`` for a name that no follower has; those of replays are taken as they are."""
    from deploy.operator.frame.definitions import follower_names

    known = follower_names()
    if name.partition("@")[0] not in known:
        raise Unable(f"There is no follower {name}.", f"There are {', '.join(known)}: `juqu projection list`", code=NO)


async def find_parked(system: System, follower: str = "") -> list[tuple[str, Parked]]:
    """What is parked, of one follower or of all, each with its service, by seq."""
    columns = ", ".join(column.name for column in fields(Parked))
    parked = []
    async with connected(system.operator_url) as connection:
        for service in SERVICES:
            if await connection.fetchval("select to_regclass($1) is not null", f"{service}.parked"):
                statement = f"select {columns} from {service}.parked where $1 in ('', follower)"  # noqa: S608
                parked += [(service, Parked(**row)) for row in await connection.fetch(statement, follower)]
    return sorted(parked, key=lambda pair: (pair[1].seq, pair[1].follower))


__all__ = ["find_parked", "require_follower"]
