"""What office answers, for its document."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from services.office import feedback_queries
from services.office.queries import ANSWERED, LISTED, PUBLISHED
from services.office.views import delegations, feedback, handlings, letters
from shared.contracts.core import Role
from shared.contracts.office import RatedBy
from shared.programme.values.personal import PersonalText, PersonName
from shared.programme.vocabulary import ActKind, Satisfaction, ServiceStep
from shared.service.http.rows import row_model

Delegation = row_model(
    "Delegation",
    delegations.table.columns,
    {"principal_name": PersonName, "delegate_name": PersonName, "roles": list[Role], "kinds": list[ActKind]},
)
LetterListed = row_model("LetterListed", [letters.table.c[name] for name in LISTED])
LetterShown = row_model("LetterShown", letters.table.columns, {"text": PersonalText, "answer": PersonalText})
LetterAnswer = row_model("LetterAnswer", [letters.table.c[name] for name in ANSWERED])
PublishedLetter = row_model("PublishedLetter", [letters.table.c[name] for name in PUBLISHED])

_SAID = {
    "level": Satisfaction | None,
    "words": PersonalText | None,
    "given_on": date | None,
    "answer": PersonalText | None,
}
HandlingShown = row_model(
    "HandlingShown",
    [
        *(handlings.table.c[name] for name in feedback_queries.HANDLED),
        *(feedback.table.c[name] for name in feedback_queries.SAID),
    ],
    {"step": ServiceStep, **_SAID},
)
AnswerRated = row_model(
    "AnswerRated",
    [
        *(handlings.table.c[name] for name in feedback_queries.HANDLED),
        *(feedback.table.c[name] for name in feedback_queries.TOLD),
    ],
    {"step": ServiceStep, **_SAID, "answer": str | None},
)
_RATED = {"step": ServiceStep, "rated_by": RatedBy, "level": Satisfaction}
FeedbackListed = row_model(
    "FeedbackListed", [feedback.table.c[name] for name in feedback_queries.LISTED], {**_RATED, "due_on": date}
)
FeedbackShown = row_model(
    "FeedbackShown",
    feedback.table.columns,
    {**_RATED, "due_on": date, "words": PersonalText, "answer": PersonalText},
)


class WaitingAtOffice(BaseModel):
    """What an office's desk shows: the delegations that it gave; of the department also what the public waits for."""

    delegations: list[Delegation]  # type: ignore[valid-type]
    letters: list[LetterListed]  # type: ignore[valid-type]
    feedback: list[FeedbackListed]  # type: ignore[valid-type]
