"""To whom a case may be handed over: colleagues who hold cases, whoever is signed in, or somebody who is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Colleague:
    """A colleague, by account and name, with the number of running cases that they hold."""

    account: str
    name: str
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Successor:
    """Who takes cases; both empty while nobody is chosen."""

    account: str
    name: str


async def colleagues_of(visitor: Visitor) -> list[Colleague]:
    """Everybody who holds a running case, and the person who is signed in."""
    rows = await visitor.get("review", "/case-holders")
    known = [Colleague(row["holder"], row["holder_name"], row["cases"]) for row in rows]
    actor = visitor.actor
    if actor is not None and actor.subject not in {each.account for each in known}:
        known.append(Colleague(actor.subject, actor.name or actor.subject))
    return sorted(known, key=lambda each: each.name)


def successor_in(sent: SentForm, colleagues: Sequence[Colleague]) -> Successor:
    """Who was chosen from the list, or named beside it."""
    chosen = next((each for each in colleagues if each.account == sent.text("successor")), None)
    if chosen is not None:
        return Successor(chosen.account, chosen.name)
    return Successor(sent.text("holder"), sent.text("holder_name"))


__all__ = ["Colleague", "Successor", "colleagues_of", "successor_in"]
