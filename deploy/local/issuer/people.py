"""The people of the demonstration: who acts in its play, and whom its sign-in page offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from shared.contracts.core import Actor, Role
from shared.programme.divisions import PROGRAMME_START, County, authorities, counties


def county(code: str) -> Actor:
    """An official of a county's department."""
    return Actor(f"county-{code}", "县（区）经办人（虚构）", f"county:{code}", frozenset({Role.COUNTY}))


def unit(uscc: str) -> Actor:
    """Somebody of a key service unit."""
    return Actor(f"unit-{uscc}", "服务业重点单位经办人（虚构）", f"unit:{uscc}", frozenset({Role.KEY_UNIT}))


def city(code: str) -> Actor:
    """An officer of a city's bureau."""
    return Actor(f"city-{code}", "市（州）局经办人（虚构）", f"city:{code}", frozenset({Role.CITY}))


def expert(ident: str) -> Actor:
    """An expert."""
    return Actor(f"expert-{ident}", f"专家{ident}（虚构）", f"expert:{ident}", frozenset({Role.EXPERT}))


OFFICER = Actor("province-officer", "省厅经办人（虚构）", "province", frozenset({Role.PROVINCE}))
CLERK = Actor("province-clerk", "省厅收件人（虚构）", "province", frozenset({Role.PROVINCE}))
LEAD = Actor("province-lead", "省厅负责人（虚构）", "province", frozenset({Role.PROVINCE, Role.PROVINCE_LEAD}))
OPERATOR = Actor("operator", "运维人员（虚构）", "operator", frozenset({Role.OPERATOR}))
AUDITOR = Actor("auditor", "审计人员（虚构）", "auditor", frozenset({Role.AUDITOR}))


@dataclass(frozen=True, slots=True)
class Applicants:
    """A county and its key unit, who apply together. ``panel`` begins the ids of the experts on their case; empty
    where none were chosen."""

    county: str
    uscc: str
    unit: str
    panel: str = ""


APPLICANTS = (
    Applicants("220113", "91220113DEM0000224", "九台示例知识产权服务有限公司（虚构）", "demo-a"),
    Applicants("222401", "91222401DEM000049P", "延吉示例商标专利事务所（虚构）", "demo-b"),
    Applicants("220502", "91220502DEM000081X", "东昌示例医药知识产权服务中心有限公司（虚构）", "demo-c"),
    Applicants("220702", "91220702DEM000129G", "宁江示例知识产权代理有限公司（虚构）", "demo-d"),
    Applicants("220622", "91220622DEM000102J", "靖宇示例商标代理有限公司（虚构）", "demo-e"),
    Applicants("220184", "91220184DEM9000125", "公主岭示例知识产权服务中心（虚构）"),
)
"""Those of the sample cases."""

ON_A_PANEL = 7
"""Five experts and two reserves."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody to sign in as, and what their office is called."""

    actor: Actor
    office: str


@dataclass(frozen=True, slots=True)
class Room:
    """People whose offices are of one kind: what it is called, and what they do."""

    title_zh: str
    title_en: str
    work_zh: str
    work_en: str
    people: tuple[Offered, ...]


@cache
def rooms() -> tuple[Room, ...]:
    """Everybody but the experts, by the kind of their office."""
    cities = dict.fromkeys(_county(each.county).prefecture_code for each in APPLICANTS)
    return (
        Room(
            "省科技厅",
            "The province's department",
            "审查、组织评审、公示、考核；由负责人签批",
            "Examine, convene panels, publicise, assess; the lead signs",
            tuple(Offered(each, "省科技厅") for each in (OFFICER, CLERK, LEAD)),
        ),
        Room(
            "市（州）科技局",
            "City bureaus",
            "审核盖章，督促检查",
            "Endorse applications, inspect districts",
            tuple(Offered(city(code), _bureau(code)) for code in cities),
        ),
        Room(
            "县（区）科技主管部门",
            "County departments",
            "与服务业重点单位联合申报，报送年度材料",
            "Apply together with a key unit, report every year",
            tuple(Offered(county(each.county), _name(each.county)) for each in APPLICANTS),
        ),
        Room(
            "服务业重点单位",
            "Key service units",
            "与县（区）共同填报、盖章",
            "Fill in and seal the application together with a county",
            tuple(Offered(unit(each.uscc), each.unit) for each in APPLICANTS),
        ),
        Room(
            "运行维护与审计",
            "Operation and audit",
            "运维人员维护系统，不作业务决定；审计人员可查阅全部记录",
            "The operator keeps the system and decides nothing; the auditor reads everything",
            (Offered(OPERATOR, "系统运行维护"), Offered(AUDITOR, "审计")),
        ),
    )


@cache
def panels() -> tuple[Room, ...]:
    """The experts, by the case that they are asked about."""
    return tuple(_panel(each) for each in APPLICANTS if each.panel)


def find(subject: str) -> Actor | None:
    """Who of the people offered has a subject."""
    return next((each.actor for each in _everybody() if each.actor.subject == subject), None)


def _everybody() -> Iterator[Offered]:
    for room in (*rooms(), *panels()):
        yield from room.people


def _panel(applicants: Applicants) -> Room:
    name = _name(applicants.county)
    judges = (expert(f"{applicants.panel}-{number}") for number in range(1, ON_A_PANEL + 1))
    return Room(
        f"{name}一案的专家",
        f"Experts on the case of {name}",
        "",
        "",
        tuple(Offered(each, "评审专家") for each in judges),
    )


def _county(code: str) -> County:
    return next(each for each in counties() if each.code == code)


def _name(code: str) -> str:
    return f"{_county(code).prefecture}{_county(code).name}"


def _bureau(code: str) -> str:
    return next(each.name for each in authorities(PROGRAMME_START) if each.code == code)


__all__ = [
    "APPLICANTS",
    "AUDITOR",
    "CLERK",
    "LEAD",
    "OFFICER",
    "ON_A_PANEL",
    "OPERATOR",
    "Applicants",
    "Offered",
    "Room",
    "city",
    "county",
    "expert",
    "find",
    "panels",
    "rooms",
    "unit",
]
