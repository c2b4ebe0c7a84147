"""The messages that tell whoever wrote to the department, or objected, that they are answered."""

from __future__ import annotations

from dataclasses import dataclass

from services.notify.notices.requesting import Addressee
from services.notify.notices.rule import MONTH
from services.notify.notices.strangers import Reply, reply
from services.notify.templates import ENQUIRIES, Enquiries
from services.notify.templates.replying import LETTER_ANSWER, OBJECTION_ANSWER
from shared.contracts import notify as events
from shared.contracts.core import Envelope
from shared.contracts.office import LetterAnswered
from shared.contracts.review import ObjectionAnswered
from shared.programme.values.personal import ERASED


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody of the public who waits for an answer: their part, the id of what they sent, and how they are told.
    Deliveries name them ``part:id``."""

    part: str
    ident: str
    told: Reply


def answer_in(envelope: Envelope) -> LetterAnswered | ObjectionAnswered | None:
    """The answer that an event gives to somebody who left an address."""
    match envelope.event:
        case LetterAnswered() | ObjectionAnswered() as answer if answer.channel and answer.address not in {"", ERASED}:
            return answer
        case _:
            return None


def answer_for(
    envelope: Envelope, answer: LetterAnswered | ObjectionAnswered, enquiries: Enquiries = ENQUIRIES
) -> events.DeliveryRequested:
    """The message with the answer, yet to be addressed. By SMS it only says that there is one."""
    assert answer.channel is not None
    asker = _asker(answer)
    to = Addressee(
        role=asker.part,
        recipient=f"{asker.part}:{asker.ident}",
        channel=answer.channel,
        address=answer.address,
        language=answer.language,
    )
    return reply(asker.told, envelope, to, answer, asked=answer, enquiries=enquiries)


def _asker(answer: LetterAnswered | ObjectionAnswered) -> Asker:
    if isinstance(answer, LetterAnswered):
        return Asker("letter", answer.letter_id, _LETTER)
    return Asker("objection", answer.objection_id, _OBJECTION)


_LETTER = Reply(template=LETTER_ANSWER, worth=MONTH, urgent=False)
_OBJECTION = Reply(template=OBJECTION_ANSWER, worth=MONTH, urgent=False)

__all__ = ["answer_for", "answer_in"]
