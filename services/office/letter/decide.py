"""What a command makes happen to a letter: each command once."""

from __future__ import annotations

import re
from typing import Final, assert_never

from services.office import rules
from services.office.letter import commands
from services.office.letter.commands import LetterCommand
from services.office.letter.permission import not_theirs
from services.office.letter.state import LetterOnFile, LetterState
from shared.contracts import office as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.notify import Channel
from shared.contracts.refusing import first, unless
from shared.programme.dates.announced import calendar
from shared.programme.policy import policy
from shared.programme.values.email_address import EmailAddress, EmailError
from shared.programme.values.telephone import PhoneError, Telephone
from shared.programme.values.writing import is_blank

_REACHES_SOMEBODY: Final = re.compile(r"@|(?<!\d)1[3-9]\d{9}(?!\d)")
"""A mail address or a mobile number: neither is published."""


def decide(state: LetterState, command: LetterCommand) -> Outcome:
    """The events that a command makes happen to a letter, or the rule that refuses it."""
    if refusal := not_theirs(command):
        return refusal
    match command:
        case commands.SendLetter():
            return () if state is not None else _unfit(command) or _sent(command)
        case commands.AnswerLetter():
            return Refusal(rules.LETTER_EXISTS) if state is None else _answer(state, command)
        case _:
            assert_never(command)


def _unfit(command: commands.SendLetter) -> Refusal | None:
    """Refuses an empty letter, and an address that nothing can be sent to."""
    both = (command.channel is None) == is_blank(command.address)
    return first(
        unless(not is_blank(command.text), rules.LETTER_SAYS_SOMETHING, field="text"),
        unless(command.channel is not Channel.WEBHOOK, rules.WRITER_IS_REACHED, field="channel"),
        unless(both, rules.WRITER_IS_REACHED, field="channel" if command.channel is None else "address"),
        _unusable(command),
    )


def _unusable(command: commands.SendLetter) -> Refusal | None:
    try:
        match command.channel:
            case Channel.MAIL:
                EmailAddress.parse(command.address)
            case Channel.SMS:
                return _no_mobile(Telephone.parse(command.address))
    except (EmailError, PhoneError) as error:
        return Refusal(rules.WRITER_IS_REACHED, error.message_en, "address", detail_zh=error.message_zh)
    return None


def _no_mobile(number: Telephone) -> Refusal | None:
    reached = bool(number.mobile) or number.is_fictitious
    why, why_zh = "short messages go to mobile numbers of the mainland", "短信只能发送至大陆手机号码"
    return unless(reached, rules.WRITER_IS_REACHED, why, field="address", detail_zh=why_zh)


def _sent(command: commands.SendLetter) -> tuple[events.LetterSent]:
    days = policy(command.context.policy_version).letter_working_days
    return (
        events.LetterSent(
            letter_id=command.letter_id,
            kind=command.kind,
            text=command.text,
            channel=command.channel,
            address=command.address,
            language=command.language,
            due=calendar(command.context.calendar).add_working_days(command.context.effective_on, days),
        ),
    )


def _answer(state: LetterOnFile, command: commands.AnswerLetter) -> Outcome:
    if state.answered is not None:
        return unless(_same(state.answered, command), rules.LETTER_IS_ANSWERED_ONCE) or ()
    published = (("public_question", command.public_question), ("public_answer", command.public_answer))
    refusal = first(
        unless(not is_blank(command.answer), rules.LETTER_SAYS_SOMETHING, field="answer"),
        *(unless(not _one_of_two(name, command), rules.BOTH_ARE_PUBLISHED, field=name) for name, _ in published),
        *(unless(not _REACHES_SOMEBODY.search(text), rules.NOTHING_PERSONAL, field=name) for name, text in published),
    )
    return refusal or (
        events.LetterAnswered(
            letter_id=state.sent.letter_id,
            answer=command.answer,
            channel=state.sent.channel,
            address=state.sent.address,
            language=state.sent.language,
            public_question=command.public_question.strip(),
            public_answer=command.public_answer.strip(),
        ),
    )


def _one_of_two(name: str, command: commands.AnswerLetter) -> bool:
    """Whether this of question and answer is wanting, while the other is to be published."""
    empty = {each: is_blank(getattr(command, each)) for each in ("public_question", "public_answer")}
    return empty[name] and not all(empty.values())


def _same(answered: events.LetterAnswered, command: commands.AnswerLetter) -> bool:
    return (answered.answer, answered.public_question, answered.public_answer) == (
        command.answer,
        command.public_question.strip(),
        command.public_answer.strip(),
    )


__all__ = ["decide"]
