"""The search text of the queue, as a person types it: ``阶段:考察 县:220113 主办:我 7日内 逾期 九台``; English keys as
well.

What is not understood is said, and left out; no text is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from services.portal.desks.reviewing.stages import ENDED, RUNNING, STAGES
from shared.programme.divisions import counties

LONGEST: Final = 100
_KEY = re.compile(r"(?P<key>[^:：\s]+)[:：](?P<value>\S*)")
_WITHIN = re.compile(r"(?P<days>\d{1,3})(日内|天内|d|days?)", re.IGNORECASE)
_KEYS: Final = {
    "阶段": "stage",
    "stage": "stage",
    "县": "county",
    "县区": "county",
    "区": "county",
    "county": "county",
    "期限": "due",
    "due": "due",
    "主办": "holder",
    "holder": "holder",
}
_WORDS: Final = {
    "逾期": "late",
    "late": "late",
    "overdue": "late",
    "在办": "running",
    "open": "running",
    "办结": "ended",
    "已办结": "ended",
    "ended": "ended",
    "closed": "ended",
}
_HELD: Final = {"我": "by-me", "me": "by-me", "无": "by-nobody", "none": "by-nobody"}
_MORE_STAGES: Final[Mapping[str, Sequence[str]]] = {
    "审查": ("examining",),
    "补正": ("correcting",),
    "受理": ("accepted",),
    "评审": ("accepted", "material-review", "on-site", "concluded"),
    "review": ("accepted", "material-review", "on-site", "concluded"),
    "考察": ("on-site",),
    "签批": ("publicity-over",),
    "批复": ("approved",),
    "在办": RUNNING,
    "办结": ENDED,
}


@dataclass(frozen=True, slots=True)
class Unused:
    """A part of the text that was left out, and why."""

    part: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSearch:
    """What is looked for: ``stages`` (any, where none is named), and the rest of what review's list takes; ``holder``
    is a name, or a part of one."""

    stages: tuple[str, ...] = ()
    county: str = ""
    late: bool = False
    due_by: date | None = None
    held: str = ""
    holder: str = ""
    words: tuple[str, ...] = ()
    unused: tuple[Unused, ...] = field(default=())

    def query(self) -> dict[str, Any]:
        """As review's list takes it, without the stages, by which it counts."""
        return {
            "county": self.county,
            "late": "true" if self.late else "",
            "due_by": self.due_by.isoformat() if self.due_by else "",
            "held": self.held,
            "holder": self.holder,
            "words": " ".join(self.words),
        }


def search_of(text: str, today: date) -> QueueSearch:
    """What a text looks for."""
    found = QueueSearch()
    for part in text[:LONGEST].split():
        found = _with(found, part, today)
    return found


def _with(found: QueueSearch, part: str, today: date) -> QueueSearch:
    if keyed := _KEY.fullmatch(part):
        return _keyed(found, part, keyed["key"].casefold(), keyed["value"].casefold(), today)
    match _WORDS.get(part.casefold()):
        case "late":
            return replace(found, late=True)
        case "running":
            return _in_stages(found, RUNNING)
        case "ended":
            return _in_stages(found, ENDED)
    if within := _WITHIN.fullmatch(part):
        return replace(found, due_by=today + timedelta(days=int(within["days"])))
    return replace(found, words=(*found.words, part))


def _keyed(found: QueueSearch, part: str, key: str, value: str, today: date) -> QueueSearch:
    match _KEYS.get(key):
        case "stage" if stages := stages_called(value):
            return _in_stages(found, stages)
        case "stage":
            return _left_out(found, part, "没有这样的阶段", "there is no such stage")
        case "county" if code := _county(value):
            return replace(found, county=code)
        case "county":
            return _left_out(found, part, "没有这个县（市、区）", "there is no such county")
        case "due":
            return _due(found, part, value, today)
        case "holder" if held := _HELD.get(value):
            return replace(found, held=held, holder="")
        case "holder" if value:
            return replace(found, holder=value, held="")
        case "holder":
            return _left_out(found, part, "请写明主办人：我、无或姓名", "say whose: me, none, or a name")
        case _:
            return _left_out(found, part, "没有这个关键词", "there is no such key")


def _due(found: QueueSearch, part: str, value: str, today: date) -> QueueSearch:
    if within := _WITHIN.fullmatch(value):
        return replace(found, due_by=today + timedelta(days=int(within["days"])))
    try:
        return replace(found, due_by=date.fromisoformat(value))
    except ValueError:
        return _left_out(found, part, "期限写作 2020-11-30 或 7日内", "a day is written 2020-11-30, or 7days")


def stages_called(name: str) -> tuple[str, ...]:
    """The stages that a name stands for: their own names in both languages, whole or begun, and groups of them."""
    if name in _MORE_STAGES:
        return tuple(_MORE_STAGES[name])
    called = [stage for stage, (zh, en) in STAGES.items() if name and name in {stage, zh, en.casefold()}]
    begun = [
        stage for stage, (zh, en) in STAGES.items() if name and (zh.startswith(name) or en.casefold().startswith(name))
    ]
    return tuple(called or begun)


def _county(name: str) -> str:
    """The code of a county, from its code or its name."""
    fitting = [each.code for each in counties() if name in {each.code, each.name, f"{each.prefecture}{each.name}"}]
    return fitting[0] if len(fitting) == 1 else ""


def _in_stages(found: QueueSearch, stages: Sequence[str]) -> QueueSearch:
    """Of the stages named twice by different words, those that both name."""
    both = tuple(stage for stage in stages if stage in found.stages) if found.stages else tuple(stages)
    return replace(found, stages=both or tuple(stages))


def _left_out(found: QueueSearch, part: str, zh: str, en: str) -> QueueSearch:
    return replace(found, unused=(*found.unused, Unused(part, zh, en)))


__all__ = ["LONGEST", "QueueSearch", "Unused", "search_of", "stages_called"]
