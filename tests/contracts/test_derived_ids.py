"""Derived ids are RFC 9562's version 5, as everybody's libraries make them: those stored long ago come out again."""

from __future__ import annotations

from uuid import RFC_4122, UUID, uuid5

from hypothesis import given
from hypothesis import strategies as some

from shared.contracts.core import JUQU_NAMESPACE, derived_id


@given(some.lists(some.one_of(some.text(some.characters(exclude_categories=["Cs"])), some.uuids()), max_size=5))
def test_an_id_is_the_version_5_of_its_parts(parts: list[str | UUID]) -> None:
    made = derived_id(*parts)
    assert made == uuid5(JUQU_NAMESPACE, "\x1f".join(str(part) for part in parts))
    assert (made.version, made.variant) == (5, RFC_4122)


def test_an_id_that_was_stored_stays_what_it_is() -> None:
    assert derived_id("receipt", "42") == UUID("9e31252e-cbd4-5203-a84f-554f301372ee")
