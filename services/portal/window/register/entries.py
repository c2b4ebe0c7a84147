"""What the public register says, as the pages use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from services.portal.frame.wording import Language
from shared.programme.divisions import County, counties, current_code
from shared.programme.vocabulary import Grade


class Standing(Enum):
    """Where a title stands, in the few groups that the map and the filter show: the style's name, the words."""

    KEPT = "kept", "称号保留", "title kept"
    TERM = "term", "建设期内", "in its first term"
    UNDER = "under", "考核整改中", "under assessment"
    GONE = "gone", "称号已取消", "revoked"

    def __init__(self, style: str, zh: str, en: str) -> None:
        self.style = style
        self.zh = zh
        self.en = en

    @classmethod
    def styled(cls, style: str) -> Standing:
        """The group of that style; raises ``StopIteration`` for none."""
        return next(each for each in cls if each.style == style)


_WORDS = {
    "designated": ("建设期内", "In its term"),
    "under-assessment": ("期满考核中", "Being assessed"),
    "assessed": ("已考核", "Assessed"),
    "rectifying": ("限期整改中", "Rectification ordered"),
    "reassessed": ("整改已复核", "Assessed again"),
    "hearing": ("陈述申辩期", "Statement and defence"),
    "revoked": ("称号已取消", "Title revoked"),
}
_SPEAKS = (Standing.KEPT, Standing.TERM, Standing.UNDER, Standing.GONE)
"""Which entry speaks for a county that has more than one: the first of these."""
_TAGS = {Standing.KEPT: "done", Standing.TERM: "act", Standing.UNDER: "soon", Standing.GONE: "late"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredDistrict:
    """An entry of the register. ``prefecture`` is the code of that of today; ``sought`` what a search looks at."""

    case_id: str
    title: str
    county_unit: str
    key_unit: str
    document_number: str
    county: str
    county_name: str
    prefecture: str
    prefecture_name: str
    designated_on: date
    cycle: int
    first_day: date
    last_day: date
    status: str
    since: date
    grade: str
    revoked_on: date | None
    revocation_document: str
    sought: str

    @property
    def standing(self) -> Standing:
        """In which group it is."""
        if self.status == "revoked":
            return Standing.GONE
        if self.status != "designated":
            return Standing.UNDER
        return Standing.TERM if self.cycle == 1 else Standing.KEPT

    @property
    def tag(self) -> str:
        """The style of its status."""
        return _TAGS[self.standing]

    def status_words(self, language: Language) -> str:
        """Its status in words, with the grade where it was assessed: 优秀，称号保留."""
        zh, en = _WORDS.get(self.status, (self.status, self.status))
        kept, grade = self.standing is Standing.KEPT, _grade(self.grade)
        if kept:
            zh, en = "称号保留", "Title kept"
        if grade is None or self.standing is Standing.GONE:
            return zh if language == "zh" else en
        # A title that was kept although the assessment was not passed was kept for the rectification.
        how = ("整改合格", "Rectified") if kept and grade is Grade.UNQUALIFIED else (grade.zh, grade.en)
        return f"{how[0]}，{zh}" if language == "zh" else f"{how[1]}, {en[:1].lower() + en[1:]}"


@cache
def _grade(name: str) -> Grade | None:
    return next((grade for grade in Grade if grade.value == name), None)


@cache
def county_of(code: str) -> County | None:
    """A county as it is today, by any code it has had."""
    now = current_code(code)
    return next((county for county in counties() if county.code == now), None)


@cache
def code_today(code: str) -> str:
    """The code that a county has today."""
    county = county_of(code)
    return county.code if county else code


@cache
def prefectures() -> Sequence[tuple[str, str]]:
    """Code and name of each prefecture, by code."""
    return sorted({(county.prefecture_code, county.prefecture) for county in counties()})


@dataclass(frozen=True, slots=True)
class PublicRegister:
    """The register of a day: its entries in the order of their designation, and how many there are of each standing.
    ``of_county`` is the entry that speaks for a county, by today's code."""

    entries: Sequence[RegisteredDistrict]
    figures: Mapping[str, int]
    of_county: Mapping[str, RegisteredDistrict]


@dataclass(frozen=True, slots=True)
class CountedRegister:
    """How many entries there are of each county and standing; ``whole`` has what the tiles show of all."""

    counts: Sequence[tuple[str, Standing, int]]
    whole: PublicRegister

    def number(self, prefecture: str | None, county: str | None, standing: Standing | None) -> int:
        """How many of a prefecture, a county and a standing; of any, where none is named."""
        return sum(
            number
            for code, stands, number in self.counts
            if (not prefecture or ((of := county_of(code)) is not None and of.prefecture_code == prefecture))
            and (not county or code_today(code) == code_today(county))
            and standing in (None, stands)
        )


def read_entries(rows: Sequence[Mapping[str, Any]]) -> tuple[RegisteredDistrict, ...]:
    """Entries in their order, from lifecycle's answer."""
    return tuple(map(read_entry, rows))


def read_figures(answer: Mapping[str, Any]) -> CountedRegister:
    """The figures, from lifecycle's answer."""
    counts = [
        (row["county"], Standing.styled(row["standing"]), row["grade"], row["number"]) for row in answer["counts"]
    ]
    figures = dict.fromkeys([*(standing.style for standing in Standing), "held", "excellent"], 0)
    for _, standing, grade, number in counts:
        held = number if standing is not Standing.GONE else 0
        more = {standing.style: number, "held": held, "excellent": held if grade == Grade.EXCELLENT.value else 0}
        figures |= {name: figures[name] + each for name, each in more.items()}
    return CountedRegister(
        counts=tuple((county, standing, number) for county, standing, _, number in counts),
        whole=PublicRegister((), figures, register_of(map(read_entry, answer["first"])).of_county),
    )


def read_register(rows: Sequence[Mapping[str, Any]]) -> PublicRegister:
    """The register, from lifecycle's answer."""
    return register_of(map(read_entry, rows))


def register_of(entries: Iterable[RegisteredDistrict]) -> PublicRegister:
    """The register with these entries."""
    in_order = sorted(entries, key=lambda entry: (entry.designated_on, entry.case_id))
    of_county: dict[str, RegisteredDistrict] = {}
    for entry in in_order:
        known = of_county.setdefault(code_today(entry.county), entry)
        if _SPEAKS.index(entry.standing) < _SPEAKS.index(known.standing):
            of_county[code_today(entry.county)] = entry
    return PublicRegister(in_order, _figures(in_order), of_county)


def _figures(entries: Sequence[RegisteredDistrict]) -> dict[str, int]:
    counted = Counter(entry.standing for entry in entries)
    excellent = sum(entry.grade == Grade.EXCELLENT.value and entry.standing is not Standing.GONE for entry in entries)
    held = len(entries) - counted[Standing.GONE]
    return {standing.style: counted[standing] for standing in Standing} | {"held": held, "excellent": excellent}


def read_entry(row: Mapping[str, Any]) -> RegisteredDistrict:
    """One entry, from lifecycle's answer."""
    county = county_of(row["county"])
    names = ("title", "county_unit", "key_unit", "document_number", "county_name", "revocation_document")
    return RegisteredDistrict(
        case_id=row["case_id"],
        title=row["title"],
        county_unit=row["county_unit"],
        key_unit=row["key_unit"],
        document_number=row["document_number"],
        county=row["county"],
        county_name=row["county_name"],
        prefecture=county.prefecture_code if county else "",
        prefecture_name=county.prefecture if county else "",
        designated_on=date.fromisoformat(row["designated_on"]),
        cycle=row["cycle"],
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        status=row["status"],
        since=date.fromisoformat(row["since"]),
        grade=row["grade"] or "",
        revoked_on=date.fromisoformat(row["revoked_on"]) if row["revoked_on"] else None,
        revocation_document=row["revocation_document"] or "",
        sought="\n".join(str(row[name] or "") for name in names).casefold(),
    )


__all__ = [
    "CountedRegister",
    "PublicRegister",
    "RegisteredDistrict",
    "Standing",
    "code_today",
    "county_of",
    "prefectures",
    "read_entries",
    "read_entry",
    "read_figures",
    "read_register",
    "register_of",
]
