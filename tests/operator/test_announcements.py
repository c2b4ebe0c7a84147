"""What the demonstration shows of a case's notices, and at which moments its clock stops for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from deploy.demo import screen
from deploy.demo.announcements import Announcement, Message, announced, parties
from deploy.demo.drive import next_stop
from deploy.demo.endings import CaseEnd
from tests.operator.conftest import CASE, System

ON = date(2018, 7, 20)
SHEETS = Announcement(
    ON,
    "score-sheet-received",
    (
        Message("expert", "expert:1", "mail", "accepted"),
        Message("expert", "expert:2", "mail", "accepted"),
        Message("province", "province", "mail", "unknown"),
        Message("expert", "expert:1", "sms", "delivered"),
    ),
)


def test_who_was_told_is_counted_by_what_became_of_it() -> None:
    assert SHEETS.by("mail") == "accepted: expert ×2; unknown: province"
    assert SHEETS.by("sms") == "delivered: expert"
    assert SHEETS.by("webhook") == ""
    assert SHEETS.subject == "评分表已收到"
    assert parties([SHEETS, SHEETS]) == {"expert": ["expert:1", "expert:2"], "province": ["province"]}


def test_a_case_is_shown_with_each_notice_and_its_state(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = CaseEnd("DEMO-X", "x", "open", "open", 9, {"accepted": 2, "delivered": 1, "unknown": 1})
    screen.notices([verdict], {"x": [SHEETS]})
    head, *shown = capsys.readouterr().out.strip().splitlines()
    assert head == "DEMO-X: 4 messages (2 accepted, 1 delivered, 1 unknown)"
    assert shown[0] == "expert: expert:1, expert:2  province: province"
    assert shown[1].split() == ["on", "notice", "rule", "by", "mail", "by", "short", "message"]
    assert shown[2].split()[:3] == ["2018-07-20", "评分表已收到", "score-sheet-received"]


async def test_the_notices_of_a_case_are_read_in_their_order(lived: System) -> None:
    await lived.follow("notify")
    found = await announced(lived.database.owner_url, [CASE, "another"])
    assert found["another"] == []
    (one,) = found[CASE]
    assert (one.on, one.rule, one.subject) == (date(2018, 6, 20), "opened", "opened")
    assert one.by("mail") == "delivered: city"


def test_the_clock_stops_for_deadlines_and_for_mornings_that_notices_wait_for() -> None:
    at = datetime.fromisoformat
    assert next_stop({"intake": None, "review": {}}) is None
    reports: dict[str, dict[str, Any] | None] = {
        "review": {"deadlines": {"next": "2018-07-09T16:00:00+00:00"}},
        "notify": {"deadlines": {"next": None}, "released_next": "2018-06-12T00:00:00+00:00"},
    }
    assert next_stop(reports) == at("2018-06-12T08:00:00+08:00")
    reports["notify"] = None
    assert next_stop(reports) == at("2018-07-10T00:00:00+08:00")
