"""The words of every notice as they leave, kept in files: ``python -m tests.notify.golden_notices`` adds what is
missing and never changes what is there."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from services.notify.notices import NOTICES, NoticeRule, Subscriber
from services.notify.notices.answering import answer_for
from services.notify.notices.confirming import confirmation_for
from services.notify.notices.rendering import To, part_of, words
from services.notify.templates import ENQUIRIES, Rendered
from services.notify.templates.confirming import CONFIRMATION
from services.notify.templates.replying import ANSWER
from shared.contracts.notify import Channel, DeliveryRequested, Language, SubscriptionRequested
from shared.contracts.office import LetterAnswered
from tests.notify.messages import envelope
from tests.notify.samples import PEOPLE, cause_of

GOLDEN = Path(__file__).with_name("golden")
AWAY = "https://notices.example/u/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def goldens() -> dict[str, str]:
    """What each file holds by the templates of today."""
    told = {f"{rule.template.ref}.txt": _shown(rule) for rule in NOTICES}
    return told | {f"{CONFIRMATION.ref}.txt": _confirmation(), f"{ANSWER.ref}.txt": _answer()}


def _shown(rule: NoticeRule) -> str:
    """All that the first who are told get, by each channel in each language; of the others' mails the words."""
    first, *others = readers(rule)
    parts = [
        _part(language, channel, said(rule, first, language, channel)) for language in Language for channel in Channel
    ]
    parts += [
        _part(language, f"mail to {part_of(to)[0]}", replace(said(rule, to, language, Channel.MAIL), html=""))
        for to in others
        for language in Language
    ]
    return "\n".join(parts)


def readers(rule: NoticeRule) -> tuple[To, ...]:
    """Everybody in the sample case who gets a mail by a rule, each part once."""
    happened = cause_of(rule)
    told = {part_of(to)[0]: to for audience in rule.mail for to in PEOPLE.who(audience, rule.expert(happened))}
    return tuple(told.values())


def said(rule: NoticeRule, to: To | None, language: Language, channel: Channel) -> Rendered:
    """The words of a rule for somebody in the sample case."""
    happened = envelope(cause_of(rule))
    away = "" if rule.statutory and not isinstance(to, Subscriber) else AWAY
    return words(
        rule, happened, PEOPLE, to=to, language=language, channel=channel, enquiries=ENQUIRIES, unsubscribe_url=away
    )


def _confirmation() -> str:
    parts = []
    for language in Language:
        for channel in Channel:
            asked = SubscriptionRequested(
                subscription_id="s-1",
                channel=channel,
                address="p@example.invalid",
                division="220113",
                topic="",
                language=language,
            )
            code = str(UUID(int=9))[-12:]
            parts.append(_part(language, channel, _content(confirmation_for(envelope(asked), asked, code))))
    return "\n".join(parts)


def _answer() -> str:
    parts = []
    for language in Language:
        for channel in (Channel.MAIL, Channel.SMS):
            answered = LetterAnswered(
                letter_id="3f0c1d52-6a0e-5f55-9d0b-2b1f6d3c9a02",
                answer="集聚区由县（市、区）科技主管部门和重点服务单位联合申报。",
                channel=channel,
                address="p@example.invalid",
                language=language,
                public_question="",
                public_answer="",
            )
            parts.append(_part(language, channel, _content(answer_for(envelope(answered), answered))))
    return "\n".join(parts)


def _content(notice: DeliveryRequested) -> Rendered:
    content = Rendered(
        subject=notice.subject,
        body=notice.body,
        html=notice.html,
        sms_template=notice.sms_template,
        variables=notice.variables,
    )
    assert content.sha256 == notice.content_sha256
    return content


def _part(language: Language, channel: str, content: Rendered) -> str:
    told = [f"##### {language} {channel} {content.sha256}", content.subject, content.body]
    told += [content.html, content.sms_template, content.variables]
    return "\n".join(one for one in told if one)


def main() -> None:
    """Write the files that are not there yet."""
    GOLDEN.mkdir(exist_ok=True)
    for name, text in goldens().items():
        if not (GOLDEN / name).exists():
            (GOLDEN / name).write_text(text + "\n", encoding="utf-8")
            sys.stdout.write(f"added {name}\n")


if __name__ == "__main__":
    main()
