"""What waits at office for whoever opens their desk: delegations to them, letters and feedback to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.calling.explanation import NotDone
from services.portal.calling.services import within
from services.portal.desks.delegating.showing import ShownDelegation, shown_delegation
from services.portal.desks.feedback.listing import ListedFeedback, listed_feedback
from services.portal.desks.letters.listing import ANSWERING, ListedLetter, listed_letter
from services.portal.frame.navigation import OFFICES
from services.portal.frame.visitor import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOffice:
    """Under the delegations ``to_me`` this person may act today; none while they do. ``letters`` and ``feedback`` wait
    for an answer, the most urgent first; ``None`` where nobody can say which do: a desk opens all the same."""

    to_me: Sequence[ShownDelegation] = ()
    letters: Sequence[ListedLetter] | None = ()
    feedback: Sequence[ListedFeedback] | None = ()


async def at_office(visitor: Visitor) -> AtOffice:
    """Asked in one question."""
    actor, today = visitor.actor, visitor.today
    if actor is None or not visitor.is_(*OFFICES):
        return AtOffice()
    answering = visitor.is_(*ANSWERING)
    try:
        found = await visitor.get("office", within("offices", actor.office, "waiting"))
    except NotDone:
        return AtOffice(letters=None, feedback=None) if answering else AtOffice()
    delegations = () if visitor.acting else [shown_delegation(row, actor, today) for row in found["delegations"]]
    return AtOffice(
        to_me=[each for each in delegations if each.to_me],
        letters=[listed_letter(row, today) for row in found["letters"]] if answering else (),
        feedback=[listed_feedback(row, today) for row in found["feedback"]] if answering else (),
    )


__all__ = ["AtOffice", "at_office"]
