"""One row a case: where it stands, what is due, and how it ended."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import review as events
from shared.contracts.core import Envelope, Event
from shared.programme.values.json_values import as_json
from shared.programme.vocabulary import TimeLimit
from shared.projections.projection import Row, View

_TABLE = Table(
    "cases",
    MetaData(),
    Column("case_id", Text, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("filed_on", Date, nullable=False),
    Column("county", Text, nullable=False),
    Column("county_name", Text, nullable=False),
    Column("endorser", Text, nullable=False),
    Column("endorser_name", Text, nullable=False),
    Column("county_unit", Text, nullable=False),
    Column("county_uscc", Text, nullable=False),
    Column("key_unit", Text, nullable=False),
    Column("key_uscc", Text, nullable=False, index=True),
    Column("paper", Boolean, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("holder", Text, index=True),
    Column("holder_name", Text),
    Column("held_since", Date),
    Column("formal_examination_due", Date),
    Column("formal_examination_overdue", Boolean, nullable=False, default=False),
    Column("notice_no", Integer, nullable=False, default=0),
    Column("correction_items", JSONB, nullable=False, default=list),
    Column("correction_due", Date),
    Column("correction_overdue", Boolean, nullable=False, default=False),
    Column("provisional", Boolean, nullable=False, default=False),
    Column("accepted_on", Date),
    Column("eligible", Boolean),
    Column("panel_size", Integer, nullable=False, default=0),
    Column("declare_first", Boolean, nullable=False, default=False),
    Column("sheets_received", Integer, nullable=False, default=0),
    Column("material_review_concluded_on", Date),
    Column("visit_on", Date),
    Column("visited_on", Date),
    Column("average", Text),
    Column("valid_sheets", Integer),
    Column("recommended", Boolean),
    Column("publicity_starts_on", Date),
    Column("publicity_ends_on", Date),
    Column("objections", Integer, nullable=False, default=0),
    Column("objections_unanswered", Integer, nullable=False, default=0),
    Column("objections_upheld", Integer, nullable=False, default=0),
    Column("objections_set_aside", JSONB, nullable=False, default=list),
    Column("document_number", Text),
    Column("title", Text),
    Column("approved_on", Date),
    Column("reasons", JSONB, nullable=False, default=list),
    Column("ended_on", Date),
    Column("corrections_of_record", JSONB, nullable=False, default=list),
    Column("last_day", Date),
    Column("seated", JSONB, nullable=False, default=list),
    Column("impartial", JSONB, nullable=False, default=list),
)
for _name, _order in {
    "newest": (_TABLE.c.filed_on.desc(), _TABLE.c.case_id),
    "due": (_TABLE.c.last_day, _TABLE.c.filed_on, _TABLE.c.case_id),
    "by_stage": (_TABLE.c.stage, _TABLE.c.last_day, _TABLE.c.filed_on, _TABLE.c.case_id),
    "new_by_stage": (_TABLE.c.stage, _TABLE.c.filed_on.desc(), _TABLE.c.case_id),
    "by_county": (_TABLE.c.county, _TABLE.c.filed_on.desc(), _TABLE.c.case_id),
    "by_endorser": (_TABLE.c.endorser, _TABLE.c.filed_on.desc(), _TABLE.c.case_id),
}.items():
    Index(f"cases_{_name}", *_order)
Index(
    "cases_by_expert",
    _TABLE.c.seated,
    postgresql_using="gin",
    postgresql_ops={"seated": "jsonb_path_ops"},
    postgresql_where=_TABLE.c.ended_on.is_(None),
)

cases = View(_TABLE)
"""``stage`` is examining, correcting, accepted, material-review, on-site, concluded, in-publicity, publicity-over,
approved, not-yet, not-accepted or discontinued; ``holder`` is the subject of who at the province holds it;
``declare_first`` says that the panel's experts declare their impartiality before they score; ``average`` is 0-100 with
two places, as text; ``version`` is the stream's (for ``If-Match``); ``last_day`` that of what it waits for now;
``seated`` the ids of its panel's members, ``impartial`` of those who declared it."""

_LAST_DAYS = {
    "examining": "formal_examination_due",
    "correcting": "correction_due",
    "in-publicity": "publicity_ends_on",
}
"""The column of a stage's last day."""


def _now(row: Row, envelope: Envelope, **known: object) -> Row:
    new = row | {"version": envelope.version} | known
    return new | {"last_day": new.get(_LAST_DAYS.get(new["stage"], ""))}


@cases.on(events.CaseOpened)
def _opened(row: Row, event: events.CaseOpened, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        stage="examining",
        filed_on=event.filed_on,
        county=event.place.county,
        county_name=event.place.county_name,
        endorser=event.place.endorser,
        endorser_name=event.place.endorser_name,
        **_units(event),
        paper=event.paper,
        policy_version=event.policy_version,
        formal_examination_due=event.formal_examination_due.on,
        provisional=event.formal_examination_due.provisional,
    )


def _units(event: events.CaseOpened | events.CorrectionReceived) -> dict[str, str]:
    return {
        "county_unit": event.county_unit.name,
        "county_uscc": event.county_unit.uscc,
        "key_unit": event.key_unit.name,
        "key_uscc": event.key_unit.uscc,
    }


@cases.on(events.CaseClaimed, events.CaseHandedOver)
def _held(row: Row, event: events.CaseClaimed | events.CaseHandedOver, envelope: Envelope) -> Row:
    return _now(row, envelope, holder=event.holder, holder_name=event.holder_name, held_since=envelope.effective_on)


@cases.on(events.CaseReleased)
def _released(row: Row, event: events.CaseReleased, envelope: Envelope) -> Row:
    return _now(row, envelope, holder=None, holder_name=None, held_since=None)


@cases.on(events.FormalExaminationOverdue)
def _examination_overdue(row: Row, event: events.FormalExaminationOverdue, envelope: Envelope) -> Row:
    return _now(row, envelope, formal_examination_overdue=True)


@cases.on(events.CorrectionNoticeIssued)
def _noticed(row: Row, event: events.CorrectionNoticeIssued, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        stage="correcting",
        notice_no=event.notice_no,
        correction_items=as_json(event.items),
        correction_due=event.due.on,
        correction_overdue=False,
        provisional=event.due.provisional,
        formal_examination_due=None,
        formal_examination_overdue=False,
    )


@cases.on(events.CorrectionOverdue)
def _correction_overdue(row: Row, event: events.CorrectionOverdue, envelope: Envelope) -> Row:
    return _now(row, envelope, correction_overdue=True)


@cases.on(events.CorrectionReceived)
def _corrected(row: Row, event: events.CorrectionReceived, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        stage="examining",
        **_units(event),
        correction_due=None,
        formal_examination_due=event.formal_examination_due.on,
        provisional=event.formal_examination_due.provisional,
    )


_RECOUNTED = {
    TimeLimit.FORMAL_EXAMINATION: "formal_examination_due",
    TimeLimit.CORRECTION: "correction_due",
    TimeLimit.PUBLICITY: "publicity_ends_on",
}


@cases.on(events.DeadlineRecounted)
def _recounted(row: Row, event: events.DeadlineRecounted, envelope: Envelope) -> Row:
    column = _RECOUNTED.get(event.matter)
    return _now(row, envelope, **({column: event.now.on, "provisional": event.now.provisional} if column else {}))


@cases.on(events.ApplicationAccepted)
def _accepted(row: Row, event: events.ApplicationAccepted, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        stage="accepted",
        accepted_on=envelope.effective_on,
        formal_examination_due=None,
        formal_examination_overdue=False,
        provisional=False,
    )


@cases.on(events.EligibilityAssessed)
def _assessed(row: Row, event: events.EligibilityAssessed, envelope: Envelope) -> Row:
    return _now(row, envelope, eligible=event.eligible)


@cases.on(events.PanelConvened)
def _convened(row: Row, event: events.PanelConvened, envelope: Envelope) -> Row:
    seated = [expert.expert_id for expert in event.experts]
    first = event.declare_first
    return _now(row, envelope, stage="material-review", panel_size=len(seated), seated=seated, declare_first=first)


@cases.on(events.ImpartialityDeclared)
def _declared(row: Row, event: events.ImpartialityDeclared, envelope: Envelope) -> Row:
    return _now(row, envelope, impartial=[*row["impartial"], event.expert_id])


@cases.on(events.ExpertRecused)
def _stood_down(row: Row, event: events.ExpertRecused, envelope: Envelope) -> Row:
    return _now(row, envelope, seated=[ident for ident in row["seated"] if ident != event.expert_id])


@cases.on(events.ExpertReplaced)
def _stood_in(row: Row, event: events.ExpertReplaced, envelope: Envelope) -> Row:
    return _now(row, envelope, seated=[*row["seated"], event.replacement.expert_id])


@cases.on(events.ScoreSheetReceived)
def _received(row: Row, event: events.ScoreSheetReceived, envelope: Envelope) -> Row:
    return _now(row, envelope, sheets_received=event.received, panel_size=event.expected)


@cases.on(events.MaterialReviewConcluded)
def _material_reviewed(row: Row, event: events.MaterialReviewConcluded, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        stage="on-site",
        material_review_concluded_on=envelope.effective_on,
        sheets_received=event.valid_sheets,
        panel_size=event.panel_size,
    )


@cases.on(events.MaterialReviewReopened)
def _reopened(row: Row, event: events.MaterialReviewReopened, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        stage="material-review",
        material_review_concluded_on=None,
        sheets_received=event.valid_sheets,
    )


@cases.on(events.SiteVisitScheduled, events.SiteVisitRescheduled)
def _visit(row: Row, event: events.SiteVisitScheduled | events.SiteVisitRescheduled, envelope: Envelope) -> Row:
    return _now(row, envelope, visit_on=event.visit_on)


@cases.on(events.SiteVisitReported)
def _visited(row: Row, event: events.SiteVisitReported, envelope: Envelope) -> Row:
    return _now(row, envelope, visited_on=event.visited_on)


@cases.on(events.PanelConcluded)
def _concluded(row: Row, event: events.PanelConcluded, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        stage="concluded",
        average=str(event.average),
        valid_sheets=event.valid_sheets,
        recommended=event.recommended,
    )


@cases.on(events.PublicityStarted)
def _publicised(row: Row, event: events.PublicityStarted, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        stage="in-publicity",
        publicity_starts_on=event.starts_on,
        publicity_ends_on=event.ends.on,
        provisional=event.ends.provisional,
    )


@cases.on(events.ObjectionFiled)
def _objected(row: Row, event: events.ObjectionFiled, envelope: Envelope) -> Row:
    unanswered = row["objections_unanswered"] + 1
    return _now(row, envelope, objections=row["objections"] + 1, objections_unanswered=unanswered)


@cases.on(events.ObjectionAnswered)
def _answered(row: Row, event: events.ObjectionAnswered, envelope: Envelope) -> Row:
    was_aside = event.objection_id in row["objections_set_aside"]
    return _now(
        row,
        envelope,
        objections_unanswered=row["objections_unanswered"] - int(not was_aside),
        objections_upheld=row["objections_upheld"] + int(event.upheld),
        objections_set_aside=[ident for ident in row["objections_set_aside"] if ident != event.objection_id],
    )


@cases.on(events.ObjectionsSetAside)
def _set_aside(row: Row, event: events.ObjectionsSetAside, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        objections_unanswered=row["objections_unanswered"] - len(event.objection_ids),
        objections_set_aside=[*row["objections_set_aside"], *event.objection_ids],
    )


@cases.on(events.PublicityEnded)
def _publicity_over(row: Row, event: events.PublicityEnded, envelope: Envelope) -> Row:
    return _now(row, envelope, stage="publicity-over", provisional=False)


@cases.on(events.DesignationApproved)
def _approved(row: Row, event: events.DesignationApproved, envelope: Envelope) -> Row:
    return _now(
        row,
        envelope,
        stage="approved",
        document_number=event.document_number,
        title=event.title,
        approved_on=event.approved_on,
        ended_on=event.approved_on,
    )


@cases.on(events.AcceptanceRefused)
def _not_accepted(row: Row, event: events.AcceptanceRefused, envelope: Envelope) -> Row:
    return _now(row, envelope, stage="not-accepted", reasons=as_json(event.reasons), ended_on=envelope.effective_on)


@cases.on(events.NotYetConfirmed)
def _not_yet(row: Row, event: events.NotYetConfirmed, envelope: Envelope) -> Row:
    return _now(row, envelope, stage="not-yet", reasons=[{"message": event.reasons}], ended_on=envelope.effective_on)


@cases.on(events.ReviewDiscontinued)
def _discontinued(row: Row, event: events.ReviewDiscontinued, envelope: Envelope) -> Row:
    return _now(
        row, envelope, stage="discontinued", reasons=[{"message": event.reason}], ended_on=envelope.effective_on
    )


@cases.on(events.JudgementGiven, events.ConflictFound)
def _moved(row: Row, event: Event, envelope: Envelope) -> Row:
    return _now(row, envelope)


@cases.on(events.RecordCorrected)
def _record_corrected(row: Row, event: events.RecordCorrected, envelope: Envelope) -> Row:
    return _now(row, envelope, corrections_of_record=[*row["corrections_of_record"], as_json(event)])
