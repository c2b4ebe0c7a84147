"""Between events and stored text."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from shared.contracts.core import Due, Envelope, event_type
from shared.contracts.intake import ApplicationEndorsed
from shared.contracts.review import FormalExaminationOverdue, Score, ScoreSheetSubmitted
from shared.eventlog.codec import RawEvent, StoredEvent, decode, decode_or_raw, encode, upcasting
from shared.eventlog.envelopes import envelope
from shared.eventlog.errors import UnknownEventType, UnreadableEvent
from tests.eventlog.facts import DAY, endorsed, score_sheet

SHEET = ScoreSheetSubmitted(
    case_id="案",
    expert_id="e",
    scores=(Score(criterion="主导产业", points=Decimal("18.50")),),
    total=Decimal("91.5"),
    recommended=True,
    comment="",
)


@pytest.mark.parametrize(
    "event", [endorsed('"同意"\n\0𠮷'), SHEET, FormalExaminationOverdue(case_id="c", due=Due(DAY))]
)
def test_an_event_comes_back_as_it_was(event: ApplicationEndorsed) -> None:
    kind = event_type(event)

    assert decode(kind.name, kind.version, encode(event)) == event
    assert encode(decode(kind.name, kind.version, encode(event))) == encode(event)


def test_the_text_is_compact_and_in_the_order_of_the_definition() -> None:
    assert encode(SHEET) == (
        '{"case_id":"案","expert_id":"e","scores":[{"criterion":"主导产业","points":"18.50"}],"total":"91.5",'
        '"recommended":true,"comment":""}'
    )


def test_an_unknown_type_or_version_is_named() -> None:
    for name, version in (("intake.Nothing", 1), ("intake.ApplicationEndorsed", 99)):
        with pytest.raises(UnknownEventType) as unknown:
            decode(name, version, "{}")
        assert (unknown.value.type_name, unknown.value.schema_version) == (name, version)
        assert decode_or_raw(name, version, "{}") == RawEvent(name, version, "{}")


@pytest.mark.parametrize("data", ["", "{}", "[]", '{"case_id":1}', '{"case_id":"c"', encode(score_sheet())])
def test_text_that_does_not_fit_is_named(data: str) -> None:
    with pytest.raises(UnreadableEvent):
        decode("intake.ApplicationEndorsed", 1, data)
    assert decode_or_raw("intake.ApplicationEndorsed", 1, data) == RawEvent("intake.ApplicationEndorsed", 1, data)


def test_old_versions_are_brought_up_to_date_step_by_step() -> None:
    upcasts = {
        ("intake.ApplicationEndorsed", -1): lambda old: {**old, "opinion": old["text"]},
        ("intake.ApplicationEndorsed", 0): lambda old: {**old, "packet_sha256": "00"},
    }
    oldest = msgspec.json.encode({"case_id": "case", "endorser": "city:220100", "text": "同意"}).decode()

    assert upcasting("intake.ApplicationEndorsed", -1, upcasts)(oldest) == endorsed("同意")


def test_an_upcast_that_leads_nowhere_is_named() -> None:
    with pytest.raises(UnknownEventType):
        upcasting("intake.Gone", 1, {("intake.Gone", 1): dict})


def test_a_row_becomes_a_frozen_envelope_with_every_field() -> None:
    stored = StoredEvent(
        seq=7,
        event_id=UUID(int=1),
        stream="intake/application/1",
        version=2,
        type="intake.ApplicationEndorsed",
        schema_version=1,
        internal=False,
        data=encode(endorsed("a")),
        actor="li",
        office="city:220100",
        effective_on=DAY,
        recorded_at=datetime(2026, 3, 2, tzinfo=UTC),
        command_id=UUID(int=2),
        correlation_id="corr-1",
        causation_id=None,
        policy_version="2026-1",
    )

    made = envelope(stored)

    facts = {name: getattr(stored, name) for name in StoredEvent.__struct_fields__ if name not in {"internal", "data"}}
    assert made == Envelope(**facts, event=endorsed("a"))
    assert type(made) is Envelope
    assert replace(made, seq=8).seq == 8
    with pytest.raises(FrozenInstanceError):
        made.seq = 8  # type: ignore[misc]
