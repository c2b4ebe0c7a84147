"""When a repeated request is the same command."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.service.command_id import command_id, key_id, same_key


@given(st.text(), st.text(), st.binary())
def test_the_same_request_is_the_same_command(subject: str, key: str, request: bytes) -> None:
    assert command_id(subject, key, request) == command_id(subject, key, request)


@given(st.text(), st.text(), st.binary(), st.binary())
def test_another_request_under_the_key_is_seen_to_be_that(subject: str, key: str, one: bytes, other: bytes) -> None:
    first, second = command_id(subject, key, one), command_id(subject, key, other)
    assert same_key(first, second)
    assert (first == second) == (one == other)
    assert key_id(first) == key_id(second)


def test_keys_are_their_senders_own() -> None:
    assert not same_key(command_id("li", "1", b""), command_id("wang", "1", b""))
    assert not same_key(command_id("li", "1", b""), command_id("li", "2", b""))


def test_an_id_never_changes_as_requests_are_repeated_to_later_builds() -> None:
    known = UUID("80d99364-d81c-8186-9d5a-d92f2e98b55a")
    assert command_id("li", "one", b"POST\x1f/applications\x1f{}") == known
