"""A delivery is sent once, and says what it does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.notify.aggregates import rules
from services.notify.aggregates.delivery import DELIVERY, commands
from shared.contracts.core import CST, Event, Role
from shared.contracts.notify import (
    AttemptNotSent,
    AttemptStarted,
    AttemptUnknown,
    BounceReceived,
    DeliveryAccepted,
    DeliveryDeferred,
    DeliveryDelivered,
    DeliveryExpired,
    DeliveryReconciled,
    DeliveryRejected,
    DeliveryReleased,
    DeliveryRequested,
    DeliverySuperseded,
    DeliverySuppressed,
    DeliveryUndelivered,
    LateAnswerKept,
    ReceiptMissing,
    ReceiptReceived,
    ResendOrdered,
)
from tests.notify.messages import AT, OPERATOR, SYSTEM, delivery, requested, start
from tests.specification import actor, context, given

NOTICE = delivery()
ID = NOTICE.delivery_id
RESEND = commands.Resend(context=OPERATOR, delivery_id=ID, reason="asked for")
STARTED = given(DELIVERY, [NOTICE]).when(start(NOTICE)).events


def accept(*references: str, attempt: int = 1) -> commands.RecordAccepted:
    return commands.RecordAccepted(
        context=SYSTEM, delivery_id=ID, attempt=attempt, references=references, answer="250 ok"
    )


def not_sent(minutes: int | None = 1, attempt: int = 1) -> commands.RecordNotSent:
    retry_at = None if minutes is None else AT + timedelta(minutes=minutes)
    return commands.RecordNotSent(
        context=SYSTEM, delivery_id=ID, attempt=attempt, code="451", reason="later", retry_at=retry_at
    )


def unknown(attempt: int = 1) -> commands.RecordUnknown:
    return commands.RecordUnknown(context=SYSTEM, delivery_id=ID, attempt=attempt, reason="no answer")


def receipt(reference: str, status: str = "delivered", provider: str = "smtp") -> commands.RecordReceipt:
    assert status in {"delivered", "failed", "temporary"}
    return commands.RecordReceipt(
        context=SYSTEM,
        delivery_id=ID,
        provider=provider,
        reference=reference,
        status=status,  # type: ignore[arg-type]
        text="x",
    )


def attempting(*more: Event) -> list[Event]:
    return [NOTICE, *STARTED, *more]


def accepted(*references: str) -> list[Event]:
    return attempting(*given(DELIVERY, attempting()).when(accept(*references)).events)


def test_a_cause_is_told_once() -> None:
    given(DELIVERY).when(requested(NOTICE)).then(NOTICE).again().then()


def test_a_notice_without_an_address_is_kept_and_says_why() -> None:
    done = given(DELIVERY).when(requested(NOTICE, suppressed="no mail address is known"))
    done.then(NOTICE, DeliverySuppressed(delivery_id=ID, reason="no mail address is known")).again().then()
    done.and_then().when(start(NOTICE)).refused(rules.SENDABLE)


def test_nobody_sends_by_hand() -> None:
    clerk = context(actor("province", Role.PROVINCE))
    given(DELIVERY).when(requested(NOTICE, ctx=clerk)).refused(rules.SYSTEM_ONLY)
    given(DELIVERY, [NOTICE]).when(replace(start(NOTICE), context=clerk)).refused(rules.SYSTEM_ONLY)


def test_an_attempt_begins_once() -> None:
    done = given(DELIVERY, [NOTICE]).when(start(NOTICE))
    done.then_kinds(AttemptStarted).again().refused(rules.SENDABLE)
    given(DELIVERY).when(start(NOTICE)).refused(rules.REQUESTED_FIRST)


def test_accepted() -> None:
    given(DELIVERY, attempting()).when(accept("7")).then(
        DeliveryAccepted(delivery_id=ID, attempt=1, provider="smtp", references=("7",), answer="250 ok")
    ).again().then()


def test_not_sent_is_tried_again_in_time() -> None:
    done = given(DELIVERY, attempting()).when(not_sent())
    done.then_kinds(AttemptNotSent).again().then()
    later = done.and_then()
    later.when(start(NOTICE)).refused(rules.SENDABLE)
    (second,) = later.when(start(NOTICE, at=AT + timedelta(minutes=1))).events
    assert isinstance(second, AttemptStarted)
    assert second.attempt == 2


def test_not_sent_for_too_long_is_given_up() -> None:
    done = given(DELIVERY, attempting()).when(not_sent(None))
    done.then_kinds(AttemptNotSent, DeliveryExpired).again().then()


def test_rejected_is_final() -> None:
    command = commands.RecordRejected(context=SYSTEM, delivery_id=ID, attempt=1, code="550", reason="no such user")
    done = given(DELIVERY, attempting()).when(command)
    done.then(DeliveryRejected(delivery_id=ID, attempt=1, code="550", reason="no such user")).again().then()
    done.and_then().when(start(NOTICE)).refused(rules.SENDABLE)


def test_unknown_is_never_sent_again_by_itself() -> None:
    done = given(DELIVERY, attempting()).when(unknown())
    done.then(AttemptUnknown(delivery_id=ID, attempt=1, reason="no answer")).again().then()
    done.and_then().when(start(NOTICE, at=AT + timedelta(days=9))).refused(rules.SENDABLE)


def test_an_operator_may_send_an_unknown_one_again_and_it_is_marked() -> None:
    events = attempting(*given(DELIVERY, attempting()).when(unknown()).events)
    order = commands.Resend(context=OPERATOR, delivery_id=ID, reason="statutory")
    done = given(DELIVERY, events).when(order)
    done.then(ResendOrdered(delivery_id=ID, ordered_by="operator", reason="statutory"))
    done.again().refused(rules.UNKNOWN_ONLY)
    (second,) = done.and_then().when(start(NOTICE)).events
    assert isinstance(second, AttemptStarted)
    assert second.possible_duplicate
    assert second.attempt == 2
    given(DELIVERY, events).when(replace(order, context=SYSTEM)).refused(rules.OPERATOR_ONLY)


REJECTED = commands.RecordRejected(context=SYSTEM, delivery_id=ID, attempt=1, code="550", reason="no")
EXPIRED = commands.Expire(context=SYSTEM, delivery_id=ID, reason="its time ran out")
MISSED = commands.MissReceipt(context=SYSTEM, delivery_id=ID, attempt=1)


@pytest.mark.parametrize(
    ("before", "command", "attempt"),
    [
        ("attempting", REJECTED, 2),
        ("attempting", not_sent(None), 2),
        ("ready", EXPIRED, 1),
        ("accepted", receipt("7", "failed"), 2),
        ("accepted", receipt("7", "temporary"), 2),
        ("accepted", MISSED, 2),
    ],
    ids=["rejected", "given up", "expired", "undelivered", "undelivered for now", "no receipt"],
)
def test_a_statutory_notice_that_did_not_arrive_is_resent_by_an_operator(
    before: str, command: commands.Expire | commands.RecordRejected, attempt: int
) -> None:
    begun: dict[str, list[Event]] = {"ready": [NOTICE], "attempting": attempting(), "accepted": accepted("7")}
    over = given(DELIVERY, begun[before]).when(command).and_then()
    ordered = over.when(RESEND)
    ordered.then(ResendOrdered(delivery_id=ID, ordered_by="operator", reason="asked for"))
    (again,) = ordered.and_then().when(start(NOTICE)).events
    assert isinstance(again, AttemptStarted)
    assert (again.attempt, again.possible_duplicate) == (attempt, True)
    over.when(replace(RESEND, context=SYSTEM)).refused(rules.OPERATOR_ONLY)


@pytest.mark.parametrize("before", [[NOTICE], [NOTICE, *STARTED]])
def test_what_is_on_its_way_is_not_resent(before: list[Event]) -> None:
    given(DELIVERY, before).when(RESEND).refused(rules.UNKNOWN_ONLY)


def test_what_has_arrived_is_not_resent() -> None:
    given(DELIVERY, accepted("7")).when(RESEND).refused(rules.UNKNOWN_ONLY)
    given(DELIVERY, accepted("7")).when(receipt("7")).and_then().when(RESEND).refused(rules.UNKNOWN_ONLY)


def test_what_the_law_does_not_demand_is_not_resent_when_it_was_rejected() -> None:
    free = replace(NOTICE, statutory=False)
    begun = [free, *given(DELIVERY, [free]).when(start(free)).events]
    given(DELIVERY, begun).when(REJECTED).and_then().when(RESEND).refused(rules.STATUTORY_ONLY)


def test_a_late_answer_settles_an_unknown_one() -> None:
    events = attempting(*given(DELIVERY, attempting()).when(unknown()).events)
    given(DELIVERY, events).when(accept("7")).then_kinds(DeliveryAccepted).again().then()


def test_an_outcome_of_another_attempt_is_refused() -> None:
    given(DELIVERY, attempting()).when(accept("7", attempt=2)).refused(rules.THIS_ATTEMPT)
    given(DELIVERY, [NOTICE]).when(unknown()).refused(rules.THIS_ATTEMPT)
    given(DELIVERY, accepted("7")).when(unknown()).then()


def test_delivered_once_every_segment_is() -> None:
    first = given(DELIVERY, accepted("7", "8")).when(receipt("7"))
    first.then_kinds(ReceiptReceived).again().then()
    second = first.and_then().when(receipt("8"))
    second.then_kinds(ReceiptReceived, DeliveryDelivered).again().then()


def test_a_receipt_that_contradicts_is_kept() -> None:
    done = given(DELIVERY, accepted("7")).when(receipt("7", "failed"))
    done.then_kinds(ReceiptReceived, DeliveryUndelivered)
    done.and_then().when(receipt("7")).then_kinds(ReceiptReceived)


def test_a_receipt_of_an_unknown_reference_is_refused() -> None:
    given(DELIVERY, accepted("7")).when(receipt("9")).refused(rules.KNOWN_REFERENCE)


@pytest.mark.parametrize(
    ("status", "follows"),
    [("delivered", DeliveryDelivered), ("failed", DeliveryUndelivered)],
    ids=["delivered", "failed"],
)
def test_a_receipt_that_bears_our_id_settles_what_nobody_knew(status: str, follows: type[Event]) -> None:
    doubtful = given(DELIVERY, attempting()).when(unknown()).and_then()
    done = doubtful.when(receipt(f"{ID}.1", status))
    done.then_kinds(DeliveryReconciled, DeliveryAccepted, ReceiptReceived, follows).again().then()
    reconciled, taken, *_ = done.events
    assert isinstance(reconciled, DeliveryReconciled)
    assert isinstance(taken, DeliveryAccepted)
    assert (reconciled.source, reconciled.outcome, reconciled.attempt) == ("receipt", "taken", 1)
    assert (taken.attempt, taken.provider, taken.references) == (1, "smtp", (f"{ID}.1",))


def test_a_receipt_that_bears_the_id_of_another_attempt_or_provider_settles_nothing() -> None:
    doubtful = given(DELIVERY, attempting()).when(unknown()).and_then()
    for other in (receipt(f"{ID}.2"), receipt(f"{ID}.1", provider="smtp-2"), receipt("7")):
        doubtful.when(other).refused(rules.KNOWN_REFERENCE)
    second = doubtful.when(RESEND).and_then().when(start(NOTICE)).and_then().when(unknown(2)).and_then()
    second.when(receipt(f"{ID}.1")).refused(rules.KNOWN_REFERENCE)


def test_a_receipt_by_our_id_says_nothing_that_the_provider_s_own_does_not() -> None:
    given(DELIVERY, accepted("7")).when(receipt(f"{ID}.1")).then()
    given(DELIVERY, attempting()).when(receipt(f"{ID}.1")).refused(rules.KNOWN_REFERENCE)


def test_what_is_no_longer_true_is_not_sent() -> None:
    command = commands.Supersede(context=SYSTEM, delivery_id=ID, reason="done")
    given(DELIVERY, [NOTICE]).when(command).then_kinds(DeliverySuperseded).again().then()
    given(DELIVERY, attempting()).when(command).then()


def test_what_is_too_late_is_not_sent() -> None:
    command = commands.Expire(context=SYSTEM, delivery_id=ID, reason="past")
    given(DELIVERY, [NOTICE]).when(command).then_kinds(DeliveryExpired).again().then()
    given(DELIVERY, accepted("7")).when(command).then()


def test_only_one_of_two_workers_starts() -> None:
    """The second decides on the version that the first has left (the log refuses its own)."""
    one = start(NOTICE)
    other: commands.StartAttempt = replace(one, worker="two")
    given(DELIVERY, [NOTICE]).when(one).and_then().when(other).refused(rules.SENDABLE)


def test_an_answer_that_comes_when_another_attempt_stands_is_kept_and_changes_nothing() -> None:
    """The fence: attempt 1 was given up, an operator had attempt 2 made, and attempt 1's worker comes back."""
    second = given(DELIVERY, attempting()).when(unknown()).and_then().when(RESEND).and_then().when(start(NOTICE))
    late = second.and_then().when(accept("7", attempt=1))
    (kept,) = late.then_kinds(LateAnswerKept).events
    assert isinstance(kept, LateAnswerKept)
    assert (kept.attempt, kept.outcome) == (1, "accepted")
    late.again().then()
    late.and_then().when(accept("8", attempt=2)).then_kinds(DeliveryAccepted)


def test_an_answer_that_contradicts_the_one_before_is_kept() -> None:
    given(DELIVERY, accepted("7")).when(not_sent(None)).then_kinds(LateAnswerKept)


def test_what_is_not_urgent_waits_for_the_morning() -> None:
    night = datetime(2018, 6, 11, 22, 0, tzinfo=CST)
    asked = replace(requested(NOTICE), context=replace(SYSTEM, now=night))
    _, deferred = given(DELIVERY, []).when(asked).then_kinds(DeliveryRequested, DeliveryDeferred).events
    assert isinstance(deferred, DeliveryDeferred)
    assert deferred.until == datetime(2018, 6, 12, 8, 0, tzinfo=CST)
    at_once = replace(asked, notice=replace(NOTICE, urgent=True))
    given(DELIVERY, []).when(at_once).then_kinds(DeliveryRequested)


def test_deferred_it_is_released_in_time_and_may_be_superseded_or_expire() -> None:
    until = datetime(2018, 6, 12, 8, 0, tzinfo=CST)
    waits = [NOTICE, DeliveryDeferred(delivery_id=NOTICE.delivery_id, until=until, reason="night")]
    release = commands.Release(context=SYSTEM, delivery_id=NOTICE.delivery_id)
    given(DELIVERY, waits).when(start(NOTICE)).refused(rules.SENDABLE)
    given(DELIVERY, waits).when(release).then()
    in_time = replace(release, context=replace(SYSTEM, now=until))
    given(DELIVERY, waits).when(in_time).then_kinds(DeliveryReleased).again().then()
    given(DELIVERY, waits).when(
        commands.Supersede(context=SYSTEM, delivery_id=NOTICE.delivery_id, reason="withdrawn")
    ).then_kinds(DeliverySuperseded)
    given(DELIVERY, waits).when(
        commands.Expire(context=SYSTEM, delivery_id=NOTICE.delivery_id, reason="late")
    ).then_kinds(DeliveryExpired)


@pytest.mark.parametrize(
    ("outcome", "follows"),
    [("taken", DeliveryAccepted), ("not-sent", AttemptNotSent), ("refused", DeliveryRejected)],
)
def test_the_provider_s_word_settles_what_nobody_knew(outcome: str, follows: type[Event]) -> None:
    asked = commands.Reconcile(
        context=OPERATOR,
        delivery_id=NOTICE.delivery_id,
        attempt=1,
        outcome=outcome,  # type: ignore[arg-type]
        answer="as asked",
        retry_at=AT,
    )
    doubtful = given(DELIVERY, attempting()).when(unknown()).and_then()
    doubtful.when(asked).then_kinds(DeliveryReconciled, follows).again().refused(rules.UNKNOWN_ONLY)
    doubtful.when(replace(asked, outcome="unclear")).then_kinds(DeliveryReconciled)
    doubtful.when(replace(asked, attempt=2)).refused(rules.THIS_ATTEMPT)
    doubtful.when(replace(asked, context=SYSTEM)).refused(rules.OPERATOR_ONLY)


def test_only_what_the_law_demands_is_sent_again_at_a_risk() -> None:
    optional = replace(NOTICE, statutory=False)
    doubtful = given(DELIVERY, [optional, *attempting()[1:]]).when(unknown()).and_then()
    doubtful.when(RESEND).refused(rules.STATUTORY_ONLY)


def test_a_receipt_that_does_not_come_is_said_and_counts_when_it_comes() -> None:
    missing = given(DELIVERY, accepted("7")).when(
        commands.MissReceipt(context=SYSTEM, delivery_id=NOTICE.delivery_id, attempt=1)
    )
    missing.then_kinds(ReceiptMissing).again().then()
    missing.and_then().when(receipt("7")).then_kinds(ReceiptReceived, DeliveryDelivered)


def test_what_failed_for_a_while_may_still_be_delivered() -> None:
    failed = given(DELIVERY, accepted("7")).when(receipt("7", "temporary"))
    failed.then_kinds(ReceiptReceived, DeliveryUndelivered)
    failed.and_then().when(receipt("7")).then_kinds(ReceiptReceived, DeliveryDelivered)


def test_a_bounce_of_what_nobody_knew_says_that_it_was_taken() -> None:
    bounced = commands.RecordBounce(
        context=SYSTEM, delivery_id=NOTICE.delivery_id, action="failed", status="5.1.1", text="no such user"
    )
    doubtful = given(DELIVERY, attempting()).when(unknown()).and_then()
    kinds = (BounceReceived, DeliveryReconciled, DeliveryAccepted, DeliveryUndelivered)
    doubtful.when(bounced).then_kinds(*kinds).again().then()
    given(DELIVERY, attempting()).when(bounced).refused(rules.ATTEMPT_OVER)
    given(DELIVERY, accepted()).when(replace(bounced, action="delayed", status="4.4.1")).then_kinds(BounceReceived)
