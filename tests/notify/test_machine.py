"""A delivery under random commands: what may have been sent is never sent again by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar

from services.notify.aggregates.delivery import DELIVERY, commands
from services.notify.aggregates.delivery.state import stage
from shared.contracts.core import Actor, Command, Event, Role
from shared.contracts.notify import AttemptNotSent, AttemptStarted, DeliveryAccepted, ResendOrdered
from tests.machine import SETTINGS, USUALLY, Ask, DeciderMachine
from tests.notify.messages import OPERATOR, SYSTEM, delivery, requested, start
from tests.specification import actor, context

NOTICE = delivery()
ID = NOTICE.delivery_id
PEOPLE = (SYSTEM.actor, OPERATOR.actor, actor("province", Role.PROVINCE))


def _now(machine: DeciderMachine) -> datetime:
    return datetime.combine(machine.today, time(1), UTC)


def _by(make: Ask, who: Actor | None = None) -> Ask:
    def ask(machine: DeciderMachine) -> Command:
        command = make(machine)
        return replace(command, context=context(who or command.context.actor, machine.on()))

    return ask


def _of(attempt: int) -> tuple[Ask, ...]:
    return (
        lambda _: commands.RecordAccepted(
            context=SYSTEM, delivery_id=ID, attempt=attempt, references=("r1", "r2"), answer="ok"
        ),
        lambda _: commands.RecordAccepted(context=SYSTEM, delivery_id=ID, attempt=attempt, references=(), answer="ok"),
        lambda m: commands.RecordNotSent(
            context=SYSTEM,
            delivery_id=ID,
            attempt=attempt,
            code="451",
            reason="later",
            retry_at=_now(m) + timedelta(hours=1),
        ),
        lambda _: commands.RecordNotSent(
            context=SYSTEM, delivery_id=ID, attempt=attempt, code="451", reason="later", retry_at=None
        ),
        lambda _: commands.RecordRejected(context=SYSTEM, delivery_id=ID, attempt=attempt, code="550", reason="no"),
        lambda _: commands.RecordUnknown(context=SYSTEM, delivery_id=ID, attempt=attempt, reason="no answer"),
    )


def _receipt(reference: str, status: str) -> Ask:
    return lambda _: commands.RecordReceipt(
        context=SYSTEM,
        delivery_id=ID,
        provider="smtp",
        reference=reference,
        status=status,  # type: ignore[arg-type]
        text="x",
    )


def _asked(attempt: int, outcome: str) -> Ask:
    return lambda m: commands.Reconcile(
        context=OPERATOR,
        delivery_id=ID,
        attempt=attempt,
        outcome=outcome,  # type: ignore[arg-type]
        code="x",
        answer="as asked",
        references=("r1", "r2"),
        retry_at=_now(m),
    )


def _miss(attempt: int) -> Ask:
    return lambda _: commands.MissReceipt(context=SYSTEM, delivery_id=ID, attempt=attempt)


def _bounce(action: str, status: str) -> Ask:
    return lambda _: commands.RecordBounce(
        context=SYSTEM,
        delivery_id=ID,
        action=action,  # type: ignore[arg-type]
        status=status,
        text="x",
    )


WISHES: tuple[Ask, ...] = (
    lambda _: requested(NOTICE),
    lambda _: requested(NOTICE, suppressed="no address"),
    lambda m: start(NOTICE, at=_now(m)),
    lambda m: start(NOTICE, at=_now(m)),
    lambda _: commands.Resend(context=OPERATOR, delivery_id=ID, reason="asked for"),
    lambda _: commands.Supersede(context=SYSTEM, delivery_id=ID, reason="no longer true"),
    lambda _: commands.Expire(context=SYSTEM, delivery_id=ID, reason="too late"),
    lambda m: commands.Defer(context=SYSTEM, delivery_id=ID, until=_now(m) + timedelta(hours=1), reason="night"),
    lambda m: commands.Defer(context=SYSTEM, delivery_id=ID, until=_now(m), reason="night"),
    lambda _: commands.Release(context=SYSTEM, delivery_id=ID),
    *(wish for attempt in (1, 2, 3) for wish in _of(attempt)),
    *(_asked(attempt, outcome) for attempt in (1, 2) for outcome in ("taken", "not-sent", "refused", "unclear")),
    *(_miss(attempt) for attempt in (1, 2)),
    *(
        _bounce(action, status)
        for action, status in (("failed", "5.1.1"), ("failed", "4.4.1"), ("delayed", "4.4.1"), ("delivered", "2.0.0"))
    ),
    *(
        _receipt(reference, status)
        for reference in ("r1", "r2", "r9", f"{ID}.1", f"{ID}.2")
        for status in ("delivered", "failed", "temporary")
    ),
)


def _started() -> tuple[Event, ...]:
    begun = DELIVERY.decide(DELIVERY.evolve(DELIVERY.initial, NOTICE), start(NOTICE))
    assert isinstance(begun, tuple)
    return (NOTICE, *begun)


class Delivery(DeciderMachine):
    """From nothing to settled."""

    decider = DELIVERY
    rare = (commands.Supersede, commands.Expire, commands.RecordRejected)
    beginnings = (
        (tuple[Event, ...], date(2018, 6, 11)),
        (lambda: (NOTICE,), date(2018, 6, 11)),
        (_started, date(2018, 6, 11)),
    )
    menu = (*(_by(wish) for wish in WISHES * USUALLY), *(_by(wish, who) for wish in WISHES for who in PEOPLE))
    edges: ClassVar = {
        "blank": {"ready"},
        "ready": {"attempting", "suppressed", "superseded", "expired", "deferred"},
        "deferred": {"ready", "not-sent", "superseded", "expired"},
        "attempting": {"ready", "not-sent", "unknown", "accepted", "rejected"},
        "not-sent": {"attempting", "superseded", "expired", "deferred"},
        "unknown": {"ready", "not-sent", "accepted", "rejected"},
        "accepted": {"delivered", "undelivered", "no-receipt"},
        "no-receipt": {"delivered", "undelivered", "ready"},
        "undelivered": {"delivered", "ready"},
        "rejected": {"ready"},
        "expired": {"ready"},
    }

    @property
    def stage(self) -> str:
        return stage(self.state)

    def may_repeat(self, command: Command) -> bool:
        """To have asked the provider once more in vain is another fact."""
        return isinstance(command, commands.Reconcile) and command.outcome == "unclear"

    def about_to(self, event: Event, command: Command) -> None:
        """An attempt begins only where none is under way and none may have gone through, unless a person said so."""
        if not isinstance(event, AttemptStarted):
            return
        assert isinstance(command, commands.StartAttempt)
        assert command.context.actor == SYSTEM.actor
        began = [one for one in self.events if isinstance(one, AttemptStarted)]
        assert event.attempt == len(began) + 1
        if began:
            since = self.events[self.events.index(began[-1]) + 1 :]
            assert any(isinstance(one, AttemptNotSent | ResendOrdered) for one in since)
            taken = [one for one in since if isinstance(one, DeliveryAccepted)]
            assert not taken or any(isinstance(one, ResendOrdered) for one in since[since.index(taken[-1]) :])
            assert event.possible_duplicate == any(isinstance(one, ResendOrdered) for one in self.events)


TestDelivery = Delivery.TestCase
TestDelivery.settings = SETTINGS
