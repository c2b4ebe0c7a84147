"""A story's steps, made of the rows of the read model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.portal.desks.desk.showing import ShownTodo
from services.portal.desks.events import event_words, kinds
from services.portal.desks.story.facts import shown_facts
from services.portal.desks.words import STAGES, Bilingual
from services.portal.reading.todos import Found
from shared.contracts.core import day_in_china, persons_of
from shared.programme.divisions import UnknownDivision, authority, route
from shared.programme.values.offices import Office


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a step: a day is written as one."""

    called: Bilingual
    value: Bilingual | str
    is_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStep:
    """Something that happened: two times, by whom, under which clause. ``beyond`` says that it lies after the days
    asked for. ``subject`` and ``principal``, for whom that one acted, are empty for whoever stands outside;
    ``for_another`` tells them, too, that somebody acted for another."""

    seq: int
    event_id: str
    version: int
    does: Bilingual
    clause: str
    office: Bilingual
    subject: str
    principal: str
    for_another: bool
    effective_on: date
    recorded_at: datetime
    recorded_on: date
    beyond: bool
    policy_version: str
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Until:
    """The days up to which a story is told, of effect and of recording, both included; none: to its end."""

    effective: date | None = None
    recorded: date | None = None

    def passed(self, row: Found) -> bool:
        """Whether a step lies after them."""
        took_effect, known = row["effective_on"], day_in_china(row["recorded_at"])
        return bool((self.effective and took_effect > self.effective) or (self.recorded and known > self.recorded))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """A case's story. ``back`` is its own page; ``first`` and ``last`` the days between which it may be told."""

    case_id: str
    county: str
    stage: Bilingual
    back: str
    waits: Sequence[ShownTodo]
    steps: Sequence[StoryStep]
    until: Until
    first: date
    last: date
    inside: bool

    @property
    def told(self) -> int:
        """How many steps are shown."""
        return sum(not step.beyond for step in self.steps)

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.last - self.first).days

    def day_number(self, day: date | None) -> int:
        """Which of its days a day is."""
        return ((day or self.last) - self.first).days


def stage_of(case: Found) -> Bilingual:
    """Where a case stands."""
    return STAGES[case["stage"]]


def shown_step(row: Found, case: Found, until: Until, *, inside: bool) -> StoryStep:
    """One step, as somebody inside or outside the province sees it."""
    subject, principal = persons_of(row["actor"])
    return StoryStep(
        seq=row["seq"],
        event_id=row["event_id"],
        version=row["version"],
        does=event_words(row["type"]),
        clause=kinds()[row["type"]].clause,
        office=office_words(row["office"], case, row["effective_on"]),
        subject=subject if inside else "",
        principal=principal if inside else "",
        for_another=bool(principal),
        effective_on=row["effective_on"],
        recorded_at=row["recorded_at"],
        recorded_on=day_in_china(row["recorded_at"]),
        beyond=until.passed(row),
        policy_version=row["policy_version"],
        facts=[Fact(*fact) for fact in shown_facts(row["says"], inside=inside)],
    )


def office_words(office: str, case: Found, on: date) -> Bilingual:
    """An office in words; an expert is nobody's name."""
    of = Office.parse(office)
    match of.kind:
        case "county":
            name = _county(of.code, on)
            return Bilingual(f"{name}科技管理部门", f"The county, {name}")
        case "unit":
            return Bilingual(case["key_unit"], case["key_unit"])
        case "city":
            known = authority(of.code, on)
            return Bilingual(known.name, known.name) if known else Bilingual("市（州）科技局", "The city")
        case "expert":
            return Bilingual("评审专家", "An expert")
        case "province":
            return Bilingual("省科技厅", "The province")
        case "auditor":
            return Bilingual("审计人员", "An auditor")
        case "system":
            return Bilingual("系统（到期或者联动）", "The system, by a last day or another event")
        case _:
            return Bilingual("值班人员", "An operator")


def _county(code: str, on: date) -> str:
    try:
        county = route(code, on).county
    except UnknownDivision:
        return code
    return f"{county.prefecture}{county.name}"


__all__ = ["StoryPage", "StoryStep", "Until", "office_words", "shown_step", "stage_of"]
