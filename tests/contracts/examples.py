"""A contract that lives through what contracts live through: published, changed as it must not be, changed as it
should."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.contracts.core import Event
from shared.eventlog.upcasts import Fields


class Mark(StrEnum):
    GOOD = "good"
    FAIR = "fair"


class WiderMark(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    name: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class HeavierItem:
    name: str
    mark: Mark
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMarkedWider:
    name: str
    mark: WiderMark


class Noted(Event):
    """As it was published."""

    case_id: str
    remark: str
    on: date | None
    items: tuple[Item, ...]


class RenamedField(Event):
    case_id: str
    opinion: str
    on: date | None
    items: tuple[Item, ...]


class OtherType(Event):
    case_id: str
    remark: int
    on: date | None
    items: tuple[Item, ...]


class OtherOrder(Event):
    remark: str
    case_id: str
    on: date | None
    items: tuple[Item, ...]


class OneMore(Event):
    case_id: str
    remark: str
    on: date | None
    items: tuple[Item, ...]
    by: str = ""


class OneLess(Event):
    case_id: str
    on: date | None
    items: tuple[Item, ...]


class NeverEmpty(Event):
    case_id: str
    remark: str
    on: date
    items: tuple[Item, ...]


class MoreWithin(Event):
    case_id: str
    remark: str
    on: date | None
    items: tuple[HeavierItem, ...]


class WiderValues(Event):
    case_id: str
    remark: str
    on: date | None
    items: tuple[ItemMarkedWider, ...]


CHANGED: dict[type[Event], str] = {
    RenamedField: "-remark: text\n    +opinion: text",
    OtherType: "-remark: text\n    +remark: integer",
    OtherOrder: "+remark: text\n    -remark: text",
    OneMore: "+by: text",
    OneLess: "-remark: text",
    NeverEmpty: "-on: date or nothing\n    +on: date",
    MoreWithin: "+items[].weight: integer",
    WiderValues: "-items[].mark: 'fair' | 'good'\n    +items[].mark: 'fair' | 'good' | 'poor'",
}
"""What must not become of it under the same version, and what is said of it."""


class SecondNoted(Event):
    """Its second version: the remark is an opinion now, and says whose."""

    case_id: str
    opinion: str
    by: str | None
    on: date | None
    items: tuple[Item, ...]


def from_first(old: Fields) -> Fields:
    """The first version as a second one."""
    return {name: value for name, value in old.items() if name != "remark"} | {"opinion": old["remark"], "by": None}
