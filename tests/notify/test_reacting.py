"""Events of the other services reach people, by what was known of them at the event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts import intake, review
from shared.contracts.core import Due, Reason, Role
from shared.contracts.notify import Channel, Language
from shared.contracts.office import LetterAnswered
from shared.programme.forms import ApplicationForm, Person, Unit
from tests.notify.conftest import Peers, Running
from tests.servers import Database

Start = Callable[..., Any]
CASE = str(UUID(int=77))
PLACE = intake.Place(
    county="220113",
    county_name="九台区",
    endorser="220100",
    endorser_name="长春市科技局",
    route=intake.FilingRoute.ENDORSED,
    code_given="220113",
    note="",
)
COUNTY_UNIT, KEY_UNIT = Unit(name="九台局", uscc="11220113DEM000014H"), Unit(name="九台所", uscc="91220113DEM0000224")
FORM = ApplicationForm(
    county_contact=Person(name="王样例", phone="0000-0000002", email="demo0002@example.invalid"),
    county_head=Person(name="张示例", phone="0000-0000001", email="demo0001@example.invalid"),
    key_unit_head=Person(name="李虚构", phone="0000-0000003", email="demo0003@example.invalid"),
)
OPENED = intake.DraftOpened(
    case_id=CASE,
    place=PLACE,
    county_unit=COUNTY_UNIT,
    key_unit=KEY_UNIT,
    policy_version="2018-04-28.1",
    opened_by="county:220113",
)
REVISED = intake.FormRevised(case_id=CASE, form=FORM, office="county:220113", revised_by="county:220113")
REQUESTED = intake.EndorsementRequested(case_id=CASE, packet_sha256="0" * 64, due=Due(date(2018, 6, 26)))
DRAFT = f"intake/application/{CASE}"
REVIEW = f"review/case/{CASE}"


def correction(due: date) -> review.CorrectionNoticeIssued:
    items = (Reason("staff.total", "part-within-total", "附件1", "exceeds", "部分数大于总数"),)
    return review.CorrectionNoticeIssued(case_id=CASE, notice_no=1, items=items, due=Due(due))


async def clock(database: Database, at: str) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("select clock.set($1::text::timestamptz)", at)
    await owner.close()


async def notices(running: Running, **filters: str) -> list[dict[str, Any]]:
    operator = running.headers("operator", Role.OPERATOR)
    answer = await running.client.get("/notices", params={"case_id": CASE} | filters, headers=operator)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def test_an_answered_letter_is_told_of_though_it_says_nothing_of_people(start: Start, peers: Peers) -> None:
    ident = str(UUID(int=78))
    answered = LetterAnswered(
        letter_id=ident,
        answer="由县科技主管部门和重点服务单位联合申报。",
        channel=Channel.MAIL,
        address="demo0004@example.invalid",
        language=Language.CHINESE,
        public_question="",
        public_answer="",
    )
    async with start() as running:
        await running.happened("office", f"office/letter/{ident}", answered)
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.at_rest()
    mails = [message_from_bytes(each.read_bytes(), policy=default) for each in sorted(peers.maildir.glob("*.eml"))]
    assert "demo0004@example.invalid" in [mail["To"] for mail in mails]


async def register(running: Running, office: str, phone: str, email: str) -> None:
    answer = await running.client.post(
        f"/contacts/{office}",
        json={"name": "陈样例", "phone": phone, "email": email},
        headers=running.headers("operator", Role.OPERATOR),
    )
    assert answer.status_code == 200, answer.text


async def test_a_correction_notice_reaches_the_applicants_and_the_city(start: Start, peers: Peers) -> None:
    async with start() as running:
        await register(running, "city:220100", "0000-0000005", "city@example.invalid")
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(date(2018, 7, 9)))
        await running.at_rest()
        rows = await notices(running)
    told = {(row["role"], row["channel"], row["state"]) for row in rows if row["rule"] == "correction-notice"}
    assert told == {
        ("county", "mail", "accepted"),
        ("key-unit", "mail", "accepted"),
        ("endorser", "mail", "accepted"),
        ("county", "sms", "delivered"),
        ("key-unit", "sms", "delivered"),
    }
    assert {mail["to"][0] for mail in peers.mails()} == {
        "demo0002@example.invalid",
        "demo0003@example.invalid",
        "city@example.invalid",
    }
    assert all(text["text"].startswith("【吉林省科技厅】") for text in peers.texts())


async def test_whom_nobody_knows_is_shown_with_the_reason(start: Start, peers: Peers) -> None:
    async with start() as running:
        await running.happened("intake", DRAFT, OPENED, REVISED, REQUESTED)
        await running.at_rest()
        rows = await notices(running, state="suppressed")
    city = [row for row in rows if row["recipient"] == "city:220100"]
    assert {row["channel"] for row in city} == {"mail", "sms"}
    assert all("no " in row["reason"] for row in city)


async def test_started_anew_it_sends_nothing_again(start: Start, peers: Peers) -> None:
    async with start() as running:
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(date(2018, 7, 9)))
        await running.at_rest()
    sent = len(peers.mails()), len(peers.texts())
    async with start() as running:
        checkpoints = "update notify.checkpoints set seq = 0 where name = 'notify.reactions'"
        async with running.service.engine.begin() as connection:
            await connection.exec_driver_sql(checkpoints)
    async with start() as running:
        await running.at_rest()
        assert (len(peers.mails()), len(peers.texts())) == sent
    assert sent == (2, 2)


async def test_a_reminder_comes_before_the_last_day_and_not_once_it_is_done(
    start: Start, peers: Peers, database: Database
) -> None:
    async with start() as running:
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(date(2018, 7, 9)))
        await running.at_rest()
        await clock(database, "2018-07-02T08:00:00+08:00")
        await running.at_rest()
        reminders = [row for row in await notices(running) if row["rule"] == "reminder-correction"]
        assert {(row["role"], row["channel"]) for row in reminders} == {
            ("county", "mail"),
            ("key-unit", "mail"),
            ("county", "sms"),
        }
        assert any("还有7天" in text["text"] for text in peers.texts())
        done = review.AcceptanceRefused(case_id=CASE, reasons=())
        await running.happened("review", REVIEW, done, on="2018-07-03")
        await running.at_rest()
        await clock(database, "2018-07-08T09:00:00+08:00")
        await running.at_rest()
        after = [row for row in await notices(running) if row["rule"] == "reminder-correction"]
        assert len(after) == len(reminders)


async def test_a_reminder_that_waits_is_superseded_when_the_matter_is_done(
    start: Start, peers: Peers, database: Database
) -> None:
    async with start(JUQU_SMTP_URL="", JUQU_SMPP_URL="") as running:
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(date(2018, 7, 9)))
        await running.at_rest()
        await clock(database, "2018-07-08T08:00:00+08:00")
        await running.at_rest()
        done = review.AcceptanceRefused(case_id=CASE, reasons=())
        await running.happened("review", REVIEW, done, on="2018-07-08")
        await running.at_rest()
    async with start() as running:
        await running.at_rest()
        rows = [row for row in await notices(running) if row["rule"] == "reminder-correction"]
        assert {row["state"] for row in rows} == {"superseded"}
    assert not any("提醒" in text["text"] for text in peers.texts())
