"""The site visit and the objections."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import review as events
from shared.contracts.core import Envelope
from shared.programme.values.json_values import as_json
from shared.projections.projection import Row, View

visits = View(
    Table(
        "site_visits",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("visit_on", Date, nullable=False),
        Column("visitors", JSONB, nullable=False, default=list),
        Column("rescheduled", JSONB, nullable=False, default=list),
        Column("visited_on", Date),
        Column("attended_by", JSONB, nullable=False, default=list),
        Column("checklist", JSONB, nullable=False, default=list),
        Column("photographs", JSONB, nullable=False, default=list),
        Column("findings", Text),
        Column("dissent", Text),
    )
)
"""``rescheduled`` lists the days given up, and why."""


@visits.on(events.SiteVisitScheduled)
def _scheduled(row: Row, event: events.SiteVisitScheduled, envelope: Envelope) -> Row:
    return row | {"visit_on": event.visit_on, "visitors": list(event.visitors)}


@visits.on(events.SiteVisitRescheduled)
def _rescheduled(row: Row, event: events.SiteVisitRescheduled, envelope: Envelope) -> Row:
    given_up = {"visit_on": row["visit_on"].isoformat(), "reason": event.reason}
    return row | {"visit_on": event.visit_on, "rescheduled": [*row["rescheduled"], given_up]}


@visits.on(events.SiteVisitReported)
def _reported(row: Row, event: events.SiteVisitReported, envelope: Envelope) -> Row:
    names = ("attended_by", "checklist", "photographs", "findings", "dissent")
    return row | {"visited_on": event.visited_on} | {name: as_json(getattr(event, name)) for name in names}


objections = View(
    Table(
        "objections",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("objection_id", Text, primary_key=True, index=True),
        Column("objector", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("filed_on", Date, nullable=False),
        Column("upheld", Boolean),
        Column("answer", Text),
        Column("answered_on", Date),
        Column("client", Text, nullable=False, default=""),
        Column("set_aside", Text),
        Column("set_aside_on", Date),
    ),
    keys=lambda event, envelope: [(event.case_id, event.objection_id)],
)
"""``upheld`` is null while an objection is unanswered; ``set_aside`` says why it needs no answer. The same
``client`` is the same place that objections came from."""


@objections.on(events.ObjectionFiled)
def _filed(row: Row, event: events.ObjectionFiled, envelope: Envelope) -> Row:
    said = {"objector": event.objector, "text": event.text, "client": event.client}
    return row | said | {"filed_on": envelope.effective_on}


@objections.on(
    events.ObjectionsSetAside, keys=lambda event, envelope: [(event.case_id, ident) for ident in event.objection_ids]
)
def _set_aside(row: Row, event: events.ObjectionsSetAside, envelope: Envelope) -> Row:
    return row | {"set_aside": event.reason, "set_aside_on": envelope.effective_on}


@objections.on(events.ObjectionAnswered)
def _answered(row: Row, event: events.ObjectionAnswered, envelope: Envelope) -> Row:
    said = {"upheld": event.upheld, "answer": event.answer, "answered_on": envelope.effective_on}
    return row | said | {"set_aside": None, "set_aside_on": None}
