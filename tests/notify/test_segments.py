"""Texts become short messages of 70 units, or of 67 behind a header, and no character is cut in two."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.sms.segments import PART, SINGLE, TooLong, segments, split, units

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=600)
EMOJI = "\N{ROCKET}"


@pytest.mark.parametrize(("length", "parts"), [(0, 1), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_limits(length: int, parts: int) -> None:
    assert len(split("省" * length)) == parts


def test_the_signature_counts() -> None:
    assert len(split("【吉林省科技厅】" + "报" * 62)) == 1
    assert len(split("【吉林省科技厅】" + "报" * 63)) == 2


def test_a_pair_is_not_cut_and_costs_two_units() -> None:
    assert len(split(EMOJI * 35)) == 1
    assert [units(part) for part in split(EMOJI * 36)] == [66, 6]
    assert [units(part) for part in split("a" * 66 + EMOJI + "b" * 10)] == [66, 12]


def test_the_header_counts_and_joins() -> None:
    first, second = segments("省" * 71, 300)
    assert first.octets[:6] == bytes((5, 0, 3, 300 & 0xFF, 2, 1))
    assert second.octets[:6] == bytes((5, 0, 3, 300 & 0xFF, 2, 2))
    assert len(first.octets) == 140
    (whole,) = segments("省" * 70, 1)
    assert not whole.headed
    assert len(whole.octets) == 140


def test_too_long() -> None:
    with pytest.raises(TooLong):
        split("省" * (67 * 255 + 1))


def test_a_lone_surrogate_cannot_be_sent() -> None:
    with pytest.raises(UnicodeEncodeError):
        segments("\ud800", 1)


@given(TEXTS)
def test_nothing_is_lost_and_every_part_is_full(text: str) -> None:
    parts = split(text)
    assert "".join(parts) == text
    assert len(parts) == 1 or all(units(part) <= PART for part in parts)
    assert (len(parts) == 1) == (units(text) <= SINGLE)
    for part, following in itertools.pairwise(parts):
        assert units(part) + units(following[0]) > PART


@given(TEXTS, st.integers(0, 255))
def test_a_phone_reads_the_same_text(text: str, reference: int) -> None:
    made = segments(text, reference)
    assert "".join(one.octets[6 if one.headed else 0 :].decode("utf-16-be") for one in made) == text
    assert all(len(one.octets) <= 140 for one in made)
