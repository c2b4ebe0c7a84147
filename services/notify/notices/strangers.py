"""A message to a member of the public who has not subscribed: what they asked for themselves, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.notify.notices.rendering import law_of
from services.notify.notices.requesting import OCCURRENCE, Addressee, Grounds, requested
from services.notify.templates import Enquiries, Letterhead, Template, render
from shared.contracts import notify as events
from shared.contracts.core import Envelope, Event, derived_id, event_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What somebody is told who asked, in the words of a template. ``worth`` is for how long it is worth sending."""

    template: Template
    worth: timedelta
    urgent: bool
    version: int = 1

    @property
    def rule(self) -> str:
        """Its rule as a delivery names it."""
        return self.template.name

    @property
    def ref(self) -> str:
        """``rule@version``."""
        return f"{self.rule}@{self.version}"


def reply(
    kind: Reply, envelope: Envelope, to: Addressee, said: Event, *, asked: Event, enquiries: Enquiries
) -> events.DeliveryRequested:
    """The message, yet to be addressed: the same event gives the same one. ``asked`` is what it names as its cause."""
    grounds = Grounds(
        rule=kind.rule,
        version=kind.version,
        template=kind.template.ref,
        statutory=False,
        urgent=kind.urgent,
        expires_at=envelope.recorded_at + kind.worth,
    )
    content = render(
        kind.template,
        said,
        _head(kind, envelope, asked),
        county="",
        place="",
        role=to.role,
        law=law_of(envelope),
        language=to.language,
        channel=to.channel,
        enquiries=enquiries,
    )
    ident = derived_id(envelope.event_id, kind.ref, to.recipient, to.channel, OCCURRENCE)
    return requested(ident, envelope, to, grounds, content)


def _head(kind: Reply, envelope: Envelope, asked: Event) -> Letterhead:
    """To nobody by name: who it is, we do not know."""
    return Letterhead(
        to="",
        name="",
        on=envelope.effective_on,
        at=envelope.recorded_at,
        case_id="",
        cause_type=envelope.type,
        cause_term=event_type(asked).term,
        cause_seq=envelope.seq,
        cause_id=envelope.event_id,
        rule=kind.ref,
    )


__all__ = ["Reply", "reply"]
