"""Restoring in earnest, as the runbook says, from what is kept longest: the log without the read models' rows."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from deploy.database.roles import KEYS, OPERATOR, SERVICES, beside
from deploy.local.client import run_client
from deploy.local.postgres import EmbeddedPostgres
from deploy.operator.keeping.backup import DUMP, NOTE, VKEYS
from tests.privacy.town import NAME, PHONE, Town, dumped, open_town

BASIS = "个人信息保护法第四十七条；〔2018〕7号"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a system: the backups of its log and of its keys, and copies of its folders."""

    log: Path
    persons: Path
    folders: Path
    rows: list[tuple[object, ...]]
    digests: dict[str, dict[str, str]]
    mails: int


async def digests(town: Town) -> dict[str, dict[str, str]]:
    said = await town.juqu("projection", "rebuild", "all", "--json")
    assert said.code == 0, said.err
    assert all(each["equal"] for each in said.json), said.out
    return {each["projection"]: each["rebuilt"] for each in said.json}


async def kept_of_a_lost_system(place: Path) -> Kept:
    async with open_town(place) as town:
        await town.live()
        assert (await town.juqu("log", "checkpoint", "--now")).code == 0
        to, keys_to = place / "backups", place / "keys-backups"
        said = await town.juqu("backup", "--to", str(to), "--keys-to", str(keys_to), "--log-only", "--json")
        assert said.code == 0, said.err
        (backup,) = said.json
        kept = Kept(
            Path(backup["folder"]),
            Path(backup["keys"]),
            place,
            await town.rows(),
            await digests(town),
            len(town.peers.received().mails),
        )
        assert (await town.juqu("log", "show", "1")).code == 0, "which is an event that the backup lacks"
        assert (await town.juqu("log", "checkpoint", "--now")).code == 0
        return kept


async def restore(kept: Kept, owner: EmbeddedPostgres, state: Path) -> None:
    """The lines of docs/operations.md between the first start and the second."""
    connection = await asyncpg.connect(owner.database_url("postgres"))
    for name in ("juqu", KEYS):
        await connection.execute(f"drop database {name}")
        await connection.execute(f"create database {name}")
    await connection.close()
    log, persons = owner.database_url("juqu"), owner.database_url(KEYS)
    await run_client("pg_restore", log, "--exit-on-error", "--jobs=2", "--dbname=juqu", str(kept.log / DUMP))
    await run_client("pg_restore", persons, "--exit-on-error", f"--dbname={KEYS}", str(kept.persons))
    for name in ("keys", "documents"):
        shutil.copytree(kept.folders / name, state / name, dirs_exist_ok=True)


async def test_a_system_is_restored_from_its_log_and_nothing_is_sent_again(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await kept_of_a_lost_system(state_dir / "lost")
    server, state = state_dir / "server", state_dir / "new"
    server.mkdir(mode=0o711)
    async with EmbeddedPostgres(server, durable=False) as owner:
        monkeypatch.setenv("JUQU_DATABASE_URL", owner.database_url("juqu"))
        async with open_town(state):
            pass
        await restore(kept, owner, state)
        assert NAME not in await dumped(owner.database_url("juqu"))
        async with open_town(state) as town:
            await town.at_rest()
            verified = await town.juqu(
                "log", "verify", "--key", (kept.log / VKEYS).read_text().split()[0], "--against", str(kept.log / NOTE)
            )
            assert verified.code == 0, verified
            assert (await town.juqu("person", "enforce")).code == 0
            assert await town.rows() == kept.rows
            assert await digests(town) == kept.digests
            assert town.peers.received().mails == ()
            assert kept.mails > 0
            assert NAME in await dumped(town.stack.database_url)
            assert {each.partition(".")[0] for each in kept.digests} == set(SERVICES)
            await the_notary_goes_on_once_a_person_has_said_so(town)
            await whom_only_the_key_store_has_as_erased_the_log_orders_too(town)


async def the_notary_goes_on_once_a_person_has_said_so(town: Town) -> None:
    """It had signed more than was in the backup: no other history is signed under its key without a word."""
    assert "is not the history that this notary signed" in town.stack.findings["notary"]
    refused = await town.juqu("log", "checkpoint", "--now")
    assert (refused.code, "The notary does not sign" in refused.err) == (1, True), refused
    accepted = await town.juqu("notary", "accept-history", "--reason", "restored the backup of last night")
    assert accepted.code == 0, accepted
    async with asyncio.timeout(30):
        while (await town.juqu("log", "checkpoint", "--now")).code:
            await asyncio.sleep(0.5)


async def whom_only_the_key_store_has_as_erased_the_log_orders_too(town: Town) -> None:
    (found,) = (await town.juqu("person", "find", "--phone", PHONE, "--json")).json
    connection = await asyncpg.connect(beside(town.stack.role_url(OPERATOR), KEYS))
    assert await connection.fetchval("select keys.destroy($1, $2)", found["person"], BASIS)
    await connection.close()
    done = await town.juqu("person", "enforce", "--json")
    assert done.json[0]["erased"] == [found["person"]], done
    shown = await town.juqu("person", "show", "--person", found["person"])
    assert (shown.code, BASIS in shown.out) == (0, True), shown
    assert shown.out.splitlines()[-1].startswith("Erased: none of ")
    assert (await town.juqu("person", "enforce", "--json")).json[0]["before"] == [found["person"]]
