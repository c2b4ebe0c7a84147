"""The ways from every page: which parts of the portal a visitor has."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.core import Role

OFFICES = (Role.COUNTY, Role.KEY_UNIT, Role.CITY, Role.PROVINCE, Role.PROVINCE_LEAD)


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the main navigation: ``roles`` are those it is for; none for everybody."""

    path: str
    zh: str
    en: str
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownWay:
    """A link as it is shown: ``here`` on the pages below it."""

    path: str
    zh: str
    en: str
    here: bool


WAYS = (
    Way("/desk", "待办", "To do", (*OFFICES, Role.EXPERT, Role.OPERATOR, Role.AUDITOR)),
    Way("/applications", "申报", "Applications", (Role.COUNTY, Role.KEY_UNIT, Role.CITY)),
    Way("/assignments", "评审", "Reviews", (Role.EXPERT,)),
    Way("/cases", "办件", "Cases", OFFICES),
    Way("/districts", "集聚区", "Districts", OFFICES),
    Way("/operations", "运行", "Operations", (Role.OPERATOR,)),
    Way("/audit", "审计", "Audit", (Role.AUDITOR,)),
    Way("/inbox", "消息", "Messages", (*OFFICES, Role.EXPERT)),
    Way("/register", "示范名录", "Register"),
    Way("/publicity", "公示", "Publicity"),
    Way("/verify", "查验", "Verify"),
)


def ways_of(roles: frozenset[Role], path: str) -> tuple[ShownWay, ...]:
    """The ways of somebody with these roles, on the page of a path."""
    mine = [way for way in WAYS if not way.roles or not roles.isdisjoint(way.roles)]
    at = path.partition("?")[0]
    return tuple(ShownWay(way.path, way.zh, way.en, (at + "/").startswith(way.path + "/")) for way in mine)


__all__ = ["OFFICES", "WAYS", "ShownWay", "Way", "ways_of"]
