"""What is reported after a provider took a message: receipts, bounces, or that no receipt came."""

from __future__ import annotations

from services.notify.aggregates import rules
from services.notify.aggregates.delivery import commands
from services.notify.aggregates.delivery.answers import taken_after_all
from services.notify.aggregates.delivery.mail_status import is_lasting
from services.notify.aggregates.delivery.state import Attempting, Known, Unknown, WithProvider, stage
from shared.contracts import notify as events
from shared.contracts.core import Event, Outcome, Refusal


def receipt(state: Known, command: commands.RecordReceipt) -> Outcome:
    """Record a provider's receipt, once. It takes receipts for all segments to say ``delivered``, and one to say
    anything else.

    A receipt with our id for an attempt with an unknown outcome also proves that the provider took it. If the attempt
    was taken under the provider's own ids, it adds nothing to theirs.
    """
    if isinstance(state, Unknown) and _bears_our_id(state.attempt, command):
        references = (command.reference,)
        taken = taken_after_all(state, "receipt", references, command.text)
        return (*taken, *_received(WithProvider(state.notice, state.attempt, references), command))
    if not isinstance(state, WithProvider):
        return Refusal(rules.KNOWN_REFERENCE, command.reference)
    if command.reference not in state.references:
        ours = _bears_our_id(state.attempt, command)
        return () if ours else Refusal(rules.KNOWN_REFERENCE, command.reference)
    return _received(state, command)


def _bears_our_id(attempt: events.AttemptStarted, command: commands.RecordReceipt) -> bool:
    return (attempt.provider, attempt.out_id) == (command.provider, command.reference)


def _received(state: WithProvider, command: commands.RecordReceipt) -> tuple[Event, ...]:
    """What a receipt by one of the attempt's references leads to."""
    if (command.reference, command.status) in state.receipts:
        return ()
    kept = events.ReceiptReceived(
        delivery_id=command.delivery_id, reference=command.reference, status=command.status, text=command.text
    )
    match command.status:
        case "delivered":
            whole = _delivered(state) | {command.reference} >= set(state.references)
            return (kept, *_arrived(state, command.text)) if whole else (kept,)
        case "failed":
            return (kept, *_did_not_arrive(state, command.text, permanent=True))
        case "temporary":
            return (kept, *_did_not_arrive(state, command.text, permanent=False))


def _delivered(state: WithProvider) -> set[str]:
    """The references whose segments have arrived."""
    return {reference for reference, status in state.receipts if status == "delivered"}


def bounce(state: Known, command: commands.RecordBounce) -> Outcome:
    """Record a mail server's report. For an attempt with an unknown outcome it also proves that the mail was taken."""
    if isinstance(state, Attempting):
        return Refusal(rules.ATTEMPT_OVER)
    if not isinstance(state, WithProvider | Unknown):
        return Refusal(rules.KNOWN_REFERENCE, stage(state))
    if (command.action, command.status) in state.receipts:
        return ()
    kept: tuple[Event, ...] = (
        events.BounceReceived(
            delivery_id=command.delivery_id, action=command.action, status=command.status, text=command.text
        ),
    )
    if isinstance(state, Unknown):
        kept += taken_after_all(state, "bounce", (), command.text)
        state = WithProvider(state.notice, state.attempt, ())
    match command.action:
        case "delivered":
            return (*kept, *_arrived(state, command.text))
        case "failed":
            lasting = is_lasting(command.status, command.text)
            return (*kept, *_did_not_arrive(state, command.text, permanent=lasting))
        case _:
            return kept


def miss(state: Known, command: commands.MissReceipt) -> Outcome:
    """Stop waiting for a receipt; nothing follows if one came after all."""
    if not isinstance(state, WithProvider) or state.attempt.attempt != command.attempt:
        return ()
    if state.settled or state.missing:
        return ()
    return (events.ReceiptMissing(delivery_id=command.delivery_id, attempt=command.attempt),)


def _arrived(state: WithProvider, text: str) -> tuple[Event, ...]:
    """It arrived; nothing follows if that was settled for good."""
    if state.final:
        return ()
    return (
        events.DeliveryDelivered(delivery_id=state.notice.delivery_id, attempt=state.attempt.attempt, receipt=text),
    )


def _did_not_arrive(state: WithProvider, text: str, *, permanent: bool) -> tuple[Event, ...]:
    """It did not arrive; nothing follows if that was settled for good, or already said."""
    if state.final or (state.settled == "undelivered" and not permanent):
        return ()
    return (
        events.DeliveryUndelivered(
            delivery_id=state.notice.delivery_id,
            attempt=state.attempt.attempt,
            receipt=text,
            permanent=permanent,
        ),
    )


__all__ = ["bounce", "miss", "receipt"]
