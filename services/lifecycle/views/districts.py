"""One row a district: where it stands, and everything the public register needs to say where it stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import lifecycle as events
from shared.contracts.core import Envelope
from shared.programme.vocabulary import TimeLimit
from shared.projections.projection import Row, View


class Status(StrEnum):
    """Where a district stands, as the register says it."""

    DESIGNATED = "designated"
    UNDER_ASSESSMENT = "under-assessment"
    ASSESSED = "assessed"
    RECTIFYING = "rectifying"
    REASSESSED = "reassessed"
    HEARING = "hearing"
    REVOKED = "revoked"


class TitleGroup(StrEnum):
    """Where a title stands, in the few groups that the register is asked for, in their order."""

    KEPT = "kept"
    TERM = "term"
    UNDER = "under"
    GONE = "gone"

    @classmethod
    def of(cls, status: str, cycle: int) -> TitleGroup:
        """The group of a status, in this term."""
        if status == Status.REVOKED:
            return cls.GONE
        if status != Status.DESIGNATED:
            return cls.UNDER
        return cls.TERM if cycle == 1 else cls.KEPT


_TABLE = Table(
    "districts",
    MetaData(),
    Column("case_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("county_name", Text, nullable=False),
    Column("county_unit", Text, nullable=False),
    Column("key_unit", Text, nullable=False),
    Column("key_unit_uscc", Text, nullable=False),
    Column("document_number", Text, nullable=False),
    Column("designated_on", Date, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("designation_event", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("grade", Text),
    Column("score", Text),
    Column("cycle", Integer, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("rectification_due", Date),
    Column("rectification_reported_on", Date),
    Column("hearing_due", Date),
    Column("statements", Integer, nullable=False, default=0),
    Column("recommended_for", Text),
    Column("revoked_on", Date),
    Column("revocation_document", Text),
    Column("cycles", JSONB, nullable=False, default=list),
    Column("standings", JSONB, nullable=False, default=list),
    Column("corrections", JSONB, nullable=False, default=list),
    Column("since", Date, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("shown_document", Text(collation="C"), nullable=False),
    Column("sought", Text, nullable=False),
)
for _name, _order in {
    "designated": (_TABLE.c.designated_on, _TABLE.c.case_id),
    "until": (_TABLE.c.last_day, _TABLE.c.case_id),
    "changed": (_TABLE.c.since, _TABLE.c.case_id),
    "begun": (_TABLE.c.first_day,),
    "by_county": (_TABLE.c.county, _TABLE.c.designated_on, _TABLE.c.case_id),
    "by_document": (_TABLE.c.shown_document, _TABLE.c.designated_on, _TABLE.c.case_id),
    "by_rank": (_TABLE.c.rank, _TABLE.c.status, _TABLE.c.county, _TABLE.c.designated_on, _TABLE.c.case_id),
    "first": (_TABLE.c.county, _TABLE.c.rank, _TABLE.c.designated_on, _TABLE.c.case_id),
    "of_rank": (_TABLE.c.rank, _TABLE.c.designated_on, _TABLE.c.case_id),
    "of_status": (_TABLE.c.status, _TABLE.c.designated_on.desc(), _TABLE.c.case_id),
}.items():
    Index(f"districts_{_name}", *_order)

districts = View(_TABLE)
"""``cycles``, ``standings`` and ``corrections`` keep when each was so (effective) and when it was known (recorded).
By the last four the register of today is sorted and found: ``since`` is the day of its standing, ``rank`` the place of
its group, ``shown_document`` the number as it was corrected, ``sought`` every name that it shows."""

NAMED: Final = ("title", "county_unit", "key_unit", "document_number")
"""What the register says in the words of the designation; corrections of the record change it."""


def latest(facts: Sequence[Mapping[str, Any]], name: str, on: date) -> Any:
    """Of the facts that had begun by a day, the one that began last; of several on one day, the last recorded."""
    begun = [fact for fact in facts if fact[name] <= on.isoformat()]
    return max(reversed(begun), key=lambda fact: str(fact[name]), default=None)


def names_of(row: Mapping[str, Any], corrections: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What it is called, by some of its corrections."""
    corrected = {fact["field"]: fact["now"] for fact in corrections if fact["corrects"] == row["designation_event"]}
    return {name: corrected.get(name, row[name]) for name in NAMED}


def _placed(row: Row) -> Row:
    """The row with what it is sorted and found by."""
    standing = latest(row["standings"], "from", date.max)
    names = names_of(row, row["corrections"])
    every = (*names.values(), row["county_name"], row["revocation_document"] or "")
    return row | {
        "since": date.fromisoformat(standing["from"]),
        "rank": list(TitleGroup).index(TitleGroup.of(standing["status"], row["cycle"])),
        "shown_document": names["document_number"],
        "sought": "\n".join(every).casefold(),
    }


def _recorded(envelope: Envelope) -> dict[str, str]:
    return {"from": envelope.effective_on.isoformat(), "recorded_at": envelope.recorded_at.isoformat()}


def _now(row: Row, envelope: Envelope, status: Status, **columns: Any) -> Row:
    """The row with new columns and the standing they make, from the day the event takes effect."""
    new = row | columns | {"status": status, "version": envelope.version}
    standing = _recorded(envelope) | {"status": status, "grade": new["grade"]}
    return _placed(new | {"standings": [*row["standings"], standing]})


def _cycle(row: Row, envelope: Envelope, cycle: int, first_day: date, last_day: date) -> Row:
    said = _recorded(envelope) | {"cycle": cycle, "first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
    return row | {"cycle": cycle, "first_day": first_day, "last_day": last_day, "cycles": [*row["cycles"], said]}


@districts.on(events.DistrictDesignated)
def _designated(row: Row, event: events.DistrictDesignated, envelope: Envelope) -> Row:
    named = {
        "title": event.title,
        "county": event.place.county,
        "county_name": event.place.county_name,
        "county_unit": event.county_unit.name,
        "key_unit": event.key_unit.name,
        "key_unit_uscc": event.key_unit.uscc,
        "document_number": event.document_number,
        "designated_on": event.designated_on,
        "policy_version": event.policy_version,
        "designation_event": str(envelope.event_id),
    }
    begun = _cycle(row | named, envelope, event.cycle, event.first_day, event.last_day)
    return _now(begun, envelope, Status.DESIGNATED)


@districts.on(events.AssessmentOpened)
def _opened(row: Row, _event: events.AssessmentOpened, envelope: Envelope) -> Row:
    return _now(row, envelope, Status.UNDER_ASSESSMENT)


@districts.on(events.AssessmentConcluded)
def _concluded(row: Row, event: events.AssessmentConcluded, envelope: Envelope) -> Row:
    return _now(row, envelope, Status.ASSESSED, grade=event.grade.value, score=f"{event.score:.2f}")


@districts.on(events.TitleRetained)
def _retained(row: Row, event: events.TitleRetained, envelope: Envelope) -> Row:
    ended = {"rectification_due": None, "rectification_reported_on": None, "hearing_due": None, "statements": 0}
    begun = _cycle(row | ended, envelope, event.cycle, event.first_day, event.last_day)
    return _now(begun, envelope, Status.DESIGNATED)


@districts.on(events.NationalRecommendationMade)
def _recommended(row: Row, event: events.NationalRecommendationMade, envelope: Envelope) -> Row:
    return row | {"recommended_for": event.zone, "version": envelope.version}


@districts.on(events.RectificationOrdered)
def _ordered(row: Row, event: events.RectificationOrdered, envelope: Envelope) -> Row:
    return _now(row, envelope, Status.RECTIFYING, rectification_due=event.due.on)


@districts.on(events.RectificationExtended)
def _extended(row: Row, event: events.RectificationExtended, envelope: Envelope) -> Row:
    return row | {"rectification_due": event.due.on, "version": envelope.version}


@districts.on(events.RectificationReportFiled)
def _rectified(row: Row, event: events.RectificationReportFiled, envelope: Envelope) -> Row:
    return row | {"rectification_reported_on": event.filed_on, "version": envelope.version}


@districts.on(events.DistrictReassessed)
def _reassessed(row: Row, event: events.DistrictReassessed, envelope: Envelope) -> Row:
    return _now(row, envelope, Status.REASSESSED, score=f"{event.score:.2f}")


@districts.on(events.HearingInvited)
def _invited(row: Row, event: events.HearingInvited, envelope: Envelope) -> Row:
    return _now(row, envelope, Status.HEARING, hearing_due=event.due.on)


@districts.on(events.StatementMade)
def _stated(row: Row, _event: events.StatementMade, envelope: Envelope) -> Row:
    return row | {"statements": row["statements"] + 1, "version": envelope.version}


@districts.on(events.TitleRevoked)
def _revoked(row: Row, event: events.TitleRevoked, envelope: Envelope) -> Row:
    decided = {"revoked_on": event.revoked_on, "revocation_document": event.document_number}
    return _now(row, envelope, Status.REVOKED, **decided)


@districts.on(events.RecordCorrected)
def _corrected(row: Row, event: events.RecordCorrected, envelope: Envelope) -> Row:
    said = _recorded(envelope) | {
        "corrects": str(event.corrects),
        "field": event.field,
        "was": event.was,
        "now": event.now,
    }
    return _placed(row | {"corrections": [*row["corrections"], said], "version": envelope.version})


@districts.on(events.DeadlineRecounted)
def _recounted(row: Row, event: events.DeadlineRecounted, envelope: Envelope) -> Row:
    columns = {TimeLimit.RECTIFICATION: "rectification_due", TimeLimit.HEARING: "hearing_due"}
    moved = {columns[event.matter]: event.now.on} if event.matter in columns else {}
    return row | moved | {"version": envelope.version}


@districts.on(
    events.AnnualReportFiled,
    events.AnnualReportReceived,
    events.AnnualReportOverdue,
    events.AnnualReportMissed,
    events.SupportRecorded,
    events.DutyReported,
    events.RosterUpdated,
    events.AssessmentOverdue,
    events.RectificationLapsed,
    events.HearingClosed,
)
def _versioned(row: Row, _event: object, envelope: Envelope) -> Row:
    return row | {"version": envelope.version}
