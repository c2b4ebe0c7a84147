"""One case's story across the services, as of a day, and the causes in it."""

from __future__ import annotations

from tests.operator.conftest import CASE, DELIVERY, System


async def test_the_story_goes_through_every_service_in_order(lived: System) -> None:
    said = await lived.juqu("case", "show", CASE, "--all")
    assert said.code == 0, said.err
    kinds = [word for line in said.out.splitlines() for word in line.split() if word.count(".") == 1]
    first, last = kinds.index("intake.ApplicationFiled"), kinds.index("review.DesignationApproved")
    assert first < kinds.index("review.CaseOpened") < kinds.index("notify.DeliveryDelivered") < last
    assert "Notices" in said.out
    assert "王样例 city:220100" in said.out
    assert said.out.rstrip().endswith("已到达")


async def test_the_sending_of_notices_is_told_step_by_step_only_when_asked_for(lived: System) -> None:
    said = await lived.juqu("case", "show", CASE)
    assert "notify.AttemptStarted" not in said.out
    assert said.out.rstrip().endswith("已到达")


async def test_a_case_is_found_by_the_beginning_of_its_id(lived: System) -> None:
    said = await lived.juqu("case", "show", CASE[:6], "--json")
    assert said.json[0]["case_id"] == CASE
    assert "at least 4" in (await lived.juqu("case", "show", "5b")).refused
    assert (await lived.juqu("case", "show", "ffffffff")).code == 1


async def test_as_of_a_day_nothing_later_is_shown(lived: System) -> None:
    story = (await lived.juqu("case", "show", CASE, "--at", "2018-06-20", "--json")).json[0]
    assert [each["type"] for each in story["events"]] == [
        "intake.ApplicationFiled",
        "review.CaseOpened",
        "notify.DeliveryRequested",
    ]
    assert story["notices"][0]["outcome"] == "通知待发"
    before = await lived.juqu("case", "show", CASE, "--at", "2018-06-20", "--clock", "recorded", "--json")
    assert before.json[0]["events"] == []


async def test_as_of_a_moment_nothing_that_was_recorded_later_is_shown(lived: System) -> None:
    async def events(*words: str) -> list[dict[str, str]]:
        return list((await lived.juqu("case", "show", CASE, "--json", *words)).json[0]["events"])

    whole = await events("--clock", "recorded")
    moment = whole[1]["recorded_at"]
    by_then = [each for each in whole if each["recorded_at"] <= moment]
    assert 2 <= len(by_then) < len(whole)
    assert await events("--at", moment) == by_then
    assert await events("--at", moment, "--clock", "recorded") == by_then
    assert await events("--at", "2018-06-20T12:00") == []
    refused = (await lived.juqu("case", "show", CASE, "--at", moment, "--clock", "effective")).refused
    assert "on a day, not at a moment" in refused


async def test_the_tree_hangs_each_event_below_its_cause(lived: System) -> None:
    lines = (await lived.juqu("case", "show", CASE, "--tree", "--all")).out.splitlines()
    assert next(line for line in lines if "CaseOpened" in line).split()[2:4] == ["└─", "review.CaseOpened"]
    assert "   └─ notify.DeliveryRequested" in "\n".join(lines)


async def test_why_leads_back_to_the_beginning(lived: System) -> None:
    tail = (await lived.juqu("log", "tail", "-n", "1", "--json")).json[0]
    assert tail["stream"] == f"notify/delivery/{DELIVERY}"
    said = await lived.juqu("case", "why", str(tail["seq"]))
    assert said.out.startswith("It began with city-clerk (city:220100).")
    places = [
        said.out.index(kind) for kind in ("ApplicationFiled", "CaseOpened", "DeliveryRequested", "DeliveryDelivered")
    ]
    assert places == sorted(places)
    assert (await lived.juqu("case", "why", "999")).code == 1


async def test_what_was_known_then_is_told_apart_from_what_was_in_effect_then(lived: System) -> None:
    told = (await lived.juqu("case", "at", "2018-06-20", CASE, "--json")).json[0]
    assert {(each["type"], each["then"]) for each in told["events"]} == {
        ("intake.ApplicationFiled", "in effect, not yet known"),
        ("review.CaseOpened", "in effect, not yet known"),
        ("notify.DeliveryRequested", "in effect, not yet known"),
    }
    now = await lived.juqu("case", "at", "2099-01-01T12:00+08:00", CASE)
    assert now.code == 0, now.err
    assert "known, in effect" in now.out
    assert "not yet" not in now.out
    assert "no date" in (await lived.juqu("case", "at", "soon", CASE)).refused
