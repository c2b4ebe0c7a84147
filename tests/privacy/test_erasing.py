"""A person is planted all over a running system, erased, and looked for everywhere."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from deploy.database.roles import KEYS, beside
from deploy.operator.frame.definitions import projections
from shared.privacy.sealer import SEALED
from shared.programme.values.personal import ERASED
from tests.intake import cases
from tests.intake.serving import PDF
from tests.notary.papers import verify
from tests.privacy.town import EMAIL, NAME, PHONE, Town, dumped, open_town

TRACES = (NAME, json.dumps(NAME)[1:-1], "7654321", "unique7654321")
"""What must be nowhere any more, however it is written."""
READABLE = (NAME, "7654321", "unique7654321")
BASIS = "个人信息保护法第四十七条；〔2018〕7号"


@pytest.fixture
async def town(state_dir: Path) -> AsyncIterator[Town]:
    """A system in which a person is a county's contact, a city's contact and a subscriber, and was told things."""
    async with open_town(state_dir) as made:
        await made.live()
        yield made


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
    replayed = await town.juqu("projection", "replay", "all", "--effective", "2099-12-31", "--tag", "after", "--json")
    assert replayed.code == 0, replayed.err
    assert len(replayed.json) == len(projections())
    database = await dumped(town.stack.database_url)
    assert [trace for trace in TRACES if trace in database] == []


async def _a_search_finds_nothing(town: Town) -> None:
    for trace in TRACES:
        found = await town.juqu("log", "search", "--text", trace, "--json")
        assert (found.code, found.out) == (1, ""), found


async def _an_erased_contact_is_not_written_to(town: Town) -> None:
    """What follows in the case goes to nobody who was erased."""
    mails = town.peers.received().mails
    path = await town.desk.open()
    await town.desk.post(cases.COUNTY, f"/applications/{path}/form", {"form": cases.form()})
    await town.at_rest()
    later = town.peers.received().mails[len(mails) :]
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
    from deploy.operator.frame.records import without_values

    typed = ["person", "find", "--phone", PHONE, f"--email={EMAIL}", "--json", "--name", NAME]
    assert without_values(typed) == ["person", "find", "--phone", "...", "--email=...", "--json", "--name", "..."]
    assert without_values(["log", "show", "1"]) == ["log", "show", "1"]


async def test_titles_and_file_names_are_sealed_and_reached_by_the_name_in_them(town: Town) -> None:
    path = f"/applications/{await town.desk.open()}"
    answer = await town.desk.upload(
        cases.KEY,
        f"{path}/attachments",
        PDF + b" of a person",
        name=f"{NAME}简历.pdf",
        kind="innovators",
        title="欧阳\u3000独一的简历",
    )
    assert answer.status_code == 200, answer.text
    assert not any("简历" in str(row) for row in await town.rows())

    found = await town.juqu("person", "find", "--document", "欧阳 独一", "--json")
    assert (found.code, len(found.json)) == (0, 2)
    for each in found.json:
        erased = await town.juqu("person", "erase", "--person", each["person"], "--basis", BASIS, "--yes", "--json")
        assert erased.json[0]["erased"] == [each["person"]], erased
    await town.at_rest()
    shown = (await town.desk.get(cases.KEY, path)).text
    assert ERASED in shown
    assert "简历" not in shown
    assert (await town.juqu("person", "find", "--document", NAME)).code == 1
