"""The glossary: one word for one thing."""

from shared.programme.glossary import Word, glossary
from shared.programme.policy import policy
from shared.programme.vocabulary import Grade, ServiceKind


def word(zh: str) -> Word:
    return next(word for word in glossary() if word.zh == zh)


def test_every_word_is_whole() -> None:
    for word in glossary():
        assert word.zh
        assert word.en
        assert word.clause
        assert word.used_in.split(":")[0] in {"programme", "intake", "review", "lifecycle", "notify", "office"}


def test_a_word_of_the_process_stands_once() -> None:
    words = [word.zh for word in glossary() if ":" not in word.used_in]
    assert sorted(words) == sorted(set(words))


def test_the_closed_lists_are_in_it() -> None:
    assert word(Grade.EXCELLENT.zh).en == "Excellent"
    assert {word.zh for word in glossary()} >= {kind.zh for kind in ServiceKind}


def test_the_title_and_the_national_zone_are_the_policys() -> None:
    first = policy("2018-04-28.1")
    assert first.title.endswith(word("知识产权服务业集聚发展区").zh)
    assert word(first.national_pilot_name).used_in == "lifecycle"
