"""What an answer promises holds: after 201 there is the thing, and nobody is told of what is not theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import pytest

from shared.contracts.core import Role
from tests.intake import cases
from tests.intake.serving import Desk, opening, serving
from tests.servers import Database
from tests.specification import actor

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def desk(database: Database, redis_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Intake, as it is served."""
    async with serving(database, redis_url, tmp_path) as made:
        yield made


def problem(answer: object) -> tuple[int, str]:
    """The status and the rule of an answer."""
    told = answer.json()  # type: ignore[attr-defined]
    return answer.status_code, told["type"].removeprefix("urn:juqu:rule:")  # type: ignore[attr-defined]


async def test_a_plain_get_right_after_201_succeeds_forty_times_of_forty(desk: Desk) -> None:
    headers = desk._headers(cases.COUNTY, {})
    for number in range(40):
        opened = await desk.post(cases.COUNTY, "/applications", opening(), idempotency_key=f"k{number}")
        assert opened.status_code == 201
        del headers["Idempotency-Key"]
        got = await desk.client.get(opened.headers["Location"], headers=headers)
        assert got.status_code == 200, got.text
        assert got.json()["case_id"] == opened.json()["case_id"]
        headers = desk._headers(cases.COUNTY, {})


async def test_a_plain_get_right_after_200_shows_what_was_done(desk: Desk) -> None:
    path = f"/applications/{await desk.open()}"
    for basis in ("一", "二", "三", "四"):
        form = {"district_basis": basis}
        done = await desk.post(cases.COUNTY, f"{path}/form", {"form": form})
        got = await desk.client.get(path, headers=desk._headers(cases.COUNTY, {}))
        assert got.json()["form"]["district_basis"] == basis
        assert got.headers["ETag"] == done.headers["ETag"]


async def test_an_unknown_query_name_is_refused_and_the_known_ones_are_named(desk: Desk) -> None:
    answer = await desk.get(cases.COUNTY, "/applications?stagge=draft")
    assert problem(answer) == (422, "request-is-well-formed")
    (reason,) = answer.json()["reasons"]
    assert reason["field"] == "stagge"
    assert all(name in reason["message"] for name in ("stage", "county", "limit", "offset"))
    assert "stage" in reason["message_zh"]
    assert problem(await desk.get(cases.COUNTY, "/applications?limit=1&limit=2"))[0] == 422
    assert problem(await desk.get(None, "/health?x=1"))[0] == 422
    assert problem(await desk.post(cases.COUNTY, "/applications?x=1", opening()))[0] == 422


async def test_head_works_wherever_get_does(desk: Desk) -> None:
    path = f"/applications/{await desk.open()}"
    headers = desk._headers(cases.COUNTY, {})
    got = await desk.client.get(path, headers=headers)
    head = await desk.client.head(path, headers=headers)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["content-length"] == got.headers["content-length"]
    assert (await desk.client.head(f"/applications/{UNKNOWN}", headers=headers)).status_code == 404
    assert (await desk.client.head(f"{path}/withdrawal", headers=headers)).status_code == 405
    assert (await desk.client.head("/docs")).status_code == 200


async def test_options_and_405_carry_allow(desk: Desk) -> None:
    for path, methods in (
        ("/applications", "GET, HEAD, OPTIONS, POST"),
        (f"/applications/{UNKNOWN}", "GET, HEAD, OPTIONS"),
        (f"/applications/{UNKNOWN}/withdrawal", "OPTIONS, POST"),
        ("/health", "GET, HEAD, OPTIONS"),
    ):
        told = await desk.client.options(path)
        assert (told.status_code, told.headers["Allow"]) == (204, methods)
        wrong = await desk.client.put(path)
        assert (wrong.status_code, wrong.headers["Allow"]) == (405, methods)
        assert wrong.headers["content-type"] == "application/problem+json"
    assert (await desk.client.options("/nowhere")).status_code == 404


async def test_upper_case_uuids_are_the_same_case(desk: Desk) -> None:
    case_id = await desk.open()
    upper = f"/applications/{case_id.upper()}"
    assert (await desk.get(cases.COUNTY, upper)).json()["case_id"] == case_id
    done = await desk.post(cases.COUNTY, f"{upper}/withdrawal", {"reason": "改期申报"}, idempotency_key="w")
    assert done.json()["case_id"] == case_id
    again = await desk.post(
        cases.COUNTY, f"/applications/{case_id}/withdrawal", {"reason": "改期申报"}, idempotency_key="w"
    )
    assert again.json()["replayed"] is True


async def test_scope_comes_before_state_and_before_a_stale_version(desk: Desk) -> None:
    path = f"/applications/{await desk.open()}"
    await desk.post(cases.COUNTY, f"{path}/withdrawal", {"reason": "改期申报"})
    for act, body in (
        ("form", {"form": {}}),
        ("withdrawal", {"reason": "x"}),
        ("seals", {"packet_sha256": "0" * 64}),
        ("endorsement-request", {}),
        ("correction", {}),
    ):
        theirs = await desk.post(cases.OTHER_COUNTY, f"{path}/{act}", body)
        assert theirs.status_code == HTTPStatus.FORBIDDEN, (act, theirs.text)
        stale = await desk.post(cases.OTHER_COUNTY, f"{path}/{act}", body, if_match='"1"')
        assert stale.status_code == HTTPStatus.FORBIDDEN, (act, stale.text)
    for act, body in (("endorsement", {"opinion": "同意", "packet_sha256": "0" * 64}), ("return", {"changes": "x"})):
        assert (await desk.post(cases.OTHER_CITY, f"{path}/{act}", body)).status_code == HTTPStatus.FORBIDDEN, act
    assert problem(await desk.post(cases.COUNTY, f"{path}/form", {"form": {}})) == (409, "case-is-open")


async def test_412_answers_only_what_named_a_version(desk: Desk) -> None:
    path = f"/applications/{await desk.open()}"
    named = await desk.post(cases.COUNTY, f"{path}/withdrawal", {"reason": "x"}, if_match='"7"')
    assert problem(named) == (412, "version-is-current")
    assert named.json()["detail_zh"]
    any_version = await desk.post(cases.COUNTY, f"{path}/withdrawal", {"reason": "x"}, if_match="*")
    assert any_version.status_code == 200


async def test_another_type_of_body_is_415(desk: Desk) -> None:
    answer = await desk.post(cases.COUNTY, "/applications", opening(), content_type="text/plain")
    assert problem(answer) == (415, "body-is-json")


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"now": ""}, "correction-of-record-differs", "now"),
        ({"now": "<b>"}, "corrected-value-fits-its-field", "now"),
        ({"now": "2018-13-01"}, "corrected-value-fits-its-field", "now"),
        ({"field": "nonsense"}, "corrected-field-is-known", "field"),
        ({"field": "case_id"}, "corrected-field-is-known", "field"),
        ({"field": "place.county", "was": "220113", "now": "九台"}, "corrected-value-fits-its-field", "now"),
        ({"field": "key_unit.uscc", "was": cases.KEY_UNIT.uscc, "now": "1"}, "corrected-value-fits-its-field", "now"),
        ({"was": "2018-06-10"}, "record-says-what-was", "was"),
    ],
)
async def test_a_correction_that_the_record_does_not_bear_out_is_refused(
    desk: Desk, change: dict[str, str], rule: str, field: str
) -> None:
    path = f"/applications/{await desk.open()}"
    event_id = (await desk.get(cases.CITY, f"{path}/timeline")).json()["events"][0]["event_id"]
    body = {
        "corrects": event_id,
        "field": "effective_on",
        "was": "2018-06-11",
        "now": "2018-06-08",
        "why": "补录",
        "on_word_of": "县科技局张某",
    }
    head = await desk.head()
    answer = await desk.post(cases.PROVINCE, f"{path}/record-corrections", body | change)
    assert problem(answer) == (422, rule)
    assert answer.json()["field"] == field
    assert await desk.head() == head
    assert (await desk.post(cases.PROVINCE, f"{path}/record-corrections", body)).status_code == 200
    onward = body | {"was": "2018-06-08", "now": "2018-06-07"}
    assert (await desk.post(cases.PROVINCE, f"{path}/record-corrections", onward)).status_code == 200


async def test_whoever_may_not_is_told_so_before_anything_is_read(desk: Desk) -> None:
    nobody = actor("auditor", Role.AUDITOR)
    answer = await desk.post(nobody, "/applications", b"{")
    assert problem(answer) == (403, "role-may-do-this")
    assert answer.json()["detail_zh"]
