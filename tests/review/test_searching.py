"""Lists of cases: what is looked for, in which order, how many there are of each stage."""

from __future__ import annotations

from shared.contracts.core import Role
from tests.review import histories as h
from tests.review.served import Served, rule_of
from tests.specification import actor

OTHER_CITY = actor("city:222400", Role.CITY)
EXPERT = actor("expert:e1", Role.EXPERT)


async def test_a_case_is_found_by_words_stage_and_lateness(served: Served) -> None:
    await served.file()

    async def found(**only: str) -> int:
        counts = await served.ask(h.OFFICER, "/case-counts", **only)
        listed = await served.ask(h.OFFICER, "/cases", **only)
        assert sum(counts["stages"].values()) == len(listed)
        return len(listed)

    assert await found(words="九台") == 1
    assert await found(words="九台 九台区") == 1
    assert await found(words="九台 延吉") == 0
    assert await found(words="%") == 0
    assert await found(stages="correcting,examining") == 1
    assert await found(stages="approved") == 0
    assert await found(late="true") == 0
    await served.clock("2018-06-27")
    assert await found(late="true") == 0
    await served.clock("2018-06-28")
    assert await found(late="true") == 1
    assert await found(late="true", stages="accepted") == 0
    for sort in ("newest", "due", "county"):
        assert len(await served.ask(h.OFFICER, "/cases", sort=sort)) == 1
    assert await served.ask(h.OFFICER, "/case-counts") == {"stages": {"examining": 1}}
    assert await served.ask(OTHER_CITY, "/case-counts") == {"stages": {}}


async def test_a_query_that_is_none_is_told_so(served: Served) -> None:
    for only in ({"stages": "asleep"}, {"sort": "size"}, {"late": "perhaps"}, {"words": "字" * 101}):
        answer = await served.http.get("/cases", params=only, headers=served.headers(h.OFFICER))
        assert rule_of(answer, 422) == "request-is-well-formed"
    counts = await served.http.get("/case-counts", params={"stage": "examining"}, headers=served.headers(h.OFFICER))
    assert rule_of(counts, 422) == "request-is-well-formed"


async def test_candidates_are_those_of_panels_with_what_stands_in_the_way(served: Served) -> None:
    await served.file()
    assert await served.get(h.OFFICER, "/panel/candidates") == []
    await served.clock("2018-06-25")
    await served.done(h.OFFICER, "/acceptance")
    for condition in ("industry_and_innovators", "service_coverage"):
        await served.done(h.OFFICER, "/judgements", {"condition": condition, "met": True, "reason": "符合"})
    county = h.open_case().filing.place.county
    near = {"expert_id": "near", "name": "近邻", "organisation": "某所", "organisation_uscc": "", "division": county}
    experts = [
        {
            "expert_id": f"x{n}",
            "name": f"专家{n}",
            "organisation": f"某院{n}",
            "organisation_uscc": "",
            "division": "220102",
        }
        for n in range(6)
    ]
    await served.done(h.OFFICER, "/panel", {"experts": [near, *experts[:4]], "reserves": experts[4:]})
    known = {each["expert_id"]: each for each in await served.get(h.OFFICER, "/panel/candidates")}
    assert set(known) == {"near", *(f"x{n}" for n in range(6))}
    assert known["near"]["conflict"] == "same_county"
    assert known["near"]["reason"]
    assert (known["x0"]["conflict"], known["x0"]["reason"], known["x0"]["running"]) == (None, None, 1)
    assert known["x5"]["running"] == 0
    for who in (h.COUNTY, EXPERT):
        answer = await served.http.get(f"/cases/{h.CASE}/panel/candidates", headers=served.headers(who))
        assert answer.status_code == 403
