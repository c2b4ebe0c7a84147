"""Who is told of the answer to feedback, 国办发〔2019〕51号."""

from __future__ import annotations

from services.notify.notices.people import Audience
from services.notify.notices.rule import APPLICANTS, NoticeRule, notice
from shared.contracts import office as office_events

NOTICES: tuple[NoticeRule, ...] = (
    notice(
        "feedback-answered",
        office_events.FeedbackAnswered,
        mail=APPLICANTS,
        only=lambda e: Audience(e.rated_by),
        unless=lambda e: e.rated_by is office_events.RatedBy.PUBLIC,
    ),
)
"""Whoever rated by a receipt left no address for it: they read the answer where they rated."""
