"""Letters of the public: sent by anybody, answered once by the province, published without anything personal."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from services.notify.notices.answering import answer_for, answers_a_letter
from services.office import rules
from services.office.letter import LETTER, commands
from shared.contracts import office as events
from shared.contracts.core import Actor, Due, Rule
from shared.contracts.notify import Channel, Language
from shared.programme.values.personal import ERASED
from shared.programme.vocabulary import LetterKind
from shared.service.limits.strangers import PUBLIC
from tests.notify.messages import envelope
from tests.office.people import CITY, CLERK
from tests.specification import Given, context, given

IDENT: Final = "3f0c1d52-6a0e-5f55-9d0b-2b1f6d3c9a02"
SENT_ON: Final = "2018-06-11"


def sending(who: Actor = PUBLIC, **changed: Any) -> commands.SendLetter:
    facts: dict[str, Any] = {
        "letter_id": IDENT,
        "kind": LetterKind.QUESTION,
        "text": "申报需要哪些材料？",
        "channel": Channel.MAIL,
        "address": "wen@example.com",
    }
    return commands.SendLetter(context=context(who, SENT_ON), **facts | changed)


def answering(who: Actor = CLERK, **changed: Any) -> commands.AnswerLetter:
    facts: dict[str, Any] = {"letter_id": IDENT, "answer": "申请书和证明材料，见四（三）。"}
    return commands.AnswerLetter(context=context(who, "2018-06-20"), **facts | changed)


def sent(**changed: Any) -> events.LetterSent:
    (event,) = given(LETTER).when(sending(**changed)).events
    assert isinstance(event, events.LetterSent)
    return event


def history(*more: events.LetterAnswered) -> Given[Any, Any]:
    return given(LETTER, (sent(), *more))


def answered(**changed: Any) -> events.LetterAnswered:
    (event,) = history().when(answering(**changed)).events
    assert isinstance(event, events.LetterAnswered)
    return event


def test_anybody_writes_and_is_answered_within_fifteen_working_days() -> None:
    assert sent().due == Due(on=date(2018, 7, 3))


def test_the_same_letter_is_taken_once() -> None:
    history().when(sending()).then()


def test_nobody_has_to_say_how_they_are_reached() -> None:
    assert sent(channel=None, address="").channel is None


@pytest.mark.parametrize(
    ("changed", "rule", "field"),
    [
        ({"text": " \u3000"}, rules.LETTER_SAYS_SOMETHING, "text"),
        ({"address": ""}, rules.WRITER_IS_REACHED, "address"),
        ({"channel": None}, rules.WRITER_IS_REACHED, "channel"),
        ({"channel": Channel.WEBHOOK, "address": "https://a.example"}, rules.WRITER_IS_REACHED, "channel"),
        ({"address": "wen"}, rules.WRITER_IS_REACHED, "address"),
        ({"channel": Channel.SMS, "address": "wen"}, rules.WRITER_IS_REACHED, "address"),
        ({"channel": Channel.SMS, "address": "0431-88975123"}, rules.WRITER_IS_REACHED, "address"),
    ],
)
def test_what_cannot_be_answered_is_refused_at_its_field(changed: dict[str, Any], rule: Rule, field: str) -> None:
    given(LETTER).when(sending(**changed)).refused(rule, field=field)


def test_the_province_answers_once() -> None:
    event = answered()
    assert (event.channel, event.address, event.language) == (Channel.MAIL, "wen@example.com", Language.CHINESE)
    assert (event.public_question, event.public_answer) == ("", "")
    history(event).when(answering()).then()
    history(event).when(answering(answer="另一答复")).refused(rules.LETTER_IS_ANSWERED_ONCE)


@pytest.mark.parametrize("who", [PUBLIC, CITY])
def test_nobody_else_answers(who: Actor) -> None:
    history().when(answering(who)).refused(rules.PROVINCE_ANSWERS)


def test_a_letter_that_was_not_sent_is_not_answered() -> None:
    given(LETTER).when(answering()).refused(rules.LETTER_EXISTS)


@pytest.mark.parametrize(
    ("changed", "rule", "field"),
    [
        ({"answer": ""}, rules.LETTER_SAYS_SOMETHING, "answer"),
        ({"public_question": "需要哪些材料？"}, rules.BOTH_ARE_PUBLISHED, "public_answer"),
        ({"public_answer": "见四（三）。"}, rules.BOTH_ARE_PUBLISHED, "public_question"),
        ({"public_question": "谁问", "public_answer": "wen@example.com 问"}, rules.NOTHING_PERSONAL, "public_answer"),
        ({"public_question": "13900000000 问", "public_answer": "答"}, rules.NOTHING_PERSONAL, "public_question"),
    ],
)
def test_what_is_published_is_whole_and_names_nobody(changed: dict[str, Any], rule: Rule, field: str) -> None:
    history().when(answering(**changed)).refused(rule, field=field)


def test_what_is_published_stands_beside_the_answer() -> None:
    event = answered(public_question=" 需要哪些材料？", public_answer="见四（三）。")
    assert (event.public_question, event.public_answer) == ("需要哪些材料？", "见四（三）。")


def test_whoever_left_an_address_is_told_and_nobody_else() -> None:
    told = answers_a_letter(envelope(answered()))
    assert told is not None
    mail = answer_for(envelope(told), told)
    assert (mail.recipient, mail.address, mail.statutory) == (f"letter:{IDENT}", "wen@example.com", False)
    assert told.answer in mail.body
    assert answers_a_letter(envelope(answered_without_address())) is None
    assert answers_a_letter(envelope(sent())) is None


@pytest.mark.parametrize("address", ["", ERASED])
def test_whoever_was_erased_is_told_nothing(address: str) -> None:
    gone = events.LetterAnswered(
        letter_id=IDENT,
        answer="-",
        channel=Channel.SMS,
        address=address,
        language=Language.CHINESE,
        public_question="",
        public_answer="",
    )
    assert answers_a_letter(envelope(gone)) is None


def answered_without_address() -> events.LetterAnswered:
    (event,) = given(LETTER, (sent(channel=None, address=""),)).when(answering()).events
    assert isinstance(event, events.LetterAnswered)
    return event


def test_a_short_message_says_that_there_is_an_answer_and_not_what_it_is() -> None:
    (event,) = given(LETTER, (sent(channel=Channel.SMS, address="139 0000 0000"),)).when(answering()).events
    assert isinstance(event, events.LetterAnswered)
    assert event.answer not in answer_for(envelope(event), event).body
