"""All feedback: what was said of which handling, until when it is answered where it must be, and the answer."""

from __future__ import annotations

from sqlalchemy import Column, Date, MetaData, Table, Text

from shared.contracts import office as events
from shared.contracts.core import Envelope
from shared.projections.projection import Row, View

feedback = View(
    Table(
        "feedback",
        MetaData(),
        Column("feedback_id", Text, primary_key=True),
        Column("handling_id", Text, nullable=False, index=True),
        Column("case_id", Text, nullable=False),
        Column("step", Text, nullable=False),
        Column("rated_by", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("words", Text, nullable=False),
        Column("given_on", Date, nullable=False),
        Column("due_on", Date, index=True),
        Column("answered_on", Date),
        Column("answer", Text, nullable=False, default=""),
    ),
    keys=lambda event, envelope: ((event.feedback_id,),),
)
"""``due_on`` is null for a level that calls for no answer. Nobody's account is in any of its columns."""


@feedback.on(events.FeedbackGiven)
def _given(row: Row, event: events.FeedbackGiven, envelope: Envelope) -> Row:
    return row | {
        "handling_id": event.handling_id,
        "case_id": event.case_id,
        "step": event.step.value,
        "rated_by": event.rated_by.value,
        "level": event.level.value,
        "words": event.words,
        "given_on": envelope.effective_on,
        "due_on": event.due.on if event.due else None,
    }


@feedback.on(events.FeedbackAnswered)
def _answered(row: Row, event: events.FeedbackAnswered, envelope: Envelope) -> Row:
    return row | {"answered_on": envelope.effective_on, "answer": event.answer}
