"""A database URL with several hosts works wherever one with a single host does, whichever host is the primary."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from deploy.database.roles import beside
from deploy.local.client import place, run_client
from deploy.local.ports import free_ports
from services.intake.views.timeline import TIMELINE
from shared.eventlog.log import EventLog
from shared.projections.engine import open_engine, url_of
from shared.projections.projection import Projection
from shared.projections.projector import Projector
from shared.projections.rebuilding.rebuild import rebuild
from tests.messaging.traffic import Writer, context, endorsed
from tests.operator.conftest import juqu
from tests.servers import Database
from tests.standby import Pair

MODEL = Projection("intake.timeline_of_hosts", version=1, categories=("intake",), views=(TIMELINE,))


def test_a_url_is_told_to_the_programs_of_postgresql_as_they_want_it() -> None:
    url = "postgresql://juqu%40x:p%2Fw@db1:5433,[::1]:5434,db3/juqu?target_session_attrs=primary&sslmode=verify-full"
    assert place(url) == {
        "PGHOST": "db1,::1,db3",
        "PGPORT": "5433,5434,5432",
        "PGUSER": "juqu@x",
        "PGPASSWORD": "p/w",
        "PGDATABASE": "juqu",
        "PGCONNECT_TIMEOUT": "10",
        "PGTARGETSESSIONATTRS": "primary",
        "PGSSLMODE": "verify-full",
    }
    one = place("postgresql://juqu:pw@127.0.0.1/juqu")
    assert (one["PGHOST"], one["PGPORT"], one["PGUSER"]) == ("127.0.0.1", "5432", "juqu")
    assert place("postgresql:///juqu?host=/run/postgresql")["PGHOST"] == "/run/postgresql"


@pytest.fixture(params=["the standby", "dead"])
def hosts(pair: Pair, request: pytest.FixtureRequest) -> Database:
    """The primary, second in the list."""
    first = pair.standby.port if request.param == "the standby" else free_ports(1)[0]
    login, _, rest = pair.primary.url.rpartition("@")
    place, _, name = rest.partition("/")
    return Database("juqu", f"{login}@127.0.0.1:{first},{place}/{name}?target_session_attrs=read-write")


async def test_log_read_models_rebuilds_commands_and_backups_find_the_primary(hosts: Database, tmp_path: Path) -> None:
    async with await EventLog.open(hosts.url("intake")) as log:
        writer = Writer(log, log)
        head = await writer.intake_events(5)
        engine = open_engine(hosts.url("intake"))
        projector = Projector(engine, MODEL, "intake")
        await projector.prepare()
        await projector.position()
        await projector.apply(await log.read_all(0), head)
        async with engine.connect() as connection:
            shown = await connection.exec_driver_sql(f"select count(*) from intake.{TIMELINE.table.name}")
            assert shown.scalar_one() == head
        assert (await rebuild(log, engine, MODEL, "intake")).equal
        assert url_of(engine) == hosts.url("intake")
        await engine.dispose()
        assert await log.append(f"intake/application/{uuid4()}", 0, [endorsed()], context())
    said = await juqu("log", "tail", JUQU_DATABASE_URL=hosts.url("operator"), JUQU_STATE_DIR=str(tmp_path))
    assert said.code == 0, said.err
    assert "intake.ApplicationEndorsed" in said.out
    listed = await juqu("projection", "list", JUQU_DATABASE_URL=hosts.url("operator"), JUQU_STATE_DIR=str(tmp_path))
    assert listed.code == 0, listed.err
    backed = await juqu(
        *("backup", "--to", str(tmp_path / "backups"), "--json"),
        JUQU_DATABASE_URL=hosts.owner_url,
        JUQU_STATE_DIR=str(tmp_path),
    )
    assert backed.code == 0, backed.err
    assert os.path.getsize(Path(backed.json[0]["folder"]) / "log.dump") > 1000
    await run_client("pg_isready", hosts.owner_url)
    keys = await asyncpg.connect(beside(hosts.owner_url, "juqu_keys"))
    assert await keys.fetchval("select current_database()") == "juqu_keys"
    await keys.close()


async def test_a_standby_is_never_taken_for_the_log(pair: Pair) -> None:
    """It may lack what the log holds, so a URL that names only it is refused, in words."""
    alone = Database("juqu", pair.standby.url)
    with pytest.raises(Exception, match="standby, which may lack what the log holds"):
        await EventLog.open(alone.url("intake"), patience=1.0)
