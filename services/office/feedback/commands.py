"""What becomes of feedback, 国办发〔2019〕51号."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts.core import Command
from shared.contracts.lengths import PublicText
from shared.programme.vocabulary import Satisfaction, ServiceStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """A step that was handled: of which case (empty for a letter), and whose case it is."""

    case_id: str
    step: ServiceStep
    county: str
    key_uscc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFeedback(Command):
    """By an applicant of the case; of the answer to a letter or an objection by whoever has the receipt.

    ``handling_id`` is the event that ended the step, or the letter or objection. Each part rates it once; ``words`` are
    voluntary.
    """

    handling_id: str
    level: Satisfaction
    words: PublicText = ""
    handled: Handled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFeedback(Command):
    """By an officer of the province, of the two lowest levels: what was found and done."""

    handling_id: str
    feedback_id: str
    answer: str


FeedbackCommand: TypeAlias = GiveFeedback | AnswerFeedback
