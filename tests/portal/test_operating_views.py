"""What an operator is told of the processes' reports: pure functions of JSON."""

from __future__ import annotations

from typing import Any

import pytest

from services.notify.states import NoticeState
from services.portal.calling.health import HealthAnswer
from services.portal.desks.notices_in_words import STATES, counted_states
from services.portal.desks.operating.checkpoints import shown_checkpoint
from services.portal.desks.operating.findings import FAR_BEHIND, attention
from services.portal.desks.operating.reports import shown_followers, shown_processes, shown_streams
from shared.notary.checkpoint import Checkpoint
from shared.notary.note import Note, SignatureType, Signer

WELL: dict[str, Any] = {"status": "ok", "service": "review", "followers": {}, "parked": 0}
FOLLOWER: dict[str, Any] = {
    "name": "review.cases",
    "running": True,
    "live": True,
    "position": 40,
    "head": 40,
    "lag": 0,
    "trouble": "",
}


def _follower(**other: object) -> dict[str, Any]:
    return {"followers": {"review.cases": FOLLOWER | other}}


def _of(report: dict[str, Any], process: str = "review") -> HealthAnswer:
    return HealthAnswer(process, answered=True, report=WELL | report)


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"parked": 2}, "2 events are parked"),
        ({"ended": ["projecting"]}, "“projecting” has ended"),
        ({"hindered": {"bounces": "the port is another's"}}, "“bounces” is hindered"),
        ({"begun_anew": ["review.cases"]}, "went back"),
        ({"lost": {"events.all": "3"}}, "went back"),
        ({"faults": {"events.all": "of a later life of the log"}}, "“events.all”"),
        ({"trouble": "Redis is away"}, "reports trouble"),
        ({"finding": "the root differs"}, "reports trouble"),
        ({"notices": {"unknown": 3, "delivered": 9}}, "3 notices nobody knows"),
        ({"channels": {"sms": {"providers": {"smpp": ""}, "paused": True, "trouble": ""}}}, "“sms” is paused"),
        ({"channels": {"sms": {"providers": {"smpp": "away"}, "paused": False, "trouble": "away"}}}, "in trouble"),
        (_follower(running=False), "stands still at event 40"),
        (_follower(trouble="no such column"), "stands still at event 40"),
        (_follower(lag=-2), "2 events beyond"),
        (_follower(lag=FAR_BEHIND), f"{FAR_BEHIND} events behind"),
    ],
)
def test_what_a_report_says_is_told_once_with_what_to_do(report: dict[str, Any], words: str) -> None:
    (found,) = attention([_of(report)])
    assert words in found.en
    assert found.zh
    assert found.do
    assert found.do_zh


@pytest.mark.parametrize(
    "report",
    [
        {},
        _follower(),
        _follower(lag=FAR_BEHIND - 1),
        {"notices": {"delivered": 9}},
        {"channels": {"webhook": {"providers": {}, "trouble": "no provider is set", "paused": False}}},
    ],
)
def test_nothing_is_told_where_all_is_well(report: dict[str, Any]) -> None:
    assert attention([_of(report)]) == []


def test_a_silent_process_is_told_and_the_grave_comes_first() -> None:
    lagging, silent = _of(_follower(lag=FAR_BEHIND)), HealthAnswer("relay", answered=False)
    assert [found.process for found in attention([lagging, silent])] == ["relay", "review"]


def test_a_problem_in_place_of_a_report_is_told_in_its_words() -> None:
    answer = HealthAnswer("notify", answered=True, report={"title": "The database is away"})
    (found,) = attention([answer])
    assert found.said == "The database is away"


def test_only_a_read_model_is_offered_to_be_built_anew() -> None:
    stopped = [_of(_follower(trouble="x")), _of(_follower(name="review.reactions", trouble="x"))]
    assert [bool(found.commands) for found in attention(stopped)] == [True, False]


def test_processes_and_followers_as_rows() -> None:
    answers = [
        _of(_follower(lag=3) | {"deadlines": {"due": 1, "next": "2020-11-12T00:00:00+00:00"}}),
        HealthAnswer("relay", answered=False),
        _of({"status": "failing", "role": "leading"}, "notary"),
    ]
    rows = shown_processes(answers)
    assert [(row.name, row.kind, row.state[1]) for row in rows] == [
        ("review", "done", "Well"),
        ("relay", "late", "No answer"),
        ("notary", "late", "Failing"),
    ]
    assert (rows[0].due, rows[0].next_due[:10], rows[2].role[1]) == (1, "2020-11-12", "leads")
    (follower,) = shown_followers(answers)
    assert (follower.kind, follower.state[1], follower.acts) == ("soon", "3 behind", False)


def test_streams_say_why_they_stand_still() -> None:
    streams = shown_streams({"tails": {"events.all": 9, "events.review": 4}, "faults": {"events.all": "later life"}})
    assert [(stream.name, stream.tail, stream.fault) for stream in streams] == [
        ("events.all", 9, "later life"),
        ("events.review", 4, ""),
    ]


def test_every_state_of_a_notice_has_its_words() -> None:
    assert set(STATES) == {state.value for state in NoticeState}
    assert [(each.state, each.count) for each in counted_states({"delivered": 5, "unknown": 1, "ready": 0})] == [
        ("unknown", 1),
        ("delivered", 5),
    ]


def test_a_note_that_cannot_be_read_is_not_shown() -> None:
    assert shown_checkpoint("no note", [], 0) is None


def test_a_checkpoint_says_who_signed_and_who_witnessed_it() -> None:
    text = Checkpoint("juqu.local/log", 7, bytes(32), bytes(32)).body()
    log, witness = Signer.new("juqu.local/log"), Signer.new("witness.example", SignatureType.WITNESS)
    note = Note(text, (log.sign(text), witness.cosign(text, 1_600_000_000))).encode()
    shown = shown_checkpoint(note, [{"vkey": log.verifier.vkey}], 9)
    assert shown is not None
    assert (shown.size, shown.waiting, shown.signed_by) == (7, 2, ["juqu.local/log"])
    assert [(mark.name, mark.given.year) for mark in shown.witnesses] == [("witness.example", 2020)]
    assert shown.keys == [log.verifier.vkey]
