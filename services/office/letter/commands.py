"""What becomes of a letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts.core import Command
from shared.contracts.lengths import PublicText, Reach
from shared.contracts.notify import Channel, Language
from shared.programme.vocabulary import LetterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLetter(Command):
    """By anyone, the public too. Whoever leaves an address, mail or mobile, is told of the answer, once."""

    letter_id: str
    kind: LetterKind
    text: PublicText
    channel: Channel | None = None
    address: Reach = ""
    language: Language = Language.CHINESE


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLetter(Command):
    """By an officer of the province. ``public_question`` and ``public_answer`` are published, where they are given."""

    letter_id: str
    answer: str
    public_question: str = ""
    public_answer: str = ""


LetterCommand: TypeAlias = SendLetter | AnswerLetter
