"""The acts that a case waits for while the province reviews it."""

from __future__ import annotations

from typing import Any

from services.portal.views.acts import AwaitedAct, WhoseTurn, at_once, by, recounted, without
from shared.contracts import review as review_events
from shared.contracts.core import Envelope, Event
from shared.programme.eligibility import Compliance
from shared.programme.vocabulary import TimeLimit
from shared.projections.projection import Row

ENDINGS: frozenset[type[Event]] = frozenset(
    {
        review_events.DesignationApproved,
        review_events.AcceptanceRefused,
        review_events.NotYetConfirmed,
        review_events.ReviewDiscontinued,
    }
)
"""How a review ends."""


def _members(event: review_events.PanelConvened) -> list[str]:
    return [expert.expert_id for expert in event.experts]


def _conditions(event: review_events.EligibilityAssessed, _envelope: Envelope) -> Row | None:
    open_ones = [each.key for each in event.conditions if each.outcome is Compliance.NEEDS_JUDGEMENT]
    return {"parts": open_ones} if open_ones else None


def _judged(row: Row, event: review_events.JudgementGiven, _envelope: Envelope) -> Row | None:
    left = without(row, event.condition)
    return {"parts": left} if left else None


def _sheets(event: review_events.PanelConvened, _envelope: Envelope) -> Row:
    return {"parts": _members(event)}


def _sheets_first(event: review_events.PanelConvened, _envelope: Envelope) -> Row:
    return {"parts": _members(event), "ready": False}


def _once_more(_event: review_events.MaterialReviewReopened, _envelope: Envelope) -> Row:
    """Whoever is to be asked is not known before somebody takes the empty seat."""
    return {"parts": [], "ready": False}


def _owing(row: Row, event: Any) -> list[str]:
    """The experts who still owe a score sheet."""
    left = without(row, event.expert_id)
    return [*left, event.replacement.expert_id] if isinstance(event, review_events.ExpertReplaced) else left


def _to_score(row: Row, event: Any, _envelope: Envelope) -> Row:
    owing = _owing(row, event)
    return {"parts": owing, "ready": bool(owing)}


def _to_conclude(row: Row, event: Any, _envelope: Envelope) -> Row:
    owing = _owing(row, event)
    return {"parts": owing, "ready": not owing}


_OF_SHEETS = (review_events.ScoreSheetReceived, review_events.ExpertRecused, review_events.ExpertReplaced)


def _seats(event: review_events.PanelConvened, _envelope: Envelope) -> Row:
    return {"among": _members(event), "ready": False}


def _seat_lost(row: Row, event: review_events.ExpertRecused, _envelope: Envelope) -> Row:
    """A reserve who recuses leaves no seat empty."""
    if event.expert_id not in row["among"]:
        return {}
    left = [ident for ident in row["among"] if ident != event.expert_id]
    return {"parts": [*row["parts"], event.expert_id], "among": left, "ready": True}


def _seat_taken(row: Row, event: review_events.ExpertReplaced, _envelope: Envelope) -> Row:
    left = without(row, event.expert_id)
    return {"parts": left, "among": [*row["among"], event.replacement.expert_id], "ready": bool(left)}


def _not_yet(_event: Any, _envelope: Envelope) -> Row:
    return {"ready": False}


def _ready(_row: Row, _event: Any, _envelope: Envelope) -> Row:
    return {"ready": True}


def _not_now(_row: Row, _event: Any, _envelope: Envelope) -> Row:
    return {"ready": False}


def _on_the_day(
    event: review_events.SiteVisitScheduled | review_events.SiteVisitRescheduled, _envelope: Envelope
) -> Row:
    return {"due_on": event.visit_on}


def _objections(event: review_events.PublicityStarted, _envelope: Envelope) -> Row:
    return {"due_on": event.ends.on, "ready": False}


def _objected(row: Row, event: review_events.ObjectionFiled, _envelope: Envelope) -> Row:
    return {"parts": [*row["parts"], event.objection_id], "ready": True}


def _settled(
    row: Row, event: review_events.ObjectionAnswered | review_events.ObjectionsSetAside, _envelope: Envelope
) -> Row:
    one = isinstance(event, review_events.ObjectionAnswered)
    left = without(row, *((event.objection_id,) if one else event.objection_ids))  # type: ignore[union-attr]
    return {"parts": left, "ready": bool(left)}


REVIEWING = (
    AwaitedAct(
        name="examine",
        holder=WhoseTurn.PROVINCE,
        begins={
            review_events.CaseOpened: by("formal_examination_due"),
            review_events.CorrectionReceived: by("formal_examination_due"),
        },
        changes={review_events.DeadlineRecounted: recounted(TimeLimit.FORMAL_EXAMINATION)},
        ends=ENDINGS | {review_events.CorrectionNoticeIssued, review_events.ApplicationAccepted},
    ),
    AwaitedAct(
        name="settle-lapse",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.CorrectionOverdue: at_once},
        ends=ENDINGS | {review_events.CorrectionReceived, review_events.ApplicationAccepted},
    ),
    AwaitedAct(
        name="judge",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.EligibilityAssessed: _conditions},
        changes={review_events.JudgementGiven: _judged},
        ends=ENDINGS | {review_events.PublicityStarted},
    ),
    AwaitedAct(
        name="convene",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.ApplicationAccepted: at_once},
        ends=ENDINGS | {review_events.PanelConvened},
    ),
    AwaitedAct(
        name="score",
        holder=WhoseTurn.EXPERT,
        begins={review_events.PanelConvened: _sheets, review_events.MaterialReviewReopened: _once_more},
        changes=dict.fromkeys(_OF_SHEETS, _to_score),
        ends=ENDINGS | {review_events.MaterialReviewConcluded},
    ),
    AwaitedAct(
        name="replace",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.PanelConvened: _seats},
        changes={review_events.ExpertRecused: _seat_lost, review_events.ExpertReplaced: _seat_taken},
        ends=ENDINGS | {review_events.PanelConcluded},
    ),
    AwaitedAct(
        name="conclude-material",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.PanelConvened: _sheets_first, review_events.MaterialReviewReopened: _once_more},
        changes=dict.fromkeys(_OF_SHEETS, _to_conclude),
        ends=ENDINGS | {review_events.MaterialReviewConcluded},
    ),
    AwaitedAct(
        name="schedule-visit",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.PanelConvened: _not_yet},
        changes={review_events.MaterialReviewConcluded: _ready, review_events.MaterialReviewReopened: _not_now},
        ends=ENDINGS | {review_events.SiteVisitScheduled},
    ),
    AwaitedAct(
        name="report-visit",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.SiteVisitScheduled: _on_the_day, review_events.SiteVisitRescheduled: _on_the_day},
        ends=ENDINGS | {review_events.SiteVisitReported},
    ),
    AwaitedAct(
        name="conclude-panel",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.SiteVisitReported: at_once},
        ends=ENDINGS | {review_events.PanelConcluded},
    ),
    AwaitedAct(
        name="publicise",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.PanelConcluded: at_once},
        ends=ENDINGS | {review_events.PublicityStarted},
    ),
    AwaitedAct(
        name="publicity",
        holder=WhoseTurn.PUBLIC,
        begins={review_events.PublicityStarted: by("ends")},
        changes={review_events.DeadlineRecounted: recounted(TimeLimit.PUBLICITY)},
        ends=ENDINGS | {review_events.PublicityEnded},
    ),
    AwaitedAct(
        name="answer",
        holder=WhoseTurn.PROVINCE,
        begins={review_events.PublicityStarted: _objections},
        changes={
            review_events.ObjectionFiled: _objected,
            review_events.ObjectionAnswered: _settled,
            review_events.ObjectionsSetAside: _settled,
            review_events.DeadlineRecounted: recounted(TimeLimit.PUBLICITY),
        },
        ends=ENDINGS,
    ),
    AwaitedAct(
        name="approve",
        holder=WhoseTurn.LEAD,
        begins={review_events.PublicityEnded: at_once},
        ends=ENDINGS,
    ),
)
"""In the order in which a case comes to them."""

__all__ = ["ENDINGS", "REVIEWING"]
