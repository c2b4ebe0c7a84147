"""Dates are not free in intake: a seal is set today, and paper arrived when it can have arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.intake.cases import CITY, COUNTY, KEY
from tests.intake.serving import Desk, serving
from tests.intake.test_paper_and_corrections import SONGYUAN_CLERK, form_d, key
from tests.servers import Database


@pytest.fixture
async def desk(database: Database, redis_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with serving(database, redis_url, tmp_path) as serving_desk:
        yield serving_desk


def paper(received_on: str) -> dict[str, Any]:
    """What a clerk keys in."""
    command = key()
    return {
        "division_code": command.division_code,
        "county_unit": command.county_unit,
        "key_unit": command.key_unit,
        "received_on": received_on,
        "form": form_d(),
        "documents": [],
        "paper_seals": ["county"],
    }


async def test_a_city_cannot_seal_todays_packet_as_of_two_months_ago(desk: Desk) -> None:
    path = await desk.written()
    sha = await desk.seal(path, COUNTY, KEY)
    assert (await desk.post(COUNTY, f"{path}/endorsement-request")).status_code == 200
    opinion = {"opinion": "同意申报", "packet_sha256": sha}
    head = await desk.head()
    for on in ("2018-04-30", "2018-06-10"):
        answer = await desk.post(CITY, f"{path}/endorsement", opinion, juqu_effective_on=on)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:juqu:rule:act-takes-effect-when-told")
    early = await desk.post(CITY, f"{path}/endorsement", opinion, juqu_effective_on="2017-12-31")
    assert (early.status_code, early.json()["type"]) == (422, "urn:juqu:rule:effect-follows-the-policy")
    by_county = await desk.post(COUNTY, f"{path}/withdrawal", {"reason": "重报"}, juqu_effective_on="2018-06-10")
    assert by_county.status_code == 403
    assert await desk.head() == head
    assert (await desk.post(CITY, f"{path}/endorsement", opinion, juqu_effective_on="2018-06-11")).status_code == 200


@pytest.mark.parametrize(
    ("received_on", "rule"),
    [
        ("2019-09-06", "paper-is-received-before-keyed"),
        ("2019-08-05", "paper-was-received-within-the-policys-days"),
        ("2017-01-01", "paper-was-received-within-the-policys-days"),
        ("0001-01-01", "paper-was-received-within-the-policys-days"),
        ("9999-12-31", "paper-is-received-before-keyed"),
    ],
)
async def test_paper_arrived_within_the_days_of_the_policy(desk: Desk, received_on: str, rule: str) -> None:
    await desk.set_clock(datetime(2019, 9, 5, 1, tzinfo=UTC))
    answer = await desk.post(SONGYUAN_CLERK, "/paper-applications", paper(received_on))
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:juqu:rule:{rule}"), answer.text
    assert answer.json()["field"] == "received_on"


async def test_a_citys_time_begins_when_the_paper_is_keyed_in_not_when_it_was_dated(desk: Desk) -> None:
    await desk.set_clock(datetime(2019, 9, 5, 1, tzinfo=UTC))
    answer = await desk.post(SONGYUAN_CLERK, "/paper-applications", paper("2019-08-20"), juqu_effective_on="2019-08-20")
    assert answer.status_code == 201, answer.text
    row = (await desk.get(SONGYUAN_CLERK, f"/applications/{answer.json()['case_id']}")).json()
    assert row["due_on"] == "2019-09-20"
