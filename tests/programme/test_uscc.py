"""Unified social credit codes, GB 32100-2015."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.programme.values.uscc import ALPHABET, Uscc, UsccError
from tests.credit_codes import credit_code

_IN_THE_SAMPLES = """11220113DEM000014H 91220113DEM0000224 11222401DEM0000303 91222401DEM000049P 11220502DEM000073B
91220502DEM000081X 11220702DEM000110U 91220702DEM000129G 11220622DEM00009X2 91220622DEM000102J"""
GOOD = _IN_THE_SAMPLES.split()

bodies = st.builds(
    lambda head, division, tail: head + division + tail,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def read_or_refused(text: str) -> Uscc | UsccError:
    try:
        return Uscc.parse(text)
    except UsccError as error:
        return error


@pytest.mark.parametrize("text", GOOD)
def test_the_codes_of_the_sample_units_are_read(text: str) -> None:
    assert str(Uscc.parse(text)) == text


def test_published_codes_of_real_form_are_read() -> None:
    assert str(Uscc.parse("91350100M000100Y43")) == "91350100M000100Y43"


@pytest.mark.parametrize(
    "text",
    [" 91220702dem000129g ", "91220702 DEM0 00129G", "９１２２０７０２ＤＥＭ０００１２９Ｇ", "91220702-DEM000129-G"],
)
def test_other_ways_of_writing_one_code_are_normalised(text: str) -> None:
    assert Uscc.parse(text) == Uscc("91220702DEM000129G")


def test_a_wrong_check_character_is_told_with_the_right_one() -> None:
    with pytest.raises(UsccError) as caught:
        Uscc.parse("91220702DEM0001290")
    assert (caught.value.rule, caught.value.expected) == ("check_digit", "G")
    assert "G" in caught.value.message_zh
    assert "G" in caught.value.message_en


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "length"),
        ("91220702DEM00012", "length"),
        ("91220702DEM000129GG", "length"),
        ("91220702DEM0001Z9G", "alphabet"),
        ("9122O702DEM000129G", "alphabet"),
        ("9122A702DEM000129G", "alphabet"),
        ("91220702DEM00012中G", "alphabet"),
    ],
)
def test_what_is_no_code_says_which_rule_it_breaks(text: str, rule: str) -> None:
    with pytest.raises(UsccError) as caught:
        Uscc.parse(text)
    assert caught.value.rule == rule
    assert caught.value.expected is None


@pytest.mark.parametrize(
    ("text", "position", "character"),
    [
        ("I1220702DEM000129G", 1, "I"),
        ("91220702DEM0001Z9G", 16, "Z"),
        ("91A20702DEM000129G", 3, "A"),
        ("9122A702DEM000129G", 5, "A"),
        ("9122070BDEM000129G", 8, "B"),
    ],
)
def test_the_first_wrong_character_is_named_with_its_position(text: str, position: int, character: str) -> None:
    error = read_or_refused(text)
    assert isinstance(error, UsccError)
    assert f"第{position}位“{character}”" in error.message_zh
    assert f"Character {position}, {character!r}," in error.message_en


@given(bodies)
def test_the_check_character_is_that_of_the_standard(body: str) -> None:
    """GB 32100-2015, 4.6: 31 less the weighted sum modulo 31, where the weight of the nth character is 3^(n-1)."""
    weighted = sum(ALPHABET.index(character) * 3**position for position, character in enumerate(body))
    assert credit_code(body) == body + ALPHABET[(31 - weighted) % 31]


@pytest.mark.parametrize("position", range(17))
def test_every_character_has_its_weight(position: int) -> None:
    body = "0" * position + "1" + "0" * (16 - position)
    assert credit_code(body)[-1] == ALPHABET[-(3**position) % 31]


@given(bodies)
def test_every_body_has_exactly_one_check_character(body: str) -> None:
    read = {character: read_or_refused(body + character) for character in ALPHABET}
    accepted = [character for character, result in read.items() if isinstance(result, Uscc)]
    assert len(accepted) == 1
    assert {result.rule for result in read.values() if isinstance(result, UsccError)} == {"check_digit"}


@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_mistyped_character_is_always_noticed(body: str, position: int, other: str) -> None:
    code = credit_code(body)
    mistyped = code[:position] + other + code[position + 1 :]
    if mistyped != code:
        with pytest.raises(UsccError):
            Uscc.parse(mistyped)


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_a_typed_error(text: str) -> None:
    result = read_or_refused(text)
    assert len(result.text) == 18 if isinstance(result, Uscc) else result.message_zh and result.message_en
