"""Keeping programs out of the forms for everybody: without asking an outside service, and losing nothing of what a
person typed."""

from __future__ import annotations

import time
from typing import Final

import msgspec
from fastapi import Request

from services.portal.calling.explanation import PlainProblem, explained
from services.portal.frame.access import portal_of
from services.portal.frame.visitor import Visitor
from services.portal.identity.sealing import Unsealed
from shared.service.http.problems import Problem

TRAP: Final = "website"
"""A field that nobody sees: who fills it in reads the page as a program does."""
SHOWN: Final = "_shown"
"""The field that says, sealed, when the form was shown."""
LEAST: Final = 3.0
"""Seconds in which nobody fills in a form."""
LONGEST: Final = 24 * 3600.0
"""Seconds that a form stays good: one stamp is of no use to a program for longer."""

_ONCE_MORE = PlainProblem(
    422,
    "form-is-filled-in-by-a-person",
    "Please send the form once more",
    "请再提交一次",
    detail="It was filled in too fast, or the page was open for more than a day. What you typed is still there.",
    detail_zh="填写过快，或者页面打开已超过一天。您填写的内容仍在。",
    remedy="Wait a few seconds, then send it again.",
    remedy_zh="请稍等几秒，再次提交。",
)


def stamp(request: Request) -> str:
    """When a form is shown, sealed."""
    return portal_of(request).box.seal(time.time()).decode()


async def let_in(request: Request, visitor: Visitor, act: str, about: str = "") -> bool:
    """Whether a form is taken. Else the visitor's explanation says why, and the page is to be shown again."""
    if visitor.form.text(TRAP) or not _in_time(request, visitor.form.text(SHOWN)):
        visitor.explanation = _ONCE_MORE
        return False
    try:
        await portal_of(request).service.strangers.admit(request, f"portal-{act}", about)
    except Problem as problem:
        visitor.explanation = explained(problem.status, msgspec.json.decode(problem.response().body))
        return False
    return True


def _in_time(request: Request, sealed: str) -> bool:
    try:
        shown = portal_of(request).box.open(sealed.encode())
    except (Unsealed, ValueError):
        return False
    return isinstance(shown, float) and LEAST <= time.time() - shown <= LONGEST


__all__ = ["LEAST", "SHOWN", "TRAP", "let_in", "stamp"]
