"""Setting the clock of a system where it is driven."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import System, connected


async def set_clock(system: System, moment: datetime) -> None:
    """Set it forward; raises ``Unable`` where that would be back."""
    async with connected(system.operator_url) as connection:
        try:
            await connection.fetchval("select clock.set($1)", moment)
        except asyncpg.DatetimeFieldOverflowError as error:
            raise Unable(f"Time does not go back: {error}.") from None


__all__ = ["set_clock"]
