"""Every letter to the department: what it says, until when it is answered, and the answer."""

from __future__ import annotations

from sqlalchemy import Column, Date, MetaData, Table, Text

from shared.contracts import office as events
from shared.contracts.core import Envelope
from shared.projections.projection import Row, View

letters = View(
    Table(
        "letters",
        MetaData(),
        Column("letter_id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("channel", Text),
        Column("language", Text, nullable=False),
        Column("sent_on", Date, nullable=False),
        Column("due_on", Date, nullable=False, index=True),
        Column("answered_on", Date, index=True),
        Column("answer", Text, nullable=False, default=""),
        Column("answered_by", Text, nullable=False, default=""),
        Column("public_question", Text, nullable=False, default=""),
        Column("public_answer", Text, nullable=False, default=""),
    ),
    keys=lambda event, envelope: ((event.letter_id,),),
)
"""The address of whoever wrote is in none of its columns. ``channel`` is by which way they are told; null: by none."""


@letters.on(events.LetterSent)
def _sent(row: Row, event: events.LetterSent, envelope: Envelope) -> Row:
    return row | {
        "kind": event.kind.value,
        "text": event.text,
        "channel": event.channel,
        "language": event.language,
        "sent_on": envelope.effective_on,
        "due_on": event.due.on,
    }


@letters.on(events.LetterAnswered)
def _answered(row: Row, event: events.LetterAnswered, envelope: Envelope) -> Row:
    return row | {
        "answered_on": envelope.effective_on,
        "answer": event.answer,
        "answered_by": envelope.actor,
        "public_question": event.public_question,
        "public_answer": event.public_answer,
    }
