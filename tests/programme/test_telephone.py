"""Telephone numbers: which can be called, and which of those take short messages."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.programme.values.telephone import PhoneError, Telephone


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("400-820-8820", "4008208820"),
        ("800 820 8820", "8008208820"),
        ("+86 400 820 8820", "4008208820"),
        ("+86 138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("86 13800138000", "13800138000"),
        ("１３８ ００１３ ８０００", "13800138000"),
        ("0431-88955472", "043188955472"),
        ("（0431）88955472", "043188955472"),
        ("0431—8895 5472", "043188955472"),
        ("+86 431 88955472", "043188955472"),
        ("+86 (0)431 88955472", "043188955472"),
        ("0086-0431-88955472", "043188955472"),
        ("010-62345678", "01062345678"),
        ("0433-2512345", "04332512345"),
        ("88955472", "88955472"),
        ("+852 6123 4567", "+85261234567"),
        ("00852 6123 4567", "+85261234567"),
        ("14612345678", "14612345678"),
        ("12330", "12330"),
        ("0431-12345", "043112345"),
        ("95598", "95598"),
        ("86-431-88955472", "043188955472"),
        ("86 0431 88955472", "043188955472"),
        ("86 400 820 8820", "4008208820"),
        ("（+86）138-0013-8000", "13800138000"),
    ],
)
def test_every_spelling_of_a_number_to_be_called_by_is_one_number(written: str, digits: str) -> None:
    assert Telephone.parse(written) == Telephone(digits)


@pytest.mark.parametrize(
    "written",
    [
        "0431-88955472-801",
        "0431-88955472转801",
        "(0431)88955472 ext. 801",
        "043188955472#801",
        "0431-88955472（分机801）",
    ],
)
def test_an_extension_is_no_other_number(written: str) -> None:
    assert Telephone.parse(written) == Telephone("043188955472", "801")


@pytest.mark.parametrize(
    "secret",
    [
        *("", "123", "110", "call me", "1" * 100, "14012345678", "12345678901", "010-12345678", "0431-88955472/3"),
        *("tel:88955472", "13800138000-1", "138٠٠١٣٨٠٠٠", "13800138000,13800138001", "+86", "88955472\n88955473"),
    ],
)
def test_what_nobody_can_call_is_refused_and_never_repeated(secret: str) -> None:
    with pytest.raises(PhoneError) as raised:
        Telephone.parse(secret)
    assert not secret or secret not in str(raised.value)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_the_library_refuses_no_mobile_that_the_rule_admits(digits: str) -> None:
    try:
        mobile = Telephone.parse(digits).mobile
    except PhoneError:
        return
    if mobile:
        number = phonenumbers.parse(mobile)
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def test_nobody_has_the_numbers_of_examples() -> None:
    assert Telephone.parse("0000-0000001").is_fictitious
    assert not Telephone.parse("0431-88955472").is_fictitious


def test_only_mobiles_take_short_messages() -> None:
    assert Telephone.parse("+86 138-0013-8000").mobile == "+8613800138000"
    for other in ("400-820-8820", "0431-88955472", "+852 6123 4567", "14612345678", "12330", "0000-0000001"):
        assert not Telephone.parse(other).mobile
