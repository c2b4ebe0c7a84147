"""An address that nobody has gets nothing more, until an operator releases it."""

from __future__ import annotations

from dataclasses import replace

from services.notify.aggregates import rules
from services.notify.aggregates.suppression import SUPPRESSION, ReleaseAddress, SuppressAddress
from shared.contracts.notify import AddressReleased, AddressSuppressed
from tests.notify.messages import OPERATOR, SYSTEM, delivery
from tests.specification import given

SUPPRESS = SuppressAddress(context=SYSTEM, suppression_id="s", notice=delivery(), reason="550 5.1.1")
RELEASE = ReleaseAddress(context=OPERATOR, suppression_id="s", reason="a typing mistake of theirs")
SUPPRESSED = given(SUPPRESSION).when(SUPPRESS).and_then()


def test_an_address_is_suppressed_once_for_what_came_back() -> None:
    (suppressed,) = given(SUPPRESSION).when(SUPPRESS).then_kinds(AddressSuppressed).events
    assert isinstance(suppressed, AddressSuppressed)
    assert (suppressed.address, suppressed.delivery_id) == (SUPPRESS.notice.address, SUPPRESS.notice.delivery_id)
    SUPPRESSED.when(SUPPRESS).then()


def test_nobody_suppresses_one_by_hand() -> None:
    given(SUPPRESSION).when(replace(SUPPRESS, context=OPERATOR)).refused(rules.SYSTEM_ONLY)


def test_it_is_released_once_and_may_come_back_again() -> None:
    released = SUPPRESSED.when(RELEASE)
    released.then_kinds(AddressReleased).again().then()
    released.and_then().when(SUPPRESS).then_kinds(AddressSuppressed)
    given(SUPPRESSION).when(RELEASE).then()
