"""Strangers at review's door: how much of what is taken, from how many."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from services.review.case import decider
from shared.contracts import intake as intake_events
from shared.contracts.core import Envelope
from shared.eventlog.log import EventLog
from shared.service.folding import LONG
from tests.review import histories as h
from tests.review.served import Served, body, rule_of
from tests.specification import context


async def publicised(served: Served) -> None:
    await served.go_to_publicity()
    await served.clock("2018-08-22")


async def object_(served: Served, text: str, **headers: str) -> Any:
    return await served.post(None, "/objections", body(h.object_(text=text)), **headers)


async def test_objections_of_a_client_are_taken_so_many_in_a_time_and_officers_are_not_counted(
    served: Served,
) -> None:
    await publicised(served)
    answers = [await object_(served, f"第{n}条") for n in range(22)]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    assert rule_of(answers[20], 429) == "requests-are-not-too-many"
    assert 0 < int(answers[20].headers["Retry-After"]) <= 60
    assert answers[20].json()["title_zh"] == "请求过于频繁，请稍后重试"
    by_letter = await served.post(h.OFFICER, "/objections", body(h.object_(text="来信")))
    assert by_letter.status_code == 200


async def test_a_text_of_the_public_is_as_long_as_the_policy_allows_and_a_body_no_larger_than_that(
    served: Served,
) -> None:
    await publicised(served)
    longest = h.POLICY.public_text_max
    assert (await object_(served, "长" * longest)).status_code == 200
    refused = await object_(served, "长" * (longest + 1))
    assert rule_of(refused, 422) == "text-is-not-too-long"
    assert refused.json()["field"] == "text"
    assert rule_of(await object_(served, "长" * 30_000), 413) == "body-is-not-too-large"


async def test_every_text_and_list_of_every_command_of_review_has_a_limit(served: Served) -> None:
    await served.file()
    too_long, too_many = "长" * (h.POLICY.text_max + 1), h.POLICY.items_max + 1
    item = body(h.issue_notice(h.item("staff.lawyers")))["items"][0]
    tried: dict[str, dict[str, Any]] = {
        "/judgements": body(h.judge("service_coverage")) | {"reason": too_long},
        "/refusal": {"reasons": [item | {"message": too_long}]},
        "/correction-notice": {"items": [item] * too_many},
        "/not-yet": {"reasons": too_long},
        "/panel": body(h.convene()) | {"reserves": [{**body(h.convene())["experts"][0], "organisation": too_long}]},
        "/panel/recusal": {"expert_id": "e1", "reason": too_long},
        "/site-visit": body(h.schedule()) | {"visitors": ["长" * (h.POLICY.name_max + 1)]},
        "/site-visit/report": body(h.report_visit()) | {"findings": too_long},
        f"/objections/{h.CASE}/answer": {"upheld": False, "answer": too_long},
        "/objections/set-aside": {"reason": too_long, "objection_ids": ["x"]},
    }
    for path, fields in tried.items():
        assert rule_of(await served.post(h.OFFICER, path, fields), 422) == "text-is-not-too-long", path


async def test_abuse_is_set_aside_in_one_act_and_approval_need_not_wait(served: Served) -> None:
    await publicised(served)
    for number in range(12):
        assert (await object_(served, f"第{number}条")).status_code == 200
    await served.settled()
    rows = await served.get(h.OFFICER, "/objections")
    assert len({row["client"] for row in rows}) == 1
    assert "127.0.0.1" not in rows[0]["client"]
    abuse = {"same_client_as": rows[0]["objection_id"], "reason": "同一来源批量提交，内容与公示事项无关"}
    assert await served.done(h.OFFICER, "/objections/set-aside", abuse) == ["ObjectionsSetAside"]
    row = await served.get(h.OFFICER)
    assert (row["objections_unanswered"], len(row["objections_set_aside"])) == (0, 12)
    await served.clock("2018-08-31")
    assert await served.done(h.LEAD, "/approval", body(h.approve())) == ["DesignationApproved"]
    objections = await served.get(h.COUNTY, "/objections")
    assert {objection["set_aside"] for objection in objections} == {abuse["reason"]}
    assert not {"client", "objector"} & objections[0].keys()


async def test_a_long_stream_is_not_read_whole_for_each_stranger(served: Served) -> None:
    await publicised(served)
    for number in range(LONG):
        await served.service.runner.execute(decider, h.CASE, h.object_(text=f"第{number}条"))
    whole, read, reads = 0, served.service.log.read_stream, served.service.log.read_streams

    async def counted(stream: str, after_version: int = 0) -> list[Envelope]:
        nonlocal whole
        whole += not after_version
        return await read(stream, after_version)

    async def several(streams: Sequence[str]) -> list[list[Envelope]]:
        nonlocal whole
        whole += len(streams)
        return await reads(streams)

    served.service.log.read_stream = counted  # type: ignore[method-assign]
    served.service.log.read_streams = several  # type: ignore[method-assign]
    answers = await asyncio.gather(*(object_(served, f"又{number}条") for number in range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    assert whole <= 4
    await served.settled()
    assert len(await served.get(h.OFFICER, "/objections")) == LONG + 20


async def test_a_request_repeated_on_a_long_stream_gives_its_first_answer(served: Served) -> None:
    await publicised(served)
    for number in range(LONG):
        await served.service.runner.execute(decider, h.CASE, h.object_(text=f"第{number}条"))
    once, again = [await served.post(h.OFFICER, "/objections", body(h.object_(text="末")), key="k") for _ in range(2)]
    assert (again.json()["replayed"], again.json()["events"]) == (True, ["review.ObjectionFiled"])
    assert again.json()["seq"] == once.json()["seq"]
    other = await served.post(h.OFFICER, "/objections", body(h.object_(text="另")), key="k")
    assert rule_of(other, 422) == "idempotency-key-is-fresh"


async def test_a_seq_beyond_the_log_is_an_error_that_names_the_head_and_no_wait(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    await served.file()
    head = await served.service.log.head()
    monkeypatch.setattr("shared.service.service.READ_YOUR_WRITES", 600.0)
    async with asyncio.timeout(60):
        refused = await served.http.get("/publicity", headers={"Juqu-After-Seq": str(head + 1)})
    assert rule_of(refused, 422) == "seq-is-in-the-log"
    assert str(head) in refused.json()["detail"]
    assert str(head) in refused.json()["detail_zh"]


async def test_a_seq_of_another_service_is_not_waited_for(served: Served) -> None:
    await served.file()
    other = str(uuid4())
    returned = intake_events.ApplicationReturned(case_id=other, endorser="220100", changes="补充名册")
    async with await EventLog.open(served.database.url("intake")) as log:
        said_by = context(h.COUNTY, "2018-06-19", policy_version=h.POLICY.version)
        await log.append(f"intake/application/{other}", 0, (returned,), said_by)
    head = await served.service.log.head()
    answer = await served.http.get("/publicity", headers={"Juqu-After-Seq": str(head)})
    assert answer.status_code == 200, answer.text
