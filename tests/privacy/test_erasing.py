"""A person is planted all over a running system, erased, and looked for everywhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import pytest
from redis.asyncio import Redis

from deploy.database.bootstrap import KEYS, beside
from deploy.local.peers import Peers
from deploy.local.stack import Stack
from deploy.operator.definitions import projections
from shared.contracts.core import Actor, Role
from shared.contracts.personal import ERASED
from shared.eventlog.codec import COLUMNS
from shared.privacy.sealer import SEALED
from shared.programme.forms import Person
from shared.service.identity import DevelopmentIssuer
from tests.intake import cases
from tests.intake.serving import START, Desk
from tests.notary.papers import verify
from tests.operator.conftest import Said, juqu

NAME, PHONE, EMAIL = "欧阳独一", "0000-7654321", "unique7654321@example.invalid"
CONTACT = Person(name=NAME, post="科长", phone=PHONE, email=EMAIL)
TRACES = (NAME, json.dumps(NAME)[1:-1], "7654321", "unique7654321")
"""What must be nowhere any more, however it is written."""
READABLE = (NAME, "7654321", "unique7654321")
BASIS = "个人信息保护法第四十七条；〔2018〕7号"
LEASE = "0.3"
PROVINCE = Actor("province-1", "province-1", "province", frozenset({Role.PROVINCE}))


@dataclass(frozen=True, slots=True)
class Town:
    """A running system, and what a person left in it."""

    stack: Stack
    desk: Desk
    notify: httpx.AsyncClient

    async def juqu(self, *words: str) -> Said:
        """Run the command on this system."""
        return await juqu(*words, JUQU_STATE_DIR=str(self.stack.state), JUQU_KEY_LEASE=LEASE)

    async def rows(self) -> list[tuple[object, ...]]:
        """The log, byte by byte."""
        connection = await asyncpg.connect(self.stack.database_url)
        try:
            return [tuple(row) for row in await connection.fetch(f"select {COLUMNS} from log.events order by seq")]
        finally:
            await connection.close()

    async def keys(self) -> dict[str, bytes]:
        """The key store's wrapped keys by person."""
        connection = await asyncpg.connect(beside(self.stack.database_url, KEYS))
        try:
            return {str(row["person_id"]): row["key"] for row in await connection.fetch("select * from keys.wrapped")}
        finally:
            await connection.close()

    async def at_rest(self) -> None:
        """Wait until every follower has taken in everything and nothing is left to send."""
        async with asyncio.timeout(60):
            while not await self._rests():
                await asyncio.sleep(0.1)

    async def _rests(self) -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            for name in ("intake", "review", "lifecycle", "notify"):
                answer = await client.get(f"{self.stack.url(name)}/health")
                report = answer.json()
                if not answer.is_success or any(each["lag"] for each in report["followers"].values()):
                    return False
                if report.get("sending"):
                    return False
        return True

    async def told(self) -> str:
        """Everything that databases, Redis, exports and the processes' logs hold, as one text."""
        parts = [await dumped(self.stack.database_url), await dumped(beside(self.stack.database_url, KEYS))]
        redis = Redis.from_url(self.stack.redis_url)
        for key in await redis.keys("*"):
            kind = await redis.type(key)
            held = await redis.xrange(key) if kind == b"stream" else await redis.dump(key)
            parts.append(repr(held) + (held.decode(errors="replace") if isinstance(held, bytes) else _text(held)))
        await redis.aclose()
        logs = sorted((self.stack.state / "logs").glob("*.log"))
        # The peers are the recipients' own mailboxes.
        parts += [file.read_text(errors="replace") for file in logs if "peer" not in file.name]
        parts.append((await self.juqu("log", "tail", "-n", "1000", "--json")).out)
        return "\n".join(parts)


def _text(entries: Any) -> str:
    return "\n".join(value.decode() for _, entry in entries for value in entry.values())


async def dumped(url: str) -> str:
    """Every row of every table of a database, as text."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "select format('%I.%I', schemaname, tablename) from pg_tables "
            "where schemaname not in ('pg_catalog', 'information_schema')"
        )
        found = []
        for (table,) in tables:
            found += [str(row[0]) for row in await connection.fetch(f"select t::text from {table} as t")]
        return "\n".join(found)
    finally:
        await connection.close()


@pytest.fixture
async def town(state_dir: Path) -> AsyncIterator[Town]:
    """A system in which a person is a county's contact, a city's contact and a subscriber, and was told things."""
    peers = Peers(state_dir)
    environment = peers.environment | {"JUQU_KEY_LEASE": LEASE}
    stack = Stack(state_dir, ports="free", clock="driven", before=peers.programs, environment=environment)
    async with (
        stack,
        httpx.AsyncClient(base_url=stack.url("intake"), trust_env=False, timeout=30) as intake,
        httpx.AsyncClient(base_url=stack.url("notify"), trust_env=False, timeout=30) as notify,
    ):
        connection = await asyncpg.connect(stack.database_url)
        await connection.execute("select clock.set($1)", START)
        await connection.close()
        issuer = DevelopmentIssuer(stack.state / "keys")
        made = Town(stack, Desk(intake, issuer, cast(Any, None), cast(Any, None)), notify)
        await _live(made, issuer)
        yield made


async def _live(town: Town, issuer: DevelopmentIssuer) -> None:
    desk = town.desk
    path = await desk.written(cases.form(county_contact=CONTACT))
    sha = await desk.seal(path, cases.COUNTY, cases.KEY)
    headers = {"Authorization": f"Bearer {issuer.token(cases.CITY)}"}
    contact = {"name": NAME, "phone": PHONE, "email": EMAIL}
    answers = [
        await town.notify.post(f"/contacts/{cases.CITY.office}", json=contact, headers=headers),
        await town.notify.post("/subscriptions", json={"channel": "mail", "address": EMAIL}),
        await desk.post(cases.COUNTY, f"{path}/endorsement-request"),
        await desk.post(cases.CITY, f"{path}/endorsement", {"opinion": "同意申报", "packet_sha256": sha}),
    ]
    assert all(answer.is_success for answer in answers), [answer.text for answer in answers]
    await town.at_rest()


async def test_an_erased_person_is_nowhere_and_the_log_is_as_it_was(town: Town) -> None:
    before = await town.rows()
    database = await dumped(town.stack.database_url)
    assert all(trace in database for trace in READABLE)
    assert not any(trace in str(row) for row in before for trace in TRACES)

    keys = await town.keys()
    found = await town.juqu("person", "find", "--phone", PHONE, "--json")
    by_mail = await town.juqu("person", "find", "--email", EMAIL.upper(), "--json")
    (contact,) = found.json
    people = {each["person"] for each in by_mail.json}
    assert contact["person"] in people
    assert len(people) == 2  # the subscriber gave no name
    assert contact["cases"]
    assert (await town.juqu("person", "erase", "--person", contact["person"], "--basis", BASIS)).code == 2

    for person in sorted(people):
        living = await town.juqu("person", "show", "--person", person, "--json")
        assert (living.code, living.json[0]["ordered"]) == (0, False)
        assert living.json[0]["opened"] == living.json[0]["sealed"] > 0
        done = await town.juqu("person", "erase", "--person", person, "--basis", BASIS, "--yes", "--json")
        assert done.code == 0, done.err
        assert done.json[0]["erased"] == [person]
        assert "notify.people" in done.json[0]["read_models"]
        shown = await town.juqu("person", "show", "--person", person)
        assert shown.code == 0, shown.err
        assert BASIS in shown.out
        assert f"Erased: none of {living.json[0]['sealed']} sealed values" in shown.out
    await town.at_rest()

    everything = await town.told()
    assert [trace for trace in TRACES if trace in everything] == []
    await _an_export_is_proven_and_holds_nothing(town)
    await _nothing_comes_back_with_what_is_made_anew(town)
    await _a_search_finds_nothing(town)
    assert ERASED in await dumped(town.stack.database_url)
    assert (await town.rows())[: len(before)] == before
    assert (await town.juqu("person", "find", "--phone", PHONE)).code == 1

    again = await town.juqu("person", "erase", "--person", contact["person"], "--basis", BASIS, "--yes", "--json")
    enforced = await town.juqu("person", "enforce", "--json")
    assert (again.json[0]["before"], again.json[0]["erased"]) == ([contact["person"]], [])
    assert set(enforced.json[0]["before"]) == people
    await _an_erased_contact_is_not_written_to(town)
    await _a_restored_key_is_destroyed_again(town, contact["person"], keys)


async def _an_export_is_proven_and_holds_nothing(town: Town) -> None:
    """What is sealed under the destroyed key is in it, and its proofs hold."""
    file = town.stack.state / "export.jsonl"
    assert (await town.juqu("log", "checkpoint", "--now")).code == 0
    assert (await town.juqu("log", "export", "--to", str(file))).code == 0
    text = file.read_text(encoding="utf-8")
    assert [trace for trace in TRACES if trace in text] == []
    assert f'{SEALED}\\":\\"' in text
    (key,) = (await town.juqu("notary", "keys", "--json")).json
    assert verify(file, [key["vkey"]]).proven


async def _nothing_comes_back_with_what_is_made_anew(town: Town) -> None:
    """Each projection is rebuilt and put in place, and stands once more beside it as a replay of the whole log."""
    rebuilt = await town.juqu("projection", "rebuild", "all", "--switch", "--json")
    assert rebuilt.code == 0, rebuilt.err
    for owned in projections():
        name = owned.projection.name
        replayed = await town.juqu("projection", "replay", name, "--effective", "2099-12-31", "--tag", "after")
        assert replayed.code == 0, replayed.err
    database = await dumped(town.stack.database_url)
    assert [trace for trace in TRACES if trace in database] == []


async def _a_search_finds_nothing(town: Town) -> None:
    for trace in TRACES:
        found = await town.juqu("log", "search", "--text", trace, "--json")
        assert (found.code, found.out) == (1, ""), found


async def _an_erased_contact_is_not_written_to(town: Town) -> None:
    """What follows in the case goes to nobody who was erased."""
    mails = Peers(town.stack.state).received().mails
    path = await town.desk.open()
    await town.desk.post(cases.COUNTY, f"/applications/{path}/form", {"form": cases.form()})
    await town.at_rest()
    later = Peers(town.stack.state).received().mails[len(mails) :]
    assert not any("unique7654321" in str(mail) for mail in later)


async def _a_restored_key_is_destroyed_again(town: Town, person: str, keys: dict[str, bytes]) -> None:
    """An older copy of the key store knows the person: the log says that it is to be erased."""
    connection = await asyncpg.connect(beside(town.stack.database_url, KEYS))
    await connection.execute(
        "update keys.persons set destroyed_at = null, legal_basis = '' where person_id = $1", person
    )
    await connection.execute("insert into keys.wrapped values ($1, $2)", person, keys[person])
    owed = await town.juqu("person", "show", "--person", person)
    assert (owed.code, owed.out.splitlines()[-1].partition(":")[0]) == (1, "NOT erased, although the log orders it")
    enforced = await town.juqu("person", "enforce", "--json")
    assert enforced.json[0]["erased"] == [person], enforced
    assert await connection.fetchval("select count(*) from keys.wrapped where person_id = $1", person) == 0
    await connection.close()


def test_what_somebody_is_searched_by_is_not_kept() -> None:
    from deploy.operator.records import without_values

    typed = ["person", "find", "--phone", PHONE, f"--email={EMAIL}", "--json", "--name", NAME]
    assert without_values(typed) == ["person", "find", "--phone", "...", "--email=...", "--json", "--name", "..."]
    assert without_values(["log", "show", "1"]) == ["log", "show", "1"]
