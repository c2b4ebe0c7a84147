"""Whom a token's claims name."""

from __future__ import annotations

import pytest

from shared.service.identity.claims import actor_of

UNIT = "unit:91220702DEM000129G"


def test_a_unit_is_one_office_however_its_token_writes_the_code() -> None:
    for written in (UNIT, "unit:91220702dem000129g", "unit:９１２２０７０２ＤＥＭ０００１２９Ｇ"):
        assert actor_of({"sub": "li", "office": written, "roles": ["key-unit"]}).office == UNIT


def test_a_name_may_have_a_wide_blank() -> None:
    named = actor_of({"sub": "wang", "name": "王　芳", "office": "city:220100", "roles": ["city"]})
    assert named.name == "王　芳"


@pytest.mark.parametrize(
    ("office", "role"),
    [
        *((f"county{rest}", "county") for rest in ("", ":", ":220113:x", ": 220113", ":２２０１１３", ":22011")),
        *((f"expert{rest}", "expert") for rest in ("", ":", ":a b")),
        ("province:x", "province"),
        ("operator:", "operator"),
    ],
)
def test_an_office_that_is_none_is_said_and_never_guessed_at(office: str, role: str) -> None:
    with pytest.raises(ValueError, match="office"):
        actor_of({"sub": "li", "office": office, "roles": [role]})
