"""A backup is whole and without the persons' keys; the drill restores it elsewhere and says whether it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from deploy.database.bootstrap import bootstrap
from deploy.database.roles import beside
from services.notary.follower import Cadence, Notary
from services.notary.settings import NotarySettings
from shared.privacy.master import Master, put_master
from shared.privacy.opening import MASTER_FILE, personal_data
from tests.notary.conftest import at_work, until
from tests.notary.ledger import tamper
from tests.operator.conftest import System
from tests.privacy.test_sealing import WANG
from tests.servers import PASSWORDS


@pytest.fixture
async def signed(lived: System) -> System:
    """A system in which a case was approved, its read models are up to date, and a checkpoint was signed."""
    for service in ("intake", "review", "notify"):
        await lived.follow(service)
    settings = NotarySettings(origin="juqu.test/log", key=lived.state / "keys" / "notary.key", interval=3600.0)
    async with at_work(Notary(lived.database.url("notary"), settings, Cadence(look=0.1, gather=0.0))) as notary:
        await until(lambda: notary.status().role == "leading")
        await notary.checkpoint()
    return lived


async def backed_up(system: System, to: Path) -> Path:
    said = await system.juqu("backup", "--to", str(to), "--json")
    assert said.code == 0, said.err
    return Path(said.json[0]["folder"])


async def drilled(system: System, folder: Path) -> dict[str, Any]:
    said = await system.juqu("drill", "restore", str(folder), "--json")
    assert said.out, said
    found: dict[str, Any] = said.json[0]
    return found


async def test_a_backup_is_restored_proven_and_folded_again(signed: System, tmp_path: Path) -> None:
    folder = await backed_up(signed, tmp_path / "backups")
    assert sorted(each.name for each in folder.iterdir()) == ["backup.json", "checkpoint", "log.dump", "vkeys"]
    assert {each.stat().st_mode & 0o077 for each in (folder, *folder.iterdir())} == {0}
    said = await signed.juqu("drill", "restore", str(folder))
    assert said.code == 0, said
    assert "holds:" in said.out.splitlines()[-1]
    assert "read models folded again and equal" in said.out.splitlines()[-1]
    assert "review.cases folded again" in said.out


async def test_a_drill_again_and_without_the_running_system(signed: System, tmp_path: Path) -> None:
    folder = await backed_up(signed, tmp_path / "backups")
    (signed.state / "stack.json").unlink()
    for _ in range(2):
        said = await drilled(signed, folder)
        assert said["holds"], said
        assert said["equal"] == ["intake.deadlines", "review.deadlines", "notify.deadlines"]
        assert said["not_compared"] == ["lifecycle.deadlines", "portal.cases", "portal.numbers"]
        folded = ("intake.deadlines", "review.deadlines", "lifecycle.deadlines", "notify.deadlines")
        assert [each for each in said["steps"] if "folded" in each] == [
            f"{name} folded again" for name in (*folded, "portal.cases", "portal.numbers")
        ]


async def test_a_backup_of_the_log_only_holds_no_row_of_a_read_model(signed: System, tmp_path: Path) -> None:
    said = await signed.juqu("backup", "--to", str(tmp_path / "backups"), "--log-only", "--json")
    folder = Path(said.json[0]["folder"])
    whole = await backed_up(signed, tmp_path / "whole")
    assert (folder / "log.dump").stat().st_size < (whole / "log.dump").stat().st_size
    tried = await drilled(signed, folder)
    assert tried["holds"], tried
    assert tried["events"] > 0
    assert tried["equal"] == []


async def test_a_backup_that_was_damaged_does_not_hold(signed: System, tmp_path: Path) -> None:
    folder = await backed_up(signed, tmp_path / "backups")
    dump = folder / "log.dump"
    dump.write_bytes(dump.read_bytes()[:-9] + b"tampering")
    said = await signed.juqu("drill", "restore", str(folder))
    assert said.code == 1
    assert "is not as it was written" in said.out
    assert "does NOT hold" in said.out


async def test_a_backup_of_a_log_that_was_altered_does_not_hold(signed: System, tmp_path: Path) -> None:
    owner = await asyncpg.connect(signed.database.owner_url)
    await tamper(owner, "update log.events set actor = 'somebody' where seq = 3")
    await owner.close()
    folder = await backed_up(signed, tmp_path / "backups")
    said = await signed.juqu("drill", "restore", str(folder))
    assert said.code == 1
    assert "Event 3 (" in said.out
    assert "was altered" in said.out


async def test_the_persons_keys_go_elsewhere(signed: System, tmp_path: Path) -> None:
    to, keys = tmp_path / "backups", tmp_path / "keys-backups"
    said = await signed.juqu("backup", "--to", str(to), "--keys-to", str(to / "keys"))
    assert "go to another place" in said.refused
    assert not to.exists()
    said = await signed.juqu("backup", "--to", str(to), "--keys-to", str(keys))
    assert said.code == 0, said
    (file,) = keys.iterdir()
    assert file.name.endswith("keys.dump")
    assert file.stat().st_mode & 0o077 == 0
    (folder,) = to.iterdir()
    assert b"CREATE TABLE keys.persons" in file.read_bytes()
    assert b"CREATE TABLE log.events" in (folder / "log.dump").read_bytes()
    assert b"CREATE TABLE keys." not in (folder / "log.dump").read_bytes()


async def test_the_persons_keys_are_tried_with_the_backup(signed: System, tmp_path: Path) -> None:
    store, master = f"{signed.database.name}_keys", signed.state / "keys" / MASTER_FILE
    owner = await asyncpg.connect(signed.database.owner_url)
    await owner.execute(f"create database {store}")
    await bootstrap(signed.database.owner_url, PASSWORDS, keys_url=beside(signed.database.owner_url, store))
    there = {"JUQU_KEYS_URL": beside(signed.database.url("notify"), store)}
    access = personal_data(signed.database.url("notify"), signed.state / "keys", there)
    await access.seal([WANG], uuid4())
    await access.close()
    there = {"JUQU_KEYS_URL": beside(signed.database.owner_url, store)}
    said = await signed.juqu("backup", "--to", str(tmp_path / "log"), "--keys-to", str(tmp_path / "keys-"), **there)
    assert said.code == 0, said
    (folder,), (dump,) = (tmp_path / "log").iterdir(), (tmp_path / "keys-").iterdir()
    await owner.execute(f"drop database {store} with (force)")
    await owner.close()
    said = await signed.juqu("drill", "restore", str(folder), "--keys", str(dump))
    assert said.code == 0, said
    assert "the persons' keys restored and opened" in said.out
    put_master(master, Master(bytes(32), bytes(32)))
    said = await signed.juqu("drill", "restore", str(folder), "--keys", str(dump))
    assert said.code == 1
    assert "do not belong together" in said.out
    assert "does NOT hold" in said.out


async def test_what_is_no_backup_is_said_in_words(system: System, tmp_path: Path) -> None:
    assert "is no backup of juqu's" in (await system.juqu("drill", "restore", str(tmp_path / "nothing"))).refused


async def test_a_backup_before_the_first_checkpoint_says_that_it_proves_nothing(system: System, tmp_path: Path) -> None:
    said = await system.juqu("backup", "--to", str(tmp_path / "backups"))
    assert said.code == 0, said
    assert "There is no checkpoint yet" in said.err
    (folder,) = (tmp_path / "backups").iterdir()
    drilled = await system.juqu("drill", "restore", str(folder))
    assert drilled.code == 1
    assert "There is no checkpoint." in drilled.out


async def test_a_login_that_may_not_read_all_is_told_so(system: System, tmp_path: Path) -> None:
    (system.state / "stack.json").unlink()
    url = system.database.url("intake")
    said = await system.juqu("backup", "--to", str(tmp_path / "backups"), JUQU_DATABASE_URL=url)
    assert said.refused
