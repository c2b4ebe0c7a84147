"""What pages make of the services' answers."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from hashlib import sha256

from services.portal.window.publicity import read_case, read_receipt
from services.portal.window.register.district import read_acts
from services.portal.window.verifying import read_head, read_keys

CASE = {
    "case_id": "c", "county": "222401", "county_name": "延吉市", "county_unit": "a", "key_unit": "b",
    "publicity_starts_on": "2019-01-02", "publicity_ends_on": "2019-01-08",
}  # fmt: skip
ANSWER = {
    "objection_id": "o", "case_id": "c", "county_name": "延吉市", "filed_on": "2019-01-04", "upheld": None,
    "answer": None, "answered_on": None, "set_aside": None, "set_aside_on": None,
}  # fmt: skip


def test_the_working_days_left_are_those_after_today_as_on_every_page() -> None:
    assert read_case(CASE, date(2019, 1, 4)).left == 2  # Monday, Tuesday
    assert read_case(CASE, date(2019, 1, 6)).left == 2  # a Sunday
    case = read_case(CASE, date(2019, 1, 8))
    assert (case.left, case.ends_today) == (0, True)
    last = read_case(CASE, date(2019, 1, 2))
    assert (last.begun, last.left) == (True, 4)


def test_before_it_begins_those_after_its_first_day_are_left_and_none_after_it() -> None:
    for day in (date(2018, 12, 28), date(2018, 12, 30)):
        early = read_case(CASE, day)
        assert (early.begun, early.left) == (False, 4)
    assert read_case(CASE, date(2019, 1, 20)).left == 0


def test_an_objection_waits_is_answered_or_set_aside() -> None:
    assert read_receipt(ANSWER).state == "waiting"
    answered = read_receipt(ANSWER | {"upheld": False, "answer": "经核查属实。", "answered_on": "2019-01-08"})
    assert (answered.state, answered.upheld, answered.words) == ("answered", False, "经核查属实。")
    assert answered.on == date(2019, 1, 8)
    aside = read_receipt(ANSWER | {"set_aside": "滥用", "set_aside_on": "2019-01-08"})
    assert (aside.state, aside.words, aside.on) == ("aside", "滥用", date(2019, 1, 8))


def test_a_keys_fingerprint_is_that_of_the_key_itself() -> None:
    public = bytes(range(32))
    encoded = b64encode(b"\x01" + public).decode()
    vkey = f"juqu.example/log+0123abcd+{encoded}"
    (key,) = read_keys({"keys": [{"vkey": vkey, "since_size": 0}]})
    assert key.fingerprint.replace(" ", "") == sha256(public).hexdigest()
    assert (key.name, key.key_id) == ("juqu.example/log", "0123abcd")


def test_a_base64_with_a_plus_is_no_further_part() -> None:
    encoded = b64encode(b"\x01\x00\x00" + b"\xfb\xef\xbe" * 10).decode()
    assert "+" in encoded
    (key,) = read_keys({"keys": [{"vkey": f"n+00000000+{encoded}", "since_size": 0}]})
    assert key.key_id == "00000000"


def test_the_head_of_a_checkpoint() -> None:
    assert read_head("juqu.local/log\n3529\nHHMU=\nstreams x\n\n— sig\n") == (3529, "HHMU=")


def test_acts_have_english_names_and_unknown_ones_their_own() -> None:
    row = {
        "seq": 5, "type": "lifecycle.TitleRevoked", "term": "取消称号", "clause": "四（六）",
        "effective_on": "2023-07-20", "recorded_at": "2023-07-20T09:00:00+08:00",
    }  # fmt: skip
    revoked, other = read_acts([row, row | {"type": "lifecycle.Later"}])
    assert (revoked.zh, revoked.en) == ("取消称号", "Title revoked")
    assert other.en == "lifecycle.Later"
