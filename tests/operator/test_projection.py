"""Listing, rebuilding and replaying projections; the real review service's, in its own role."""

from __future__ import annotations

import asyncpg
import pytest

from tests.operator.conftest import CASE, System


@pytest.fixture
async def shown(lived: System) -> System:
    """The case, with review's projections up to date."""
    await lived.follow("review")
    return lived


async def rows(system: System, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(system.database.owner_url)
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


async def test_a_rebuild_gives_the_same_rows_and_says_so_again(shown: System) -> None:
    for _ in range(2):
        said = await shown.juqu("projection", "rebuild", "review.cases")
        assert said.code == 0, said.err
        assert "Equal, row for row" in said.out
        assert [line.split()[-1] for line in said.out.splitlines() if line.startswith("cases ")] == ["yes"]
    digest = (await shown.juqu("projection", "digest", "review.cases", "--json")).json[0]
    assert digest["combined"] in said.out


async def test_what_reads_no_personal_data_is_proven_without_its_keys(lived: System) -> None:
    await lived.follow("portal")
    for name in ("portal.cases", "portal.numbers"):
        said = await lived.juqu("projection", "rebuild", name)
        assert (said.code, said.err) == (0, "")
        assert "Equal, row for row" in said.out


async def test_a_row_that_was_tampered_with_is_found_and_switched_away_by_force(shown: System) -> None:
    await rows(shown, "update review.cases set stage = 'invented'")
    told = await shown.juqu("projection", "rebuild", "review.cases", "--json")
    assert (told.code, told.json[0]["differs"], told.json[0]["switched"]) == (1, ["cases"], False)
    refused = await shown.juqu("projection", "rebuild", "review.cases", "--switch")
    assert (refused.code, "cases differ" in refused.out) == (1, True)
    assert (await rows(shown, "select stage from review.cases"))[0]["stage"] == "invented"
    forced = await shown.juqu("projection", "rebuild", "review.cases", "--switch", "--force")
    assert (forced.code, "in place now" in forced.out) == (0, True)
    (owner,) = await rows(
        shown,
        "select tableowner, stage from review.cases, pg_tables where schemaname = 'review' and tablename = 'cases'",
    )
    assert owner["tableowner"] == "juqu_review"
    assert owner["stage"] != "invented"


async def test_a_replay_stands_beside_the_live_tables_until_it_is_dropped(shown: System) -> None:
    replay = ("projection", "replay", "review.cases", "--until", "2018-06-20", "--clock", "effective", "--tag", "then")
    made = await shown.juqu(*replay)
    assert made.code == 0, made.err
    assert "review.cases__then" in made.out
    ((then, now),) = await rows(
        shown, "select t.stage, c.stage from review.cases__then as t join review.cases as c using (case_id)"
    )
    assert then != now
    untagged = await shown.juqu(*replay[:-2], "--json")
    assert untagged.json[0]["tag"] == "effective_20180620"
    assert (await shown.juqu("projection", "drop", "review.cases", "effective_20180620")).code == 0
    listed = (await shown.juqu("projection", "replays", "--json")).json
    assert [(each["name"], each["note"]) for each in listed] == [("review.cases@then", "effective 2018-06-20")]
    unknown = await shown.juqu("projection", "drop", "review.cases", "now")
    assert (unknown.code, "There is no replay now of review.cases" in unknown.refused) == (1, True)
    assert "There are then: `juqu projection replays`" in unknown.refused
    dropped = await shown.juqu("projection", "drop", "all", "then")
    assert (dropped.code, dropped.out) == (0, "review.cases@then is gone.\n")


async def test_a_replay_until_a_seq_equals_what_was_live_then(lived: System) -> None:
    await lived.follow("review", upto=9)
    live = (await lived.juqu("projection", "digest", "review.cases", "--json")).json[0]
    await lived.follow("review")
    replayed = (await lived.juqu("projection", "replay", "review.cases", "--seq", "9", "--json")).json[0]
    assert replayed["tag"] == "seq_9"
    assert replayed["digest"]["tables"] == live["tables"]


async def test_the_list_shows_version_place_and_lag(lived: System) -> None:
    await lived.follow("review", upto=9)
    listed = {each["name"]: each for each in (await lived.juqu("projection", "list", "--json")).json}
    cases = listed["review.cases"]
    assert (cases["kind"], cases["seq"], cases["lag"], cases["parked"], cases["note"]) == ("projection", 9, 20, 0, "")
    assert "review.deadlines" in listed
    assert "not begun" in listed["lifecycle.deadlines"]["note"]


async def test_a_replay_of_before_the_first_record_says_that_it_is_empty(shown: System) -> None:
    said = await shown.juqu("projection", "replay", "review.cases", "--at", "2018-06-20", "--tag", "early")
    assert (said.code, "Nothing was recorded by then" in said.err) == (0, True)


async def test_an_unknown_name_is_told_with_what_may_be_meant(shown: System) -> None:
    assert "Did you mean" in (await shown.juqu("projection", "rebuild", "review.case")).refused
    assert "Until when" in (await shown.juqu("projection", "replay", "review.cases")).refused
    assert "--force goes with" in (await shown.juqu("projection", "rebuild", "review.cases", "--force")).refused
    bad = await shown.juqu("projection", "replay", "review.cases", "--seq", "1", "--tag", "A B")
    assert "tag 'A B'" in bad.refused
    assert "no date" in (await shown.juqu("projection", "replay", "review.cases", "--until", "soon")).refused


async def test_another_login_does_not_make_tables_that_the_service_cannot_write(shown: System) -> None:
    (shown.state / "stack.json").unlink()
    said = await shown.juqu("projection", "rebuild", "review.cases", JUQU_DATABASE_URL=shown.database.owner_url)
    assert "takes the login juqu_review" in said.refused
    assert await rows(shown, f"select 1 from review.cases where case_id = '{CASE}'")


async def test_two_states_are_told_apart_column_by_column(lived: System) -> None:
    await lived.follow("review")
    said = await lived.juqu("projection", "diff", "review.cases", "--at", "2", "--at", "9")
    assert said.code == 0, said.err
    assert f"changed  cases {CASE}" in said.out
    assert "stage: " in said.out
    assert "review.cases from seq 2 to seq 9" in said.out
    as_json = (await lived.juqu("projection", "diff", "review.cases", "--at", "1", "--at", "9", "--json")).json
    assert {each["kind"] for each in as_json} == {"added"}
    same = await lived.juqu("projection", "diff", "review.cases", "--at", "29")
    assert "0 added, 0 removed, 0 changed" in same.out
    by_date = await lived.juqu("projection", "diff", "review.cases", "--effective", "2018-06-19")
    assert f"added    cases {CASE}" in by_date.out
    assert (await lived.juqu("projection", "replays", "--json")).json == []
    assert "Between when" in (await lived.juqu("projection", "diff", "review.cases")).refused


async def test_a_digest_is_one_line_that_another_machine_can_check(shown: System) -> None:
    line = (await shown.juqu("projection", "digest", "review.cases")).out.splitlines()[-1]
    assert line.startswith("juqu-digest-v1 review.cases ")
    early = (await shown.juqu("projection", "digest", "review.cases", "--at", "9")).out.splitlines()[-1]
    assert early.split()[3] == "9"
    for given in (line, early):
        proven = await shown.juqu("projection", "prove", "review.cases", "--line", given)
        assert proven.code == 0, proven.out + proven.err
        assert given in proven.out
    assert "gives the live rows" in (await shown.juqu("projection", "prove", "review.cases")).out
    forged = await shown.juqu("projection", "prove", "review.cases", "--line", line.replace(line.split()[4], "0" * 64))
    assert (forged.code, "does not give that line" in forged.out) == (1, True)
    await rows(shown, "update review.cases set stage = 'invented'")
    told = await shown.juqu("projection", "prove", "review.cases")
    assert (told.code, "does not give the live rows" in told.out) == (1, True)
    assert "no digest of" in (await shown.juqu("projection", "prove", "review.cases", "--line", "x")).refused


async def test_a_replay_goes_to_a_seq_a_day_a_moment_or_an_effective_date(shown: System) -> None:
    asked = (("--at", "9"), ("--at", "2018-06-20"), ("--at", "2018-06-20T12:00+08:00"), ("--effective", "2018-06-20"))
    made = [(await shown.juqu("projection", "replay", "review.cases", *each, "--json")).json[0] for each in asked]
    assert [(each["tag"], each["seq"]) for each in made] == [
        ("seq_9", 9),
        ("recorded_20180620", 0),
        ("at_20180620_120000", 0),
        ("effective_20180620", 29),
    ]
