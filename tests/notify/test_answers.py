"""What comes back of an attempt, whenever it comes: each answer counts for its own attempt, and only so long."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from services.notify.aggregates import rules
from services.notify.aggregates.delivery import DELIVERY, commands
from services.notify.aggregates.delivery.quiet import quiet_until
from services.notify.aggregates.delivery.state import Attempting, Ready, stage
from shared.contracts import notify as events
from shared.contracts.core import CST, Event
from shared.contracts.notify import Channel
from tests.notify.messages import AT, OPERATOR, SYSTEM, delivery, requested, start
from tests.notify.test_delivery import ID, NOTICE, RESEND, accept, accepted, attempting, not_sent, receipt, unknown
from tests.specification import Given, given

LATER = AT + timedelta(minutes=1)
"""When what was not sent may be tried again."""


def rejected(attempt: int = 1) -> commands.RecordRejected:
    return commands.RecordRejected(context=SYSTEM, delivery_id=ID, attempt=attempt, code="550", reason="no")


def bounce(action: str, status: str) -> commands.RecordBounce:
    return commands.RecordBounce(
        context=SYSTEM,
        delivery_id=ID,
        action=action,  # type: ignore[arg-type]
        status=status,
        text="as the server says",
    )


def missed(attempt: int = 1) -> commands.MissReceipt:
    return commands.MissReceipt(context=SYSTEM, delivery_id=ID, attempt=attempt)


def after(history: list[Event], *asked: commands.DeliveryCommand) -> Given[object, commands.DeliveryCommand]:
    """The history once these were done, each of which does something."""
    case = given(DELIVERY, history)
    for command in asked:
        done = case.when(command)
        assert done.events
        case = done.and_then()
    return case  # type: ignore[return-value]


def test_that_an_attempt_was_not_sent_says_nothing_of_another() -> None:
    twice = after(attempting(), not_sent(), start(NOTICE, at=LATER), not_sent(attempt=2))
    twice.when(not_sent(attempt=2)).then()
    late = twice.when(not_sent(attempt=1))
    late.then_kinds(events.LateAnswerKept).again().then()
    twice.when(not_sent(attempt=3)).refused(rules.THIS_ATTEMPT)
    twice.when(not_sent(attempt=0)).refused(rules.THIS_ATTEMPT)


def test_that_an_attempt_was_refused_or_taken_says_nothing_of_another() -> None:
    refused_twice = after(attempting(), rejected(), RESEND, start(NOTICE), rejected(2))
    refused_twice.when(rejected(2)).then()
    refused_twice.when(rejected(1)).then_kinds(events.LateAnswerKept)
    taken_twice = after(accepted("7"), missed(), RESEND, start(NOTICE), accept("7", attempt=2))
    taken_twice.when(accept("7", attempt=2)).then()
    taken_twice.when(accept("7", attempt=1)).then_kinds(events.LateAnswerKept)
    taken_twice.when(accept("8", attempt=2)).then_kinds(events.LateAnswerKept)


def test_that_nobody_knows_of_another_attempt_is_not_kept() -> None:
    second = after(attempting(), unknown(), RESEND, start(NOTICE), unknown(2))
    second.when(unknown(2)).then()
    second.when(unknown(1)).then()


def test_a_late_answer_is_kept_once_whatever_happens_after_it() -> None:
    late = accept("7", attempt=1)
    second = after(attempting(), unknown(), RESEND, start(NOTICE), late)
    for course in (
        (unknown(2),),
        (not_sent(attempt=2),),
        (not_sent(attempt=2), commands.Defer(context=SYSTEM, delivery_id=ID, until=AT, reason="night")),
        (
            not_sent(attempt=2),
            commands.Defer(context=SYSTEM, delivery_id=ID, until=AT, reason="night"),
            commands.Release(context=SYSTEM, delivery_id=ID),
        ),
        (accept("9", attempt=2), receipt("9")),
        (rejected(2), RESEND, start(NOTICE)),
        (not_sent(attempt=2), commands.Supersede(context=SYSTEM, delivery_id=ID, reason="done")),
        (not_sent(attempt=2), commands.Expire(context=SYSTEM, delivery_id=ID, reason="too late")),
    ):
        case = second
        for command in course:
            case = case.when(command).and_then()
        case.when(late).then()
    second.when(rejected(1)).then_kinds(events.LateAnswerKept)


def test_attempts_are_counted_on_and_the_first_moment_stays() -> None:
    tried = after(attempting(), not_sent(), start(NOTICE, at=LATER))
    state = DELIVERY.initial
    for event in tried.events:
        state = DELIVERY.evolve(state, event)
    assert isinstance(state, Attempting)
    assert (state.attempt.attempt, state.attempt.out_id, state.first_at) == (2, f"{ID}.2", AT)
    again = after(list(tried.events), rejected(2), RESEND, start(NOTICE, at=LATER))
    state = DELIVERY.initial
    for event in again.events:
        state = DELIVERY.evolve(state, event)
    assert isinstance(state, Attempting)
    assert (state.attempt.attempt, state.first_at) == (3, LATER), "an order by hand begins the time anew"


def test_an_order_by_hand_does_not_run_out_of_time() -> None:
    expiring = replace(NOTICE, expires_at=LATER)
    before = DELIVERY.evolve(DELIVERY.initial, expiring)
    assert isinstance(before, Ready)
    assert before.expires_at == LATER
    state = DELIVERY.initial
    for event in after([expiring, *attempting()[1:]], rejected(), RESEND).events:
        state = DELIVERY.evolve(state, event)
    assert isinstance(state, Ready)
    assert state.expires_at is None


def test_what_waits_for_its_next_attempt_begins_at_that_moment_and_not_before() -> None:
    waits = after(attempting(), not_sent())
    waits.when(start(NOTICE, at=LATER - timedelta(microseconds=1))).refused(rules.SENDABLE)
    waits.when(start(NOTICE, at=LATER)).then_kinds(events.AttemptStarted)


def test_what_was_deferred_goes_at_its_moment_and_not_before() -> None:
    night = commands.Defer(context=SYSTEM, delivery_id=ID, until=SYSTEM.now, reason="night")
    release = commands.Release(context=SYSTEM, delivery_id=ID)
    waits = after([NOTICE], night)
    early = replace(SYSTEM, now=SYSTEM.now - timedelta(microseconds=1))
    waits.when(replace(release, context=early)).then()
    waits.when(release).then_kinds(events.DeliveryReleased)
    waits.when(night).then()
    given(DELIVERY, [NOTICE]).when(release).then()
    given(DELIVERY, attempting()).when(night).then()


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (time(7, 59, 59), 11),
        (time(8), None),
        (time(20, 59, 59), None),
        (time(21), 12),
        (time(0), 11),
    ],
    ids=str,
)
def test_the_night_is_from_nine_until_eight(now: time, until: int | None) -> None:
    on_the_11th = datetime.combine(datetime(2018, 6, 11, tzinfo=CST), now, CST)
    morning = None if until is None else datetime(2018, 6, until, 8, tzinfo=CST)
    assert quiet_until(NOTICE, on_the_11th) == morning
    assert quiet_until(replace(NOTICE, urgent=True), on_the_11th) is None
    assert quiet_until(replace(NOTICE, channel=Channel.WEBHOOK), on_the_11th) is None


def test_a_receipt_is_missed_once_and_only_where_it_is_waited_for() -> None:
    waits = given(DELIVERY, accepted("7"))
    waits.when(missed()).then_kinds(events.ReceiptMissing).again().then()
    waits.when(missed(2)).then()
    after(accepted("7"), receipt("7")).when(missed()).then()
    given(DELIVERY, attempting()).when(missed()).then()


def test_what_was_settled_for_good_stays_settled() -> None:
    failed = after(accepted("7"), receipt("7", "failed"))
    for status in ("delivered", "temporary"):
        failed.when(receipt("7", status)).then_kinds(events.ReceiptReceived)
    delivered = after(accepted("7"), receipt("7"))
    delivered.when(receipt("7", "failed")).then_kinds(events.ReceiptReceived)


def test_what_did_not_arrive_for_now_may_do_so_or_fail_for_good() -> None:
    for_now = after(accepted("7", "8"), receipt("7", "temporary"))
    assert [type(event) for event in for_now.events[-2:]] == [events.ReceiptReceived, events.DeliveryUndelivered]
    for_now.when(receipt("8", "temporary")).then_kinds(events.ReceiptReceived)
    done = for_now.when(receipt("8", "failed")).then_kinds(events.ReceiptReceived, events.DeliveryUndelivered)
    lasting = done.events[-1]
    assert isinstance(lasting, events.DeliveryUndelivered)
    assert lasting.permanent
    for_now.when(receipt("7")).then_kinds(events.ReceiptReceived)
    after(list(for_now.events), receipt("7")).when(receipt("8")).then_kinds(
        events.ReceiptReceived, events.DeliveryDelivered
    )


@pytest.mark.parametrize(
    ("action", "status", "follows"),
    [
        ("delivered", "2.0.0", (events.BounceReceived, events.DeliveryDelivered)),
        ("delayed", "4.4.1", (events.BounceReceived,)),
        ("relayed", "2.0.0", (events.BounceReceived,)),
        ("failed", "4.4.1", (events.BounceReceived, events.DeliveryUndelivered)),
        ("failed", "5.1.1", (events.BounceReceived, events.DeliveryUndelivered)),
    ],
)
def test_a_mail_server_s_report_settles_what_it_says(
    action: str, status: str, follows: tuple[type[Event], ...]
) -> None:
    done = given(DELIVERY, accepted()).when(bounce(action, status)).then_kinds(*follows)
    done.again().then()
    if action == "failed":
        undelivered = done.events[-1]
        assert isinstance(undelivered, events.DeliveryUndelivered)
        assert undelivered.permanent == status.startswith("5")


def test_a_report_is_for_what_a_provider_has() -> None:
    given(DELIVERY, attempting()).when(bounce("failed", "5.1.1")).refused(rules.ATTEMPT_OVER)
    given(DELIVERY, [NOTICE]).when(bounce("failed", "5.1.1")).refused(rules.KNOWN_REFERENCE)
    given(DELIVERY, [NOTICE]).when(receipt("7")).refused(rules.KNOWN_REFERENCE)


def test_a_provider_is_asked_of_the_attempt_that_nobody_knows_of() -> None:
    ask = commands.Reconcile(context=OPERATOR, delivery_id=ID, attempt=1, outcome="not-sent", code="x", answer="no")
    doubtful = after(attempting(), unknown())
    doubtful.when(replace(ask, attempt=2)).refused(rules.THIS_ATTEMPT)
    doubtful.when(ask).then_kinds(events.DeliveryReconciled, events.AttemptNotSent, events.DeliveryExpired)
    again = doubtful.when(replace(ask, retry_at=LATER))
    again.then_kinds(events.DeliveryReconciled, events.AttemptNotSent)
    given(DELIVERY, attempting()).when(ask).refused(rules.UNKNOWN_ONLY)
    doubtful.when(replace(ask, context=SYSTEM)).refused(rules.OPERATOR_ONLY)


def test_only_what_did_not_arrive_is_sent_again_by_hand() -> None:
    suppressed = given(DELIVERY).when(requested(NOTICE, suppressed="no address")).and_then()
    superseded = after([NOTICE], commands.Supersede(context=SYSTEM, delivery_id=ID, reason="done"))
    for case in (given(DELIVERY, [NOTICE]), given(DELIVERY, accepted("7")), suppressed, superseded):
        case.when(RESEND).refused(rules.UNKNOWN_ONLY)
    optional = delivery(statutory=False)
    late = [optional, events.DeliveryExpired(delivery_id=ID, reason="past")]
    given(DELIVERY, late).when(RESEND).refused(rules.STATUTORY_ONLY)


def test_an_answer_about_no_attempt_settles_none() -> None:
    doubtful = given(DELIVERY, attempting()).when(unknown()).and_then()
    doubtful.when(commands.Reconcile(context=OPERATOR, delivery_id=ID)).refused(rules.THIS_ATTEMPT)


def test_of_what_was_never_tried_there_is_no_answer() -> None:
    suppressed = given(DELIVERY).when(requested(NOTICE, suppressed="no address")).and_then()
    suppressed.when(accept("7", attempt=1)).refused(rules.THIS_ATTEMPT)
    suppressed.when(rejected()).refused(rules.THIS_ATTEMPT)


def test_what_is_given_up_is_asked_for_no_more() -> None:
    over = after([NOTICE], commands.Expire(context=SYSTEM, delivery_id=ID, reason="too late"))
    for command in (
        commands.Supersede(context=SYSTEM, delivery_id=ID, reason="done"),
        commands.Expire(context=SYSTEM, delivery_id=ID, reason="too late"),
        commands.Defer(context=SYSTEM, delivery_id=ID, until=LATER, reason="night"),
    ):
        over.when(command).then()
    over.when(start(NOTICE)).refused(rules.SENDABLE)


def test_a_state_is_shown_by_its_name() -> None:
    def shown(history: list[Event]) -> str:
        state = DELIVERY.initial
        for event in history:
            state = DELIVERY.evolve(state, event)
        return stage(state)

    assert shown([]) == "blank"
    assert shown([NOTICE]) == "ready"
    assert shown(list(after(attempting(), not_sent()).events)) == "not-sent"
    assert shown(accepted("7")) == "accepted"
    assert shown(list(after(accepted("7"), missed()).events)) == "no-receipt"
    assert shown(list(after(accepted("7"), missed(), receipt("7")).events)) == "delivered"
