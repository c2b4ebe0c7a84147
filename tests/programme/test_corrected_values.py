"""A correction of the record is held to the rules that forms and contacts are held to."""

from __future__ import annotations

from datetime import date

import pytest

from shared.contracts.core import Refusal
from shared.contracts.notify import ContactRegistered
from shared.programme.record import FIELD_CAN_SAY_SO, RECORD_SAYS_SO, Recorded, wrong_correction

STORED = ContactRegistered(
    office="province", name="王芳", phone="0431-88955472", email="wang@jl.gov.cn ", registered_by="clerk"
)
RECORDED = Recorded(event=STORED, effective_on=date(2018, 6, 11))


def refused(field: str, was: str, now: str) -> Refusal | None:
    return wrong_correction(RECORDED, field=field, was=was, now=now)


def test_what_was_stored_with_blanks_can_be_corrected_by_who_does_not_see_them() -> None:
    assert refused("email", "wang@jl.gov.cn", "li@例子.中国") is None
    assert refused("phone", "0431-88955472", "+86 138-0013-8000") is None
    assert refused("name", "王芳", "王　方") is None


@pytest.mark.parametrize(
    ("field", "was", "now"),
    [
        ("email", "wang@jl.gov.cn", "a..b@jl.gov.cn"),
        ("phone", "0431-88955472", "call me"),
        ("name", "王芳", "=?utf-8?B?5p2O?="),
        ("name", "王芳", "\u200b"),
    ],
)
def test_a_value_that_a_contact_could_not_have_is_no_correction(field: str, was: str, now: str) -> None:
    found = refused(field, was, now)
    assert found is not None
    assert found.rule is FIELD_CAN_SAY_SO


def test_another_value_than_the_record_has_is_refused() -> None:
    found = refused("email", "li@jl.gov.cn", "wu@jl.gov.cn")
    assert found is not None
    assert found.rule is RECORD_SAYS_SO
