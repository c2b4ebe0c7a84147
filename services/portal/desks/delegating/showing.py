"""What an office's delegations look like, made of what the office service answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.portal.desks.words import Bilingual
from shared.contracts.core import Actor
from shared.programme.delegating import HEADS, kinds_of
from shared.programme.vocabulary import ActKind

ENDED: Final = Bilingual("已终止", "ended")
OVER: Final = Bilingual("已期满", "over")
TO_BEGIN: Final = Bilingual("未开始", "to begin")
STANDS: Final = Bilingual("有效", "stands")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDelegation:
    """A delegation as somebody of the office sees it. ``to_me`` is one under which they may act today; ``endable`` one
    that they may end."""

    delegation_id: str
    principal: str
    delegate: str
    kinds: Sequence[ActKind]
    first_day: date
    last_day: date
    state: Bilingual
    to_me: bool
    endable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationsPage:
    """The delegations of an office, the newest first. ``kinds`` are what this person has to give: none for whoever is
    no head. ``colleagues`` are those of the office who are signed in."""

    delegations: Sequence[ShownDelegation]
    kinds: Sequence[ActKind]
    colleagues: Sequence[Actor]


def delegations_page(
    rows: Sequence[Mapping[str, Any]], me: Actor, colleagues: Sequence[Actor], today: date
) -> DelegationsPage:
    """The page of somebody in their own name."""
    shown = [shown_delegation(row, me, today) for row in rows]
    return DelegationsPage(delegations=shown, kinds=kinds_of(me.roles), colleagues=colleagues)


def shown_delegation(row: Mapping[str, Any], me: Actor, today: date) -> ShownDelegation:
    """One of them."""
    state, to_me = _state(row, today), row["delegate"] == me.subject
    return ShownDelegation(
        delegation_id=row["delegation_id"],
        principal=row["principal_name"],
        delegate=row["delegate_name"],
        kinds=[ActKind(kind) for kind in row["kinds"]],
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        state=state,
        to_me=to_me and state is STANDS,
        endable=state in {STANDS, TO_BEGIN} and (to_me or me.has(*HEADS)),
    )


def _state(row: Mapping[str, Any], today: date) -> Bilingual:
    if row["ended_at"]:
        return ENDED
    if date.fromisoformat(row["last_day"]) < today:
        return OVER
    return TO_BEGIN if today < date.fromisoformat(row["first_day"]) else STANDS


__all__ = ["DelegationsPage", "ShownDelegation", "delegations_page", "shown_delegation"]
