"""Codes that go out with a message: whoever has one has seen the message, and nobody makes one."""

from __future__ import annotations

import base64

import pytest

from services.notify.codes import (
    bounce_address,
    bounced_delivery,
    same_code,
    subscription_token,
    unsubscribe_token,
    unsubscribe_url,
    unsubscribed_delivery,
)
from tests.notify.messages import delivery

SECRET, OTHER = b"k" * 32, b"o" * 32
ID = delivery().delivery_id
TO = "bounces@juqu.example"


def test_a_bounce_names_its_delivery_in_whatever_letters() -> None:
    address = bounce_address(SECRET, TO, ID)
    local, _, domain = address.partition("@")
    assert domain == "juqu.example"
    assert len(local) <= 64, "RFC 5321, 4.5.3.1.1"
    assert bounced_delivery(SECRET, TO, address) == ID
    assert bounced_delivery(SECRET, TO, address.upper()) == ID


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("bounces+", "other+"),
        lambda address: address.replace("juqu.example", "elsewhere.example"),
        lambda address: address.replace("@", "0@"),
        lambda _: TO,
        lambda _: bounce_address(OTHER, TO, ID),
        lambda _: "",
    ],
    ids=["name", "domain", "longer", "plain", "key", "empty"],
)
def test_an_address_for_bounces_that_is_not_ours_names_nothing(change: object) -> None:
    assert callable(change)
    assert bounced_delivery(SECRET, TO, change(bounce_address(SECRET, TO, ID))) == ""


def test_a_code_to_unsubscribe_is_short_and_names_its_delivery() -> None:
    token = unsubscribe_token(SECRET, ID)
    assert len(token) == 30
    assert unsubscribed_delivery(SECRET, token) == ID
    assert unsubscribed_delivery(SECRET, f"{token}=") == unsubscribed_delivery(SECRET, f"{token}==") == ID
    for stray in ("!", "!!!!"):
        assert unsubscribed_delivery(SECRET, f"{token[:9]}{stray}{token[9:]}") == ""
    assert unsubscribed_delivery(OTHER, token) == ""
    assert unsubscribe_url("https://n.example/", SECRET, ID) == f"https://n.example/u/{token}"


def test_a_code_to_unsubscribe_that_is_not_ours_names_nothing() -> None:
    packed = base64.urlsafe_b64decode(unsubscribe_token(SECRET, ID) + "==")
    for made in (packed[:-1], packed + b"x", packed[:16], b"", packed[:-1] + bytes([packed[-1] ^ 1])):
        assert unsubscribed_delivery(SECRET, base64.urlsafe_b64encode(made).rstrip(b"=").decode()) == ""
    for text in ("", "!" * 30, "é" * 30):
        assert unsubscribed_delivery(SECRET, text) == ""


def test_each_purpose_has_codes_of_its_own() -> None:
    in_the_address = bounce_address(SECRET, TO, ID).rpartition(".")[0].rpartition(".")[2]
    of_the_mail = base64.urlsafe_b64decode(unsubscribe_token(SECRET, ID) + "==")[16:].hex()
    assert in_the_address != of_the_mail


def test_a_subscription_has_one_code_under_a_key() -> None:
    assert len(subscription_token(SECRET, "s-1")) == 32
    assert subscription_token(SECRET, "s-1") == subscription_token(SECRET, "s-1")
    assert len({subscription_token(key, ident) for key in (SECRET, OTHER) for ident in ("s-1", "s-2")}) == 4


def test_a_code_may_hold_any_characters() -> None:
    assert same_code("abc", "abc")
    assert not same_code("abc", "abx")
    assert not same_code("abc", "\ud800é")
