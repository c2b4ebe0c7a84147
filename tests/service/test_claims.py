"""Whom a token's claims name."""

from __future__ import annotations

from shared.service.claims import actor_of

UNIT = "unit:91220702DEM000129G"


def test_a_unit_is_one_office_however_its_token_writes_the_code() -> None:
    for written in (UNIT, "unit:91220702dem000129g", "unit:９１２２０７０２ＤＥＭ０００１２９Ｇ"):
        assert actor_of({"sub": "li", "office": written, "roles": ["key-unit"]}).office == UNIT


def test_a_name_may_have_a_wide_blank() -> None:
    named = actor_of({"sub": "wang", "name": "王　芳", "office": "city:220100", "roles": ["city"]})
    assert named.name == "王　芳"
