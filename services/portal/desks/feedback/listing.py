"""Feedback as the desk and the list show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.portal.desks.answering import ToAnswer, time_to_answer
from services.portal.desks.words import Bilingual
from shared.programme.vocabulary import Satisfaction, ServiceStep


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeedback(ToAnswer):
    """Feedback in a list: on which case, and which part in it rated."""

    case_id: str
    rated_by: str


def listed_feedback(row: Mapping[str, Any], today: date) -> ListedFeedback:
    """Feedback, from office's list."""
    step, level = ServiceStep(row["step"]), Satisfaction(row["level"])
    return ListedFeedback(
        path=f"/desk/feedback/{row['handling_id']}/{row['feedback_id']}",
        title=Bilingual(f"{step.zh}：{level.zh}", f"{step.en}: {level.en.lower()}"),
        came=Bilingual("评价于 ", "Given on "),
        time=time_to_answer(row, row["given_on"], today),
        case_id=row["case_id"],
        rated_by=row["rated_by"],
    )


__all__ = ["ListedFeedback", "listed_feedback"]
