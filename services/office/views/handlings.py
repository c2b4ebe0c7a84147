"""Every step that was handled for somebody and can be rated: of a case by the event that ended it, an answer by the
receipt of the letter or the objection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import BigInteger, Column, Date, MetaData, Table, Text

from shared.contracts import intake as intake_events
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts import office as events
from shared.contracts import review as review_events
from shared.contracts.core import Envelope, Event
from shared.programme.vocabulary import ServiceStep
from shared.projections.projection import Row, View

ENDS: Final[Mapping[type[Event], ServiceStep]] = {
    intake_events.ApplicationFiled: ServiceStep.FILING,
    intake_events.ApplicationEndorsed: ServiceStep.ENDORSEMENT,
    intake_events.EndorsementDeclined: ServiceStep.ENDORSEMENT,
    intake_events.ApplicationReturned: ServiceStep.ENDORSEMENT,
    review_events.CorrectionNoticeIssued: ServiceStep.CORRECTION,
    review_events.ApplicationAccepted: ServiceStep.ACCEPTANCE,
    review_events.AcceptanceRefused: ServiceStep.ACCEPTANCE,
    review_events.SiteVisitReported: ServiceStep.VISIT,
    review_events.PublicityEnded: ServiceStep.PUBLICITY,
    review_events.DesignationApproved: ServiceStep.DECISION,
    review_events.NotYetConfirmed: ServiceStep.DECISION,
    lifecycle_events.AnnualReportReceived: ServiceStep.REPORT,
    lifecycle_events.SupportRecorded: ServiceStep.SUPPORT,
    lifecycle_events.AssessmentConcluded: ServiceStep.ASSESSMENT,
    lifecycle_events.DistrictReassessed: ServiceStep.REASSESSMENT,
    lifecycle_events.TitleRevoked: ServiceStep.REVOCATION,
}
"""The events of a case that end a step, whichever way it ended."""

handlings = View(
    Table(
        "handlings",
        MetaData(),
        Column("handling_id", Text, primary_key=True),
        Column("case_id", Text, nullable=False, index=True),
        Column("step", Text, nullable=False),
        Column("handled_on", Date, nullable=False),
        Column("handled_by", Text, nullable=False),
        Column("seq", BigInteger, nullable=False),
    ),
    keys=lambda event, envelope: ((str(envelope.event_id),),),
)
"""``case_id`` is empty for a letter. ``handled_by`` is the office."""


def _handled(row: Row, case_id: str, step: ServiceStep, envelope: Envelope) -> Row:
    return row | {
        "case_id": case_id,
        "step": step.value,
        "handled_on": envelope.effective_on,
        "handled_by": envelope.office,
        "seq": envelope.seq,
    }


@handlings.on(*ENDS)
def _ended(row: Row, event: Event, envelope: Envelope) -> Row:
    return _handled(row, getattr(event, "case_id", ""), ENDS[type(event)], envelope)


@handlings.on(review_events.ObjectionAnswered, keys=lambda event, envelope: ((event.objection_id,),))
def _objection(row: Row, event: review_events.ObjectionAnswered, envelope: Envelope) -> Row:
    return _handled(row, event.case_id, ServiceStep.OBJECTION, envelope)


@handlings.on(events.LetterAnswered, keys=lambda event, envelope: ((event.letter_id,),))
def _letter(row: Row, event: events.LetterAnswered, envelope: Envelope) -> Row:
    return _handled(row, "", ServiceStep.LETTER, envelope)
