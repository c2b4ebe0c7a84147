"""The message that tells whoever wrote to the department that their letter is answered."""

from __future__ import annotations

from services.notify.notices.requesting import Addressee
from services.notify.notices.rule import MONTH
from services.notify.notices.strangers import Reply, reply
from services.notify.templates import ENQUIRIES, Enquiries
from services.notify.templates.replying import ANSWER
from shared.contracts import notify as events
from shared.contracts.core import Envelope
from shared.contracts.office import LetterAnswered
from shared.programme.values.personal import ERASED

WRITER = "letter"
"""The part of whoever wrote; deliveries name them ``letter:<letter id>``."""
TOLD = Reply(template=ANSWER, worth=MONTH, urgent=False)


def answers_a_letter(envelope: Envelope) -> LetterAnswered | None:
    """The answer that an event gives to somebody who left an address."""
    match envelope.event:
        case LetterAnswered(channel=channel, address=address) as answered if channel and address not in {"", ERASED}:
            return answered
        case _:
            return None


def answer_for(
    envelope: Envelope, answered: LetterAnswered, enquiries: Enquiries = ENQUIRIES
) -> events.DeliveryRequested:
    """The message with the answer, yet to be addressed. By SMS it only says that there is one."""
    assert answered.channel is not None
    to = Addressee(
        role=WRITER,
        recipient=f"{WRITER}:{answered.letter_id}",
        channel=answered.channel,
        address=answered.address,
        language=answered.language,
    )
    return reply(TOLD, envelope, to, answered, asked=answered, enquiries=enquiries)


__all__ = ["TOLD", "answer_for", "answers_a_letter"]
