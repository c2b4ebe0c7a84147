"""What everybody is told: the inbox, a case's notices, and what one wants to be told."""

from __future__ import annotations

from typing import Any

from services.portal.desks.events import event_words
from services.portal.desks.messages.notices import told_notice
from services.portal.desks.messages.preferences import changes, preference_page
from services.portal.desks.messages.reasons import lacks_an_address, reason_in_words
from services.portal.desks.words import Bilingual
from tests.portal.conftest import Town
from tests.portal.test_story import draft, until

KINDS: list[dict[str, Any]] = [
    {"kind": "filed", "subject": "已申报", "subject_en": "Filed", "statutory": False, "mail": ["county"], "sms": []},
    {
        "kind": "told",
        "subject": "补正",
        "subject_en": "Correct",
        "statutory": True,
        "mail": ["county"],
        "sms": ["county"],
    },
    {"kind": "other", "subject": "其他", "subject_en": "Other", "statutory": False, "mail": ["province"], "sms": []},
]


def page(*choices: dict[str, Any]) -> Any:
    said = {"owner": "county:220113", "language": "zh-CN", "choices": list(choices)}
    return preference_page(said, KINDS, frozenset({"county"}))


def test_only_kinds_that_come_to_the_office_can_be_chosen() -> None:
    assert [kind.kind for kind in page().kinds] == ["filed", "told"]


def test_what_was_switched_off_is_not_wanted_and_a_kind_goes_before_all() -> None:
    assert page({"channel": "mail", "kind": "", "on": False}).kinds[0].wanted_by == frozenset()
    both = page({"channel": "mail", "kind": "", "on": False}, {"channel": "mail", "kind": "filed", "on": True})
    assert both.kinds[0].wanted_by == {"mail"}


def test_a_form_changes_only_what_differs_and_nothing_that_has_legal_effect() -> None:
    assert list(changes(page(), frozenset({"filed mail"}))) == []
    assert list(changes(page(), frozenset())) == [("filed", "mail", False)]


def test_a_notice_says_to_whom_it_went_and_how_it_stands() -> None:
    row = {
        "delivery_id": "d1", "state": "unknown", "channel": "sms", "role": "county", "subject": "",
        "cause_type": "review.CorrectionNoticeIssued", "requested_on": "2020-01-02", "statutory": True,
    }  # fmt: skip
    shown = told_notice(row)
    assert (shown.to.zh, shown.channel.zh, shown.state.zh) == ("县（市、区）科技管理部门", "短信", "不知是否送出")
    assert (shown.subject, shown.path) == (event_words("review.CorrectionNoticeIssued"), "/notices/d1")


def test_why_a_notice_was_not_sent_is_said_in_the_readers_language() -> None:
    wanting = "no mail address of city:220100 is known"
    assert reason_in_words(wanting) == Bilingual("没有登记电子邮箱", "no mail address is registered")
    assert [lacks_an_address(each) for each in (wanting, "", "switched off")] == [True, False, False]
    assert reason_in_words("nothing is sent to this address: bounced").zh.startswith("此前")
    assert reason_in_words("") == Bilingual("", "")


def test_a_county_reads_what_it_was_told_and_whether_it_arrived(town: Town) -> None:
    case_id = draft(town)
    county = town.signed_in(office="county 220113")
    until(lambda: "联合申报已新建" in county.open(f"/notices?case_id={case_id}").text)
    until(lambda: "联合申报已新建" in county.open("/inbox").text)
    letter = county.follow(county.open(f"/notices?case_id={case_id}"), "联合申报已新建")
    assert "收件：" in letter.text
    assert "Delivery" not in letter.text
    assert f"/notices?case_id={case_id}" in letter.html


def test_an_office_chooses_what_it_is_told(town: Town) -> None:
    county = town.signed_in(office="county 220382")
    before = county.open("/preferences").form("/preferences").fields
    assert "draft-opened mail" in before["wanted"]
    kept = [wanted for wanted in before["wanted"] if wanted != "draft-opened mail"]
    saved = county.send(county.open("/preferences"), "/preferences", wanted=kept, language="en")
    assert "已保存" in saved.text
    after = county.open("/preferences").form("/preferences").fields
    assert (after["wanted"], after["language"]) == (kept, ["en"])
