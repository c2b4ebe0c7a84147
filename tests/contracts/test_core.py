"""What events and envelopes are, whatever they say."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from shared.contracts.core import Due, event_types
from tests.programme.histories import recorded


def test_an_event_is_made_by_names_and_has_no_more_than_they_say() -> None:
    for kind in event_types():
        assert kind.cls.__dataclass_params__.frozen, kind.name  # type: ignore[attr-defined]
        assert all(field.kw_only for field in fields(kind.cls)), kind.name  # type: ignore[arg-type]
        assert "__slots__" in vars(kind.cls), kind.name


def test_a_deadline_is_settled_unless_it_is_said_to_be_provisional() -> None:
    assert not Due(date(2020, 3, 31)).provisional


def test_an_envelope_is_of_the_service_whose_stream_it_is_in() -> None:
    assert recorded("review.CaseOpened", "2020-05-20").category == "review"
