"""Saving a part of the form while somebody else may be saving, too: nobody's words are lost, and none win silently.

A page carries a fingerprint of the part as it was read. Where only other parts changed since, they are kept and this
one is saved. Where this part changed, both are shown side by side, and whoever typed decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.calling.explanation import PlainProblem
from services.portal.calling.services import within
from services.portal.desks.filing.sections import BLANK, Form, fingerprint_of
from services.portal.frame.visitor import Visitor

READ: Final = "_read"
"""The field with the fingerprint of what the page showed."""
TAKEN: Final = "_taken"
"""The fields in which the other's words are to stand."""
_TRIES: Final = 3

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else saved the same part meanwhile: what it is now, and what was typed."""

    theirs: Part
    mine: Part


CHANGED_MEANWHILE: Final = PlainProblem(
    412,
    "section-is-as-it-was-read",
    "Somebody else saved this section while you were typing. Nothing is lost: both are below.",
    "您填写期间，另一方已保存本节。双方内容均未丢失，请对照处理。",
    remedy="Compare both, choose, and save again.",
    remedy_zh="请对照两份内容，选定后再次保存。",
)


async def save(
    visitor: Visitor, case_id: str, part_of: Callable[[Form], Part], typed: Callable[[Form], Part]
) -> Clash | None:
    """Save what was typed; the visitor's ``explanation`` says why where it was not done."""
    path = within("applications", case_id)
    for left in reversed(range(_TRIES)):
        read = await visitor.ask("intake", path)
        form = read.body["form"] or BLANK
        whole = {**form, **typed(form)}
        theirs, mine = part_of(form), part_of(whole)
        as_read, stored = visitor.form.text(READ), fingerprint_of(theirs)
        if as_read != stored == fingerprint_of(mine):
            return None  # this form was saved already, and is sent a second time
        if as_read != stored:
            visitor.explanation = CHANGED_MEANWHILE
            return Clash(theirs, mine)
        post, key = visitor.services.post, visitor.form.key
        await visitor.attempt(
            post(visitor.sender, "intake", f"{path}/form", {"form": whole}, key=key, version=read.version)
        )
        if not (left and _overtaken(visitor)):
            break
        visitor.explanation = None
    return None


def _overtaken(visitor: Visitor) -> bool:
    """Whether somebody saved something between our reading and our sending."""
    return visitor.explanation is not None and visitor.explanation.status == CHANGED_MEANWHILE.status


__all__ = ["CHANGED_MEANWHILE", "READ", "TAKEN", "Clash", "save"]
