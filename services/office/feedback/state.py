"""What is known of the feedback on a handling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.contracts.office import FeedbackAnswered, FeedbackGiven


@dataclass(frozen=True, slots=True)
class FeedbackOnFile:
    """It was given, and perhaps answered."""

    given: FeedbackGiven
    answered: FeedbackAnswered | None = None


@dataclass(frozen=True, slots=True)
class FeedbackState:
    """What each part said, by the feedback's id."""

    on_file: Mapping[str, FeedbackOnFile] = field(default_factory=dict)
