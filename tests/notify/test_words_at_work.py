"""Choices, supersession, inbox and previews through a running notify."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from services.notify.aggregates.reminder import reminder_id
from shared.contracts import intake, lifecycle, review
from shared.contracts.core import Due, Role
from shared.contracts.notify import AddressSuppressed, Channel, Matter
from tests.notify.conftest import Peers, Running
from tests.notify.samples import EVENTS
from tests.notify.test_reacting import CASE, DRAFT, OPENED, REVIEW, REVISED, clock, correction, notices
from tests.servers import Database

Start = Callable[..., Any]
DUE = date(2018, 7, 9)


def county(running: Running) -> dict[str, str]:
    return running.headers("county:220113", Role.COUNTY)


async def test_an_office_chooses_and_is_refused_for_what_the_law_demands(start: Start, peers: Peers) -> None:
    async with start() as running:
        mine, at = county(running), "/preferences/county:220113"
        english = await running.client.post(f"{at}/language", json={"language": "en"}, headers=mine)
        assert english.status_code == 200, english.text
        off = {"channel": "mail", "kind": "site-visit-scheduled", "on": False}
        assert (await running.client.post(at, json=off, headers=mine)).status_code == 200
        refused = await running.client.post(at, json=off | {"kind": "correction-notice"}, headers=mine)
        assert refused.status_code == 422
        assert refused.json()["title_zh"] == "该通知具有法律效力，不可关闭"
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.at_rest()
        await running.happened("review", REVIEW, correction(DUE))
        await running.at_rest()
        visit = review.SiteVisitScheduled(case_id=CASE, visit_on=date(2018, 8, 14), visitors=())
        await running.happened("review", REVIEW, visit)
        await running.at_rest()
        chosen = (await running.client.get("/preferences", headers=mine)).json()
        assert (chosen["language"], chosen["choices"]) == ("en", [off])
        rows = [row for row in await notices(running) if row["role"] == "county" and row["channel"] == "mail"]
        told = {row["rule"]: row for row in rows}
        assert told["site-visit-scheduled"]["state"] == "suppressed"
        assert "does not want" in told["site-visit-scheduled"]["reason"]
        assert told["correction-notice"]["state"] == "accepted"
        inbox = (await running.client.get("/inbox", headers=mine)).json()
    assert [one["rule"] for one in inbox] == ["site-visit-scheduled", "correction-notice", "draft-opened"]
    assert "Notice of all corrections" in inbox[1]["subject"]
    assert '<div role="article" lang="en"' in inbox[1]["html"]
    assert inbox[1]["text"].startswith("主送：")
    assert "\nDear 王样例,\n" in inbox[1]["text"]


async def test_nothing_is_sent_to_an_address_that_bounced_for_good(start: Start, peers: Peers) -> None:
    stopped = AddressSuppressed(
        suppression_id="s",
        channel=Channel.MAIL,
        recipient="county:220113",
        address="demo0002@example.invalid",
        delivery_id="d",
        reason="550 5.1.1 no such user",
    )
    async with start() as running:
        await running.happened("notify", "notify/suppression/s", stopped)
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(DUE))
        await running.at_rest()
        rows = await notices(running, state="suppressed")
    of_county = [row for row in rows if (row["rule"], row["role"]) == ("correction-notice", "county")]
    assert ["no such user" in row["reason"] for row in of_county] == [True]


async def test_what_is_overtaken_is_not_sent(start: Start, peers: Peers) -> None:
    async with start(JUQU_SMTP_URL="", JUQU_SMPP_URL="") as running:
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(DUE))
        await running.at_rest()
        gone = intake.ApplicationWithdrawn(case_id=CASE, reason="不再申报", office="county:220113")
        await running.happened("intake", DRAFT, gone)
        await running.at_rest()
    async with start() as running:
        await running.at_rest()
        rows = await notices(running)
    found = {row["rule"]: row for row in rows if row["role"] == "county" and row["channel"] == "mail"}
    assert found["correction-notice"]["state"] == "superseded"
    assert "intake.ApplicationWithdrawn" in found["correction-notice"]["reason"]
    assert found["application-withdrawn"]["state"] == "accepted"


async def test_a_report_that_is_in_overtakes_that_it_was_overdue_but_not_another_year_s(
    start: Start, peers: Peers
) -> None:
    async with start(JUQU_SMTP_URL="", JUQU_SMPP_URL="") as running:
        await running.happened("intake", DRAFT, OPENED, REVISED)
        late = [lifecycle.AnnualReportOverdue(case_id=CASE, year=year, due=Due(DUE)) for year in (2019, 2020)]
        report = EVENTS[lifecycle.AnnualReportFiled]
        assert isinstance(report, lifecycle.AnnualReportFiled)
        filed = replace(report, case_id=CASE, year=2020)
        await running.happened("lifecycle", f"lifecycle/district/{CASE}", *late, filed)
        await running.at_rest()
    async with start() as running:
        await running.at_rest()
        rows = [row for row in await notices(running) if row["rule"] == "annual-report-overdue"]
    states: dict[str, set[str]] = {}
    for row in rows:
        if row["role"] == "county":
            states.setdefault(row["cause_id"], set()).add(row["state"])
    assert list(states.values()) == [{"accepted", "delivered"}, {"superseded"}]
    assert all("lifecycle.AnnualReportFiled" in row["reason"] for row in rows if row["state"] == "superseded")


async def test_what_was_corrected_is_not_sent(start: Start, peers: Peers) -> None:
    async with start(JUQU_SMTP_URL="", JUQU_SMPP_URL="") as running:
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(DUE))
        await running.at_rest()
        log = await running.logs("review")
        wrong = (await log.read_stream(REVIEW))[-1].event_id
        right = review.RecordCorrected(
            case_id=CASE, corrects=wrong, field="due", was="2018-07-09", now="2018-07-10", why="笔误", on_word_of="赵"
        )
        await running.happened("review", REVIEW, right)
        await running.at_rest()
    async with start() as running:
        await running.at_rest()
        rows = [row for row in await notices(running) if row["rule"] == "correction-notice"]
    assert {row["state"] for row in rows if row["role"] != "endorser"} == {"superseded"}


async def test_those_above_hear_of_what_is_overdue(start: Start, peers: Peers, database: Database) -> None:
    async with start() as running:
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(DUE))
        await running.at_rest()
        await clock(database, "2018-07-16T08:00:00+08:00")
        await running.at_rest()
        rows = [row for row in await notices(running) if row["rule"] == "overdue-correction"]
        assert {(row["role"], row["channel"]) for row in rows} == {
            ("county-head", "mail"),
            ("county-head", "sms"),
            ("endorser", "mail"),
        }
        await clock(database, "2018-08-08T08:00:00+08:00")
        await running.at_rest()
        again = [row for row in await notices(running) if row["rule"] == "overdue-correction"]
    assert len(again) == 2 * len(rows)
    assert any("已逾期7天" in text["text"] for text in peers.texts())


async def test_an_officer_sees_how_it_reads_and_nothing_is_sent(start: Start, peers: Peers, database: Database) -> None:
    async with start(JUQU_SMTP_URL="", JUQU_SMPP_URL="") as running:
        officer = running.headers("province", Role.PROVINCE)
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(DUE))
        await running.at_rest()
        await clock(database, "2018-07-02T08:00:00+08:00")
        await running.at_rest()
        before = len(await notices(running))
        asked = {"case_id": CASE, "language": "en", "channel": "sms"}
        at = "/templates/correction-notice/preview"
        seen = (await running.client.get(at, params=asked, headers=officer)).json()
        assert seen["text"].startswith("【吉林省科技厅】九台区申报材料有1处须补正")
        assert seen["segments"] == 1
        page = await running.client.get(at, params={"case_id": CASE}, headers=officer)
        assert "<h1" in page.json()["html"]
        reminder = await running.client.get(
            "/templates/reminder-correction/preview", params={"case_id": CASE}, headers=officer
        )
        assert "还有7天" in reminder.json()["text"], reminder_id(CASE, Matter.CORRECTION, "")
        none = await running.client.get("/templates/title-revoked/preview", params={"case_id": CASE}, headers=officer)
        assert none.status_code == 404
        assert (await running.client.get(at, params=asked, headers=county(running))).status_code == 403
        listed = (await running.client.get("/templates", headers=officer)).json()
        assert len(await notices(running)) == before
    assert "correction-notice" in {one["name"] for one in listed}
