"""The programme's words: Chinese term, English name, clause, and where the word is used.

One list for officers and programmers; the pages and the documents take their words from here.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shared.programme.terms import CountyDuty, EvidenceKind, Grade, IpKind, ServiceCategory, ServiceKind, Term

_LISTS: tuple[type[Term], ...] = (ServiceCategory, IpKind, ServiceKind, EvidenceKind, CountyDuty, Grade)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One term; `used_in` is the room of the house where it lives: a service, or `programme` for all of them."""

    zh: str
    en: str
    clause: str
    used_in: str


@cache
def glossary() -> tuple[Entry, ...]:
    """Every term, the words of the process first, then the members of the closed lists."""
    text = (files("shared.programme") / "data" / "glossary.csv").read_text(encoding="utf-8")
    words = [
        Entry(zh=row["zh"], en=row["en"], clause=row["clause"], used_in=row["used_in"])
        for row in csv.DictReader(text.splitlines())
    ]
    members = [
        Entry(zh=one.zh, en=one.en, clause=one.clause, used_in=f"programme: {terms.__name__}")
        for terms in _LISTS
        for one in terms
    ]
    return (*words, *members)


def entry(zh: str) -> Entry:
    """The entry of a Chinese term. Raises KeyError when the glossary has none."""
    try:
        return next(one for one in glossary() if one.zh == zh)
    except StopIteration:
        raise KeyError(zh) from None
