"""The acts that a district's term waits for: reports, the assessment, and what follows from it."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.portal.views.acts import AwaitedAct, WhoseTurn, at_once, by, recounted
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts.core import Envelope
from shared.contracts.lifecycle import Grade, ReportDue, ReportReceiver
from shared.programme.divisions import Endorsed, route
from shared.programme.vocabulary import TimeLimit
from shared.projections.projection import Row


def _owed(reports: list[list[Any]]) -> Row:
    """What is to be reported: years with their last days. A year's report is asked for in that year."""
    if not reports:
        return {"parts": [], "due_on": None, "opens_on": None, "ready": False}
    year, due_on = reports[0]
    return {"parts": reports, "due_on": date.fromisoformat(due_on), "opens_on": date(year, 1, 1), "ready": True}


def _years(reports: tuple[ReportDue, ...]) -> list[list[Any]]:
    return [[report.year, report.due.on.isoformat()] for report in reports]


def _reports(event: lifecycle_events.DistrictDesignated, _envelope: Envelope) -> Row:
    return _owed(_years(event.reports))


def _next_reports(row: Row, event: lifecycle_events.TitleRetained, envelope: Envelope) -> Row:
    """What was due before is no longer asked for: the assessment has weighed it."""
    ahead = [[year, due_on] for year, due_on in row["parts"] if due_on >= envelope.effective_on.isoformat()]
    new = [report for report in _years(event.reports) if report not in ahead]
    return _owed(sorted([*ahead, *new]))


def _reported(row: Row, event: lifecycle_events.AnnualReportFiled, _envelope: Envelope) -> Row:
    return _owed([[year, due_on] for year, due_on in row["parts"] if year != event.year])


def _report_recounted(row: Row, event: lifecycle_events.DeadlineRecounted, _envelope: Envelope) -> Row:
    if event.matter is not TimeLimit.ANNUAL_REPORT:
        return {}
    now = event.now.on.isoformat()
    return _owed([[year, now if year == event.year else due_on] for year, due_on in row["parts"]])


def _of_a_county(event: lifecycle_events.DistrictDesignated, _envelope: Envelope) -> Row:
    return {"among": [event.place.county], "ready": False}


def _for_the_city(row: Row, event: lifecycle_events.AnnualReportFiled, envelope: Envelope) -> Row:
    """A county that files directly has no city that would give a receipt."""
    if not isinstance(route(row["among"][0], envelope.effective_on), Endorsed):
        return {}
    return {"parts": [*row["parts"], event.year], "ready": True, "since": envelope.effective_on}


def _for_the_province(row: Row, event: lifecycle_events.AnnualReportFiled, envelope: Envelope) -> Row:
    return {"parts": [*row["parts"], event.year], "ready": True, "since": envelope.effective_on}


def _receipt(receiver: ReportReceiver) -> Any:
    def given(row: Row, event: lifecycle_events.AnnualReportReceived, _envelope: Envelope) -> Row:
        left = [year for year in row["parts"] if year != event.year or event.receiver is not receiver]
        return {"parts": left, "ready": bool(left)}

    return given


def _last_day(event: lifecycle_events.AssessmentOpened, _envelope: Envelope) -> Row:
    return {"due_on": event.last_day}


def _if_graded(grade: Grade) -> Any:
    def begin(event: lifecycle_events.AssessmentConcluded, _envelope: Envelope) -> Row | None:
        return {} if event.grade is grade else None

    return begin


def _if_reassessed(*, passed: bool) -> Any:
    def begin(event: lifecycle_events.DistrictReassessed, _envelope: Envelope) -> Row | None:
        return {} if event.passed is passed else None

    return begin


_REVOKED = frozenset({lifecycle_events.TitleRevoked})
_SETTLED = _REVOKED | {lifecycle_events.TitleRetained}

IN_TERM = (
    AwaitedAct(
        name="report",
        holder=WhoseTurn.COUNTY,
        begins={lifecycle_events.DistrictDesignated: _reports},
        changes={
            lifecycle_events.AnnualReportFiled: _reported,
            lifecycle_events.TitleRetained: _next_reports,
            lifecycle_events.DeadlineRecounted: _report_recounted,
        },
        ends=_REVOKED,
    ),
    AwaitedAct(
        name="receipt-of-city",
        holder=WhoseTurn.CITY,
        begins={lifecycle_events.DistrictDesignated: _of_a_county},
        changes={
            lifecycle_events.AnnualReportFiled: _for_the_city,
            lifecycle_events.AnnualReportReceived: _receipt(ReportReceiver.CITY),
        },
        ends=_REVOKED,
    ),
    AwaitedAct(
        name="receipt",
        holder=WhoseTurn.PROVINCE,
        begins={lifecycle_events.DistrictDesignated: _of_a_county},
        changes={
            lifecycle_events.AnnualReportFiled: _for_the_province,
            lifecycle_events.AnnualReportReceived: _receipt(ReportReceiver.PROVINCE),
        },
        ends=_REVOKED,
    ),
    AwaitedAct(
        name="assess",
        holder=WhoseTurn.PROVINCE,
        begins={lifecycle_events.AssessmentOpened: _last_day},
        ends=_REVOKED | {lifecycle_events.AssessmentConcluded},
    ),
    AwaitedAct(
        name="retain",
        holder=WhoseTurn.PROVINCE,
        begins={
            lifecycle_events.AssessmentConcluded: _if_graded(Grade.QUALIFIED),
            lifecycle_events.DistrictReassessed: _if_reassessed(passed=True),
        },
        ends=_SETTLED,
    ),
    AwaitedAct(
        name="recommend",
        holder=WhoseTurn.PROVINCE,
        begins={lifecycle_events.AssessmentConcluded: _if_graded(Grade.EXCELLENT)},
        ends=_REVOKED | {lifecycle_events.NationalRecommendationMade, lifecycle_events.AssessmentOpened},
    ),
    AwaitedAct(
        name="order",
        holder=WhoseTurn.PROVINCE,
        begins={lifecycle_events.AssessmentConcluded: _if_graded(Grade.UNQUALIFIED)},
        ends=_SETTLED | {lifecycle_events.RectificationOrdered},
    ),
    AwaitedAct(
        name="rectify",
        holder=WhoseTurn.COUNTY,
        begins={lifecycle_events.RectificationOrdered: by("due"), lifecycle_events.RectificationExtended: by("due")},
        changes={lifecycle_events.DeadlineRecounted: recounted(TimeLimit.RECTIFICATION)},
        ends=_SETTLED
        | {
            lifecycle_events.RectificationReportFiled,
            lifecycle_events.RectificationLapsed,
            lifecycle_events.DistrictReassessed,
        },
    ),
    AwaitedAct(
        name="reassess",
        holder=WhoseTurn.PROVINCE,
        begins={lifecycle_events.RectificationReportFiled: at_once, lifecycle_events.RectificationLapsed: at_once},
        ends=_SETTLED | {lifecycle_events.DistrictReassessed},
    ),
    AwaitedAct(
        name="invite",
        holder=WhoseTurn.PROVINCE,
        begins={lifecycle_events.DistrictReassessed: _if_reassessed(passed=False)},
        ends=_SETTLED | {lifecycle_events.HearingInvited},
    ),
    AwaitedAct(
        name="state",
        holder=WhoseTurn.APPLICANTS,
        begins={lifecycle_events.HearingInvited: by("due")},
        changes={lifecycle_events.DeadlineRecounted: recounted(TimeLimit.HEARING)},
        ends=_SETTLED | {lifecycle_events.HearingClosed, lifecycle_events.DistrictReassessed},
    ),
    AwaitedAct(
        name="revoke",
        holder=WhoseTurn.LEAD,
        begins={lifecycle_events.HearingClosed: at_once},
        ends=_SETTLED | {lifecycle_events.DistrictReassessed},
    ),
)
"""In the order in which a district comes to them."""

__all__ = ["IN_TERM"]
