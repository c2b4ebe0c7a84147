"""The programme's words: Chinese term, English name, clause, and where the word is used.

One list for officers and programmers; the pages and the documents take their words from here.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shared.programme.vocabulary import (
    ClosedList,
    CountyDuty,
    EvidenceKind,
    Grade,
    IpKind,
    ServiceCategory,
    ServiceKind,
)

_LISTS: tuple[type[ClosedList], ...] = (ServiceCategory, IpKind, ServiceKind, EvidenceKind, CountyDuty, Grade)


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word of the programme; `used_in` is the service where it lives, or `programme` for all of them."""

    zh: str
    en: str
    clause: str
    used_in: str


@cache
def glossary() -> tuple[Word, ...]:
    """Every word: those of the process first, then the members of the closed lists."""
    text = (files("shared.programme") / "data" / "glossary.csv").read_text(encoding="utf-8")
    of_the_process = [
        Word(zh=row["zh"], en=row["en"], clause=row["clause"], used_in=row["used_in"])
        for row in csv.DictReader(text.splitlines())
    ]
    members = [
        Word(zh=member.zh, en=member.en, clause=member.clause, used_in=f"programme: {closed_list.__name__}")
        for closed_list in _LISTS
        for member in closed_list
    ]
    return (*of_the_process, *members)
