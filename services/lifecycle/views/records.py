"""What was filed, done and decided: yearly reports, rosters, support, duties, assessments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import lifecycle as events
from shared.contracts.core import Envelope, Event
from shared.contracts.lifecycle import ReportReceiver
from shared.programme.forms import Institution, derived_counts
from shared.programme.vocabulary import TimeLimit
from shared.projections.projection import Key, Row, View, stream_id


def _each(_event: Event, envelope: Envelope) -> Iterable[Key]:
    """One row an event: the case, and the event's version in its stream."""
    return ((stream_id(envelope), envelope.version),)


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        *columns,
    )


reports = View(
    Table(
        "reports",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("cycle", Integer),
        Column("owed", Boolean, nullable=False, default=False),
        Column("due", Date, nullable=False, index=True),
        Column("provisional", Boolean, nullable=False),
        Column("filed_on", Date),
        Column("late_by", Integer),
        Column("overdue", Boolean, nullable=False, default=False),
        Column("missed", Boolean, nullable=False, default=False),
        Column("summary", JSONB),
        Column("plan", JSONB),
        Column("city_receipt_on", Date),
        Column("province_receipt_on", Date),
    ),
    keys=lambda event, envelope: ((stream_id(envelope), event.year),),
)
"""A row a report: when it is due (provisionally, where the year's holidays are not announced) and what became of it."""


def _of_cycle(event: events.DistrictDesignated | events.TitleRetained, envelope: Envelope) -> Iterable[Key]:
    return [(stream_id(envelope), report.year) for report in event.reports]


@reports.on(events.DistrictDesignated, events.TitleRetained, keys=_of_cycle)
def _owed(row: Row, event: events.DistrictDesignated | events.TitleRetained, _envelope: Envelope) -> Row:
    (due,) = (report.due for report in event.reports if report.year == row["year"])
    return row | {"cycle": event.cycle, "owed": True, "due": due.on, "provisional": due.provisional}


@reports.on(events.AnnualReportFiled)
def _filed(row: Row, event: events.AnnualReportFiled, _envelope: Envelope) -> Row:
    return row | {
        "due": event.due.on,
        "provisional": event.due.provisional,
        "filed_on": event.filed_on,
        "late_by": event.late_by,
        "summary": asdict(event.summary),
        "plan": asdict(event.plan),
    }


@reports.on(events.AnnualReportReceived)
def _received(row: Row, event: events.AnnualReportReceived, envelope: Envelope) -> Row:
    column = "city_receipt_on" if event.receiver is ReportReceiver.CITY else "province_receipt_on"
    return row | {column: envelope.effective_on}


@reports.on(events.AnnualReportOverdue)
def _overdue(row: Row, _event: events.AnnualReportOverdue, _envelope: Envelope) -> Row:
    return row | {"overdue": True}


@reports.on(events.AnnualReportMissed)
def _missed(row: Row, _event: events.AnnualReportMissed, _envelope: Envelope) -> Row:
    return row | {"missed": True}


def _of_report(event: events.DeadlineRecounted, envelope: Envelope) -> Iterable[Key]:
    return [(stream_id(envelope), event.year)] if event.matter is TimeLimit.ANNUAL_REPORT else []


@reports.on(events.DeadlineRecounted, keys=_of_report)
def _recounted(row: Row, event: events.DeadlineRecounted, _envelope: Envelope) -> Row:
    return row | {"due": event.now.on, "provisional": event.now.provisional}


rosters = View(
    _table(
        "rosters",
        Column("as_of", Date, nullable=False),
        Column("institutions", JSONB, nullable=False),
        Column("distinct", Integer, nullable=False),
        Column("counts", JSONB, nullable=False),
    ),
    keys=_each,
)
"""The roster of institutions as a time series, with the five counts derived from it; the first is the application's."""


def _roster(institutions: tuple[Institution, ...]) -> Row:
    listed = [
        {"name": firm.name, "uscc": firm.uscc, "categories": [category.value for category in firm.categories]}
        for firm in institutions
    ]
    counts = {category.value: count for category, count in derived_counts(institutions).items()}
    return {"institutions": listed, "distinct": len(institutions), "counts": counts}


@rosters.on(events.DistrictDesignated)
def _applied_with(row: Row, event: events.DistrictDesignated, _envelope: Envelope) -> Row:
    return row | {"as_of": event.designated_on} | _roster(event.form.institutions)


@rosters.on(events.RosterUpdated)
def _updated(row: Row, event: events.RosterUpdated, _envelope: Envelope) -> Row:
    return row | {"as_of": event.as_of} | _roster(event.institutions)


support = View(
    _table(
        "support",
        Column("kind", Text, nullable=False),
        Column("held_on", Date, nullable=False),
        Column("by_office", Text, nullable=False),
        Column("findings", Text, nullable=False),
    ),
    keys=_each,
)
"""Inspections, guidance, training and exchanges (五（一）（三）)."""


@support.on(events.SupportRecorded)
def _supported(row: Row, event: events.SupportRecorded, _envelope: Envelope) -> Row:
    return row | {
        "kind": event.kind.value,
        "held_on": event.held_on,
        "by_office": event.by_office,
        "findings": event.findings,
    }


duties = View(
    _table(
        "duties",
        Column("duty", Text, nullable=False),
        Column("clause", Text, nullable=False),
        Column("reported_on", Date, nullable=False),
        Column("text", Text, nullable=False),
        Column("evidence", JSONB, nullable=False),
    ),
    keys=_each,
)
"""What the county reported on its five duties (三)."""


@duties.on(events.DutyReported)
def _did(row: Row, event: events.DutyReported, envelope: Envelope) -> Row:
    return row | {
        "duty": event.duty.value,
        "clause": event.duty.clause,
        "reported_on": envelope.effective_on,
        "text": event.text,
        "evidence": [asdict(file) for file in event.evidence],
    }


assessments = View(
    _table(
        "assessments",
        Column("kind", Text, nullable=False),
        Column("cycle", Integer),
        Column("concluded_on", Date, nullable=False),
        Column("thinking", Text, nullable=False),
        Column("practice", Text, nullable=False),
        Column("deduction", Text, nullable=False),
        Column("score", Text, nullable=False),
        Column("result", Text, nullable=False),
        Column("late_years", JSONB, nullable=False, default=list),
        Column("missed_years", JSONB, nullable=False, default=list),
        Column("evidence", JSONB, nullable=False, default=list),
        Column("reasons", Text, nullable=False, default=""),
    ),
    keys=_each,
)
"""Assessments (``result`` is a grade) and reassessments (``passed`` or ``failed``); points with two decimals."""


@assessments.on(events.AssessmentConcluded)
def _concluded(row: Row, event: events.AssessmentConcluded, envelope: Envelope) -> Row:
    return row | {
        "kind": "assessment",
        "cycle": event.cycle,
        "concluded_on": envelope.effective_on,
        "thinking": f"{event.thinking:.2f}",
        "practice": f"{event.practice:.2f}",
        "deduction": f"{event.deduction:.2f}",
        "score": f"{event.score:.2f}",
        "result": event.grade.value,
        "late_years": list(event.late_years),
        "missed_years": list(event.missed_years),
        "evidence": [{"event_id": str(link.event_id), "shows": link.shows} for link in event.evidence],
    }


@assessments.on(events.DistrictReassessed)
def _reassessed(row: Row, event: events.DistrictReassessed, envelope: Envelope) -> Row:
    return row | {
        "kind": "reassessment",
        "concluded_on": envelope.effective_on,
        "thinking": f"{event.thinking:.2f}",
        "practice": f"{event.practice:.2f}",
        "deduction": "0.00",
        "score": f"{event.score:.2f}",
        "result": "passed" if event.passed else "failed",
        "reasons": event.reasons,
    }
