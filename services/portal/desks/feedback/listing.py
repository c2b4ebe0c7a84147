"""Feedback as the desk and the list show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.portal.frame.remaining import working_days_left
from shared.programme.vocabulary import Satisfaction, ServiceStep


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeedback:
    """Feedback in a list. ``left`` are the working days left of what waits, below zero once it is late."""

    feedback_id: str
    handling_id: str
    case_id: str
    step: ServiceStep
    rated_by: str
    level: Satisfaction
    given_on: date
    due_on: date
    left: int | None
    answered_on: date | None

    @property
    def path(self) -> str:
        """Its page."""
        return f"/desk/feedback/{self.handling_id}/{self.feedback_id}"


def listed_feedback(row: Mapping[str, Any], today: date) -> ListedFeedback:
    """Feedback, from office's list."""
    due_on, answered = date.fromisoformat(row["due_on"]), row["answered_on"]
    return ListedFeedback(
        feedback_id=row["feedback_id"],
        handling_id=row["handling_id"],
        case_id=row["case_id"],
        step=ServiceStep(row["step"]),
        rated_by=row["rated_by"],
        level=Satisfaction(row["level"]),
        given_on=date.fromisoformat(row["given_on"]),
        due_on=due_on,
        left=None if answered else working_days_left(due_on, today),
        answered_on=date.fromisoformat(answered) if answered else None,
    )


__all__ = ["ListedFeedback", "listed_feedback"]
