"""A log that an earlier build wrote gives the digests that it gave then, by one process and by several.

``golden/demonstration.jsonl.xz`` is the demonstration's log, an event a line, its personal data opened (all of it is
made up). ``demonstration.digests.json`` has the tables' digests by projection and version; a new version's are added.
"""

import json
import lzma
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy.operator.frame.definitions import projections
from shared.eventlog.log import EventLog
from shared.projections.engine import open_engine
from shared.projections.rebuilding.filling import Effort
from shared.projections.rebuilding.rebuild import drop_replay, rebuild
from tests.projections.deliveries import COLUMNS
from tests.servers import Database

FOLDER = Path(__file__).parent / "golden"
DIGESTS: Mapping[str, Mapping[str, str]] = json.loads((FOLDER / "demonstration.digests.json").read_text())
READ: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(("event_id", "command_id", "causation_id"), UUID),
    "effective_on": date.fromisoformat,
    "recorded_at": datetime.fromisoformat,
}


@pytest.fixture
async def stored(database: Database) -> Database:
    """A database with that log."""
    lines = lzma.decompress((FOLDER / "demonstration.jsonl.xz").read_bytes()).decode().splitlines()
    connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.copy_records_to_table(
            "events", schema_name="log", columns=COLUMNS.split(), records=[_record(json.loads(line)) for line in lines]
        )
    finally:
        await connection.close()
    return database


def _record(event: dict[str, Any]) -> list[Any]:
    values = {name: event[name] for name in COLUMNS.split()}
    return [READ[name](value) if name in READ and value is not None else value for name, value in values.items()]


@pytest.mark.parametrize(
    "effort", [Effort(), Effort(page=500, processes=2, worth=1)], ids=["one process", "several processes"]
)
async def test_it_folds_to_the_digests_of_then(stored: Database, effort: Effort) -> None:
    for owned in projections():
        projection, url = owned.projection, stored.url(owned.role)
        engine = open_engine(url)
        async with await EventLog.open(url) as log:
            done = await rebuild(log, engine, projection, owned.service, effort=effort)
            await drop_replay(engine, owned.service, projection.name, "rebuild")
        await engine.dispose()
        assert done.parked == 0
        assert dict(done.shadow.tables) == DIGESTS[f"{projection.name} {projection.version}"], projection.name
