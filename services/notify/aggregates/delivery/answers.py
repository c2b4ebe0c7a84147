"""What the answers make of a delivery: of an attempt, of a receipt, of a provider that is asked later."""

from __future__ import annotations

from typing import Literal, TypeAlias

from services.notify.aggregates import rules
from services.notify.aggregates.delivery.commands import (
    MissReceipt,
    Reconcile,
    RecordAccepted,
    RecordBounce,
    RecordNotSent,
    RecordReceipt,
    RecordRejected,
    RecordUnknown,
)
from services.notify.aggregates.delivery.mail_status import is_lasting
from services.notify.aggregates.delivery.state import (
    Accepted,
    Attempting,
    Closed,
    Deferred,
    Known,
    Ready,
    Unknown,
    attempts,
    stage,
)
from shared.contracts.core import Event, Outcome, Refusal
from shared.contracts.notify import (
    AttemptNotSent,
    AttemptStarted,
    AttemptUnknown,
    BounceReceived,
    DeliveryAccepted,
    DeliveryDelivered,
    DeliveryExpired,
    DeliveryReconciled,
    DeliveryRejected,
    DeliveryUndelivered,
    LateAnswerKept,
    ReceiptMissing,
    ReceiptReceived,
)

Result: TypeAlias = RecordAccepted | RecordNotSent | RecordRejected | RecordUnknown


def record(state: Known, command: Result) -> Outcome:
    """An attempt's outcome. That of another attempt than the one under way is kept, and changes nothing."""
    if _is_recorded(state, command):
        return ()
    if isinstance(state, Attempting | Unknown) and state.attempt.attempt == command.attempt:
        return _followed_by(command, state.attempt)
    if not 0 < command.attempt <= attempts(state):
        return Refusal(rules.THIS_ATTEMPT, f"{command.attempt}: {stage(state)}")
    if isinstance(command, RecordUnknown) or (command.attempt, _NAMES[type(command)]) in state.late:
        return ()
    return (
        LateAnswerKept(
            delivery_id=command.delivery_id,
            attempt=command.attempt,
            outcome=_NAMES[type(command)],
            answer=command.answer if isinstance(command, RecordAccepted) else f"{command.code} {command.reason}",
        ),
    )


_NAMES = {RecordAccepted: "accepted", RecordNotSent: "not-sent", RecordRejected: "rejected"}


def _followed_by(command: Result, under_way: AttemptStarted) -> tuple[Event, ...]:
    delivery_id, attempt = command.delivery_id, command.attempt
    match command:
        case RecordAccepted():
            return (
                DeliveryAccepted(
                    delivery_id=delivery_id,
                    attempt=attempt,
                    provider=under_way.provider,
                    references=command.references,
                    answer=command.answer,
                ),
            )
        case RecordNotSent():
            return _not_sent(command)
        case RecordRejected():
            return (
                DeliveryRejected(delivery_id=delivery_id, attempt=attempt, code=command.code, reason=command.reason),
            )
        case RecordUnknown():
            return (AttemptUnknown(delivery_id=delivery_id, attempt=attempt, reason=command.reason),)


def _not_sent(command: RecordNotSent) -> tuple[Event, ...]:
    told = AttemptNotSent(
        delivery_id=command.delivery_id,
        attempt=command.attempt,
        code=command.code,
        reason=command.reason,
        retry_at=command.retry_at,
    )
    if command.retry_at is not None:
        return (told,)
    return (told, DeliveryExpired(delivery_id=command.delivery_id, reason=f"not sent, {command.attempt} times"))


def _is_recorded(state: Known, command: Result) -> bool:
    """Whether the very same fact is recorded already."""
    match command, state:
        case RecordAccepted(), Accepted():
            return state.attempt.attempt == command.attempt and state.references == command.references
        case RecordNotSent(), Ready() | Deferred():
            ready = state.ready if isinstance(state, Deferred) else state
            return ready.attempts == command.attempt and ready.retry_at is not None
        case RecordNotSent(retry_at=None), Closed(state="expired"):
            return True
        case RecordRejected(), Closed(state="rejected"):
            return state.attempt == command.attempt
        case RecordUnknown(), Unknown():
            return state.attempt.attempt == command.attempt
    return False


def receipt(state: Known, command: RecordReceipt) -> Outcome:
    """A provider's receipt: kept once; the receipts of all segments say ``delivered``, one other says the rest.

    One that bears our id of an attempt of which nobody knew also says that the provider took it. Of an attempt that was
    taken under the provider's own ids it says nothing that theirs do not.
    """
    if isinstance(state, Unknown) and _bears_our_id(state.attempt, command):
        taken = (
            *_reconciled(state, command.delivery_id, "receipt", "taken", command.text),
            _accepted(state, command.delivery_id, (command.reference,), command.text),
        )
        state = Accepted(state.notice, state.attempt, (command.reference,))
        return (*taken, *_told(state, command))
    if not isinstance(state, Accepted):
        return Refusal(rules.KNOWN_REFERENCE, command.reference)
    if command.reference not in state.references:
        ours = _bears_our_id(state.attempt, command)
        return () if ours else Refusal(rules.KNOWN_REFERENCE, command.reference)
    return _told(state, command)


def _bears_our_id(attempt: AttemptStarted, command: RecordReceipt) -> bool:
    return (attempt.provider, attempt.out_id) == (command.provider, command.reference)


def _told(state: Accepted, command: RecordReceipt) -> tuple[Event, ...]:
    """What a receipt by one of the attempt's references leads to."""
    if (command.reference, command.status) in state.receipts:
        return ()
    kept = ReceiptReceived(
        delivery_id=command.delivery_id, reference=command.reference, status=command.status, text=command.text
    )
    if command.status == "delivered":
        delivered = {reference for reference, status in state.receipts if status == "delivered"} | {command.reference}
        if delivered < set(state.references):
            return (kept,)
        return (kept, *_settled(state, "delivered", command.text))
    return (kept, *_settled(state, "failed" if command.status == "failed" else "temporary", command.text))


def bounce(state: Known, command: RecordBounce) -> Outcome:
    """A mail server's report. Of an attempt of which nobody knew it also says that the mail was taken."""
    if isinstance(state, Attempting):
        return Refusal(rules.ATTEMPT_OVER)
    if not isinstance(state, Accepted | Unknown):
        return Refusal(rules.KNOWN_REFERENCE, stage(state))
    if (command.action, command.status) in state.receipts:
        return ()
    kept = BounceReceived(
        delivery_id=command.delivery_id, action=command.action, status=command.status, text=command.text
    )
    before: tuple[Event, ...] = ()
    if isinstance(state, Unknown):
        before = _reconciled(state, command.delivery_id, "bounce", "taken", command.text)
        before += (_accepted(state, command.delivery_id, (), command.text),)
        state = Accepted(state.notice, state.attempt, ())
    if command.action == "delivered":
        return (kept, *before, *_settled(state, "delivered", command.text))
    if command.action == "failed":
        lasting = "failed" if is_lasting(command.status, command.text) else "temporary"
        return (kept, *before, *_settled(state, lasting, command.text))
    return (kept, *before)


def _settled(state: Accepted, status: str, text: str) -> tuple[Event, ...]:
    """What a receipt settles; nothing where another settled it for good, or said the same."""
    if state.final or (state.settled == "undelivered" and status == "temporary"):
        return ()
    ident, attempt = state.notice.delivery_id, state.attempt.attempt
    if status == "delivered":
        return (DeliveryDelivered(delivery_id=ident, attempt=attempt, receipt=text),)
    return (DeliveryUndelivered(delivery_id=ident, attempt=attempt, receipt=text, permanent=status == "failed"),)


def miss_receipt(state: Known, command: MissReceipt) -> Outcome:
    """The waiting is over; nothing where a receipt came after all."""
    waits = isinstance(state, Accepted) and not state.settled and not state.missing
    if not waits or not isinstance(state, Accepted) or state.attempt.attempt != command.attempt:
        return ()
    return (ReceiptMissing(delivery_id=command.delivery_id, attempt=command.attempt),)


def reconcile(state: Known, command: Reconcile) -> Outcome:
    """What the provider says of an attempt of which nobody knew, and what follows."""
    if not isinstance(state, Unknown):
        return Refusal(rules.UNKNOWN_ONLY, stage(state))
    if state.attempt.attempt != command.attempt:
        return Refusal(rules.THIS_ATTEMPT, str(command.attempt))
    asked = _reconciled(state, command.delivery_id, "query", command.outcome, command.answer)
    ident, attempt = command.delivery_id, command.attempt
    match command.outcome:
        case "taken":
            return (*asked, _accepted(state, ident, command.references, command.answer))
        case "refused":
            return (
                *asked,
                DeliveryRejected(delivery_id=ident, attempt=attempt, code=command.code, reason=command.answer),
            )
        case "not-sent":
            again = RecordNotSent(
                context=command.context,
                delivery_id=ident,
                attempt=attempt,
                code=command.code,
                reason=command.answer,
                retry_at=command.retry_at,
            )
            return (*asked, *_not_sent(again))
        case "unclear":
            return asked


def _accepted(state: Unknown, delivery_id: str, references: tuple[str, ...], answer: str) -> DeliveryAccepted:
    return DeliveryAccepted(
        delivery_id=delivery_id,
        attempt=state.attempt.attempt,
        provider=state.attempt.provider,
        references=references,
        answer=answer,
    )


def _reconciled(
    state: Unknown, delivery_id: str, source: Literal["query", "receipt", "bounce"], outcome: str, answer: str
) -> tuple[Event, ...]:
    return (
        DeliveryReconciled(
            delivery_id=delivery_id,
            attempt=state.attempt.attempt,
            provider=state.attempt.provider,
            source=source,
            outcome=outcome,
            answer=answer,
        ),
    )
