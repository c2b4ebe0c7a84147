"""What a service refused, in the words of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.calling.remedies import remedy_for_people, title_for_people

_PLACE = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong: the field it stands at (as the service names it, ``form.units.0.uscc``; may be empty),
    the words in both languages, and the clause that it rests on ("-" where there is none)."""

    field: str
    text: str
    text_zh: str
    clause: str = "-"


@dataclass(frozen=True, slots=True)
class PlainProblem:
    """Why something was not done, and what would help. ``status`` is the HTTP status; 5xx means that nobody knows."""

    status: int
    rule: str
    title: str
    title_zh: str
    detail: str = ""
    detail_zh: str = ""
    remedy: str = ""
    remedy_zh: str = ""
    clause: str = "-"
    remarks: Sequence[Remark] = ()

    @property
    def unknown(self) -> bool:
        """Whether it may have been done all the same: the form keeps its key, and sending again is safe."""
        return self.status >= 500


class NotDone(Exception):
    """A service answered with a problem. ``explanation`` says why."""

    def __init__(self, explanation: PlainProblem) -> None:
        super().__init__(f"{explanation.status} {explanation.title}")
        self.explanation = explanation


def explained(status: int, problem: Mapping[str, Any]) -> PlainProblem:
    """A problem document (RFC 9457, as the services write it) in words; whatever it lacks is left empty, and what a
    remark says is not said again."""

    def text(name: str) -> str:
        value = problem.get(name)
        return value if isinstance(value, str) else ""

    rule, said = text("type").rpartition(":")[2], text("title") or "The request was not carried out"
    title, title_zh = title_for_people(rule, said, text("title_zh"))
    remarks = [_remark(reason) for reason in problem.get("reasons") or () if isinstance(reason, Mapping)]
    if not remarks and text("field") and not text("field")[0].isupper():  # a header is no field of a form
        words, words_zh = text("detail") or title, text("detail_zh") or title_zh
        remarks = [Remark(field_named(text("field")), words, words_zh, text("clause"))]
    detail, detail_zh = text("detail"), text("detail_zh") or ("" if title_zh else text("detail"))
    if any(detail == remark.text for remark in remarks):
        detail = detail_zh = ""
    remedy = remedy_for_people(rule, status, text("remedy"), text("remedy_zh"))
    return PlainProblem(
        status=status,
        rule=rule,
        title=title,
        title_zh=title_zh or title,
        detail=detail,
        detail_zh=detail_zh,
        remedy=remedy.en,
        remedy_zh=remedy.zh,
        clause=text("clause") or "-",
        remarks=tuple(remarks),
    )


def field_named(path: str) -> str:
    """A field's path as forms write it, ``units.0.uscc``, whichever way a service wrote it (``units[0].uscc``)."""
    return _PLACE.sub(r".\1", path)


def _remark(reason: Mapping[str, Any]) -> Remark:
    words = str(reason.get("message") or "")
    clause = str(reason.get("clause") or "-")
    return Remark(field_named(str(reason.get("field") or "")), words, str(reason.get("message_zh") or words), clause)


AWAY = PlainProblem(
    503,
    "servers-are-available",
    "This part of the system cannot be reached at the moment. What you typed is kept.",
    "系统的这一部分暂时无法连接，您填写的内容已保留。",
    remedy="Try again in a minute.",
    remedy_zh="请稍后再试。",
)

__all__ = ["AWAY", "NotDone", "PlainProblem", "Remark", "explained", "field_named"]
