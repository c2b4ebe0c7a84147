"""The aggregate ``feedback``: what those who were served said of how a step was handled, and the answers."""

from __future__ import annotations

from services.office.feedback.commands import FeedbackCommand
from services.office.feedback.decide import decide
from services.office.feedback.evolve import evolve
from services.office.feedback.state import FeedbackState
from shared.contracts.core import Decider

FEEDBACK: Decider[FeedbackState, FeedbackCommand] = Decider("office", "feedback", FeedbackState(), evolve, decide)
"""Streams are ``office/feedback/<handling_id>``: a handling, with what each part of the case said of it."""

__all__ = ["FEEDBACK"]
