"""The glossary: one word for one thing."""

import pytest

from shared.programme.glossary import entry, glossary
from shared.programme.policy import policy
from shared.programme.terms import Grade, ServiceKind


def test_every_entry_is_whole() -> None:
    for one in glossary():
        assert one.zh
        assert one.en
        assert one.clause
        assert one.used_in.split(":")[0] in {"programme", "intake", "review", "lifecycle", "notify"}


def test_a_word_of_the_process_stands_once() -> None:
    words = [one.zh for one in glossary() if ":" not in one.used_in]
    assert sorted(words) == sorted(set(words))


def test_the_closed_lists_are_in_it() -> None:
    assert entry(Grade.EXCELLENT.zh).en == "Excellent"
    assert {one.zh for one in glossary()} >= {one.zh for one in ServiceKind}


def test_the_title_and_the_national_zone_are_the_policys() -> None:
    first = policy("2018-04-28.1")
    assert first.title.endswith(entry("知识产权服务业集聚发展区").zh)
    assert entry(first.national_pilot_name).used_in == "lifecycle"


def test_a_word_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="占卜"):
        entry("占卜")
