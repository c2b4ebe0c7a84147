"""Notify's smaller aggregates under random commands: who may, how often, and that a choice by law is none."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from hypothesis import settings

from services.notify.aggregates.contact import CONTACT, RegisterContact
from services.notify.aggregates.preference import PREFERENCE, SetLanguage, SetPreference
from services.notify.aggregates.provider import PROVIDER, PauseProvider, ResumeProvider
from services.notify.aggregates.reminder import (
    REMINDER,
    ClearReminder,
    Planned,
    PlanReminder,
    RaiseOverdue,
    RaiseReminder,
)
from services.notify.aggregates.subscription import (
    SUBSCRIPTION,
    ConfirmSubscription,
    Ended,
    EndSubscription,
    RequestSubscription,
)
from services.notify.aggregates.suppression import SUPPRESSION, ReleaseAddress, SuppressAddress
from services.notify.notices import RULES
from services.notify.notices.reminders import LastDay
from shared.contracts.core import Actor, Command, Due, Event, Role
from shared.contracts.lifecycle import DistrictDesignated
from shared.contracts.notify import (
    AddressSuppressed,
    Channel,
    ContactRegistered,
    Language,
    Matter,
    MatterOverdue,
    PreferenceSet,
    ProviderResumed,
    ReminderRaised,
    SubscriptionConfirmed,
)
from tests.machine import SETTINGS, Ask, DeciderMachine
from tests.notify.messages import delivery, envelope
from tests.notify.samples import EVENTS
from tests.specification import actor, context

FEW = settings(SETTINGS, max_examples=30)
DAY = date(2018, 6, 11)
NOTHING = ((tuple[Event, ...], DAY),)
SYSTEM, OPERATOR = actor("system:notify", Role.SYSTEM), actor("operator", Role.OPERATOR)
CITY, PROVINCE = actor("city:220100", Role.CITY), actor("province", Role.PROVINCE)
VARIED = 40
"""So often each command of each person is on the menu, with other particulars."""
EVERYBODY = (SYSTEM, OPERATOR, CITY, PROVINCE)


def menu(*wishes: Callable[..., Command], **given: tuple[object, ...]) -> tuple[Ask, ...]:
    """Each command by everybody, many times, its other particulars drawn from what is ``given``: always the same."""
    dice = random.Random(20180611)

    def ask(wish: Callable[..., Command], who: Actor) -> Ask:
        fields = {name: dice.choice(values) for name, values in given.items() if name in _fields(wish)}
        return lambda machine: wish(context=context(who, machine.on()), **fields)

    return tuple(ask(wish, who) for wish in wishes for who in EVERYBODY for _ in range(VARIED))


def _fields(wish: Callable[..., Command]) -> set[str]:
    return set(getattr(wish, "__dataclass_fields__", {}))


class Preference(DeciderMachine):
    decider = PREFERENCE
    beginnings = NOTHING
    menu = menu(
        SetPreference,
        SetLanguage,
        owner=("city:220100", "subscriber:1", "nobody"),
        channel=tuple(Channel),
        kind=("", *RULES, "no-such-kind"),
        on=(True, False),
        language=tuple(Language),
    )
    edges: ClassVar = {}

    def about_to(self, event: Event, command: Command) -> None:
        """What the law demands an office cannot switch off; nobody chooses for another office."""
        who = command.context.actor
        assert isinstance(command, SetPreference | SetLanguage)
        assert who.office == command.owner or who.has(Role.OPERATOR, Role.SYSTEM)
        if isinstance(event, PreferenceSet) and not event.on and event.kind:
            assert not RULES[event.kind].statutory or event.owner.startswith("subscriber:")


class Provider(DeciderMachine):
    decider = PROVIDER
    beginnings = NOTHING
    menu = menu(PauseProvider, ResumeProvider, provider=("smtp",), reason=("account",), known=(True, True, False))
    edges: ClassVar = {"NoneType": {"ProviderPaused"}, "ProviderPaused": {"NoneType"}}

    def about_to(self, event: Event, command: Command) -> None:
        """Only a person says that an account is right again."""
        assert not isinstance(event, ProviderResumed) or command.context.actor.has(Role.OPERATOR)


class Subscription(DeciderMachine):
    decider = SUBSCRIPTION
    beginnings = NOTHING
    menu = menu(
        RequestSubscription,
        ConfirmSubscription,
        EndSubscription,
        subscription_id=("s1",),
        channel=tuple(Channel),
        address=("a@example.invalid",),
        topic=("", "titles", "no-such-topic"),
        unusable=("", "", "address: nobody"),
        division_known=(True, True, False),
        token=("t",),
        token_right=(True, False),
        reason=("no more",),
    )
    edges: ClassVar = {"nothing": {"asked"}, "asked": {"confirmed", "ended"}, "confirmed": {"ended"}}

    @property
    def stage(self) -> str:
        if self.state is None:
            return "nothing"
        if isinstance(self.state, Ended):
            return "ended"
        return "confirmed" if self.state.confirmed else "asked"

    def about_to(self, event: Event, command: Command) -> None:
        """It is confirmed by whoever got the code, to the address that was asked for."""
        if isinstance(event, SubscriptionConfirmed):
            assert isinstance(command, ConfirmSubscription)
            assert command.token_right
            assert event.address == self.state.request.address


class Contact(DeciderMachine):
    decider = CONTACT
    beginnings = NOTHING
    menu = menu(
        RegisterContact,
        office=("city:220100", "province", "city:", "nobody:1"),
        name=("王样例", "", "a\nb"),
        phone=("0000-1", ""),
        email=("a@example.invalid", ""),
        unusable=("", "", "email: nobody"),
    )
    edges: ClassVar = {"NoneType": {"ContactRegistered"}}

    def about_to(self, event: Event, command: Command) -> None:
        """Whoever is named can be reached, and is named by the office or by those above."""
        assert isinstance(event, ContactRegistered)
        assert event.phone or event.email
        assert event.name.isprintable()
        who = command.context.actor
        assert who.office == event.office or who.has(Role.PROVINCE, Role.OPERATOR)


class Suppression(DeciderMachine):
    decider = SUPPRESSION
    beginnings = NOTHING
    menu = menu(
        SuppressAddress,
        ReleaseAddress,
        suppression_id=("s1",),
        notice=(delivery(address="a@example.invalid"),),
        reason=("550 5.1.1",),
    )
    edges: ClassVar = {"NoneType": {"AddressSuppressed"}, "AddressSuppressed": {"NoneType"}}

    def about_to(self, event: Event, command: Command) -> None:
        """Nobody but the service says of an address that nobody has it."""
        assert not isinstance(event, AddressSuppressed) or command.context.actor.has(Role.SYSTEM)


class Reminder(DeciderMachine):
    decider = REMINDER
    beginnings = NOTHING
    menu = menu(
        PlanReminder,
        RaiseReminder,
        RaiseOverdue,
        ClearReminder,
        case_id=("case",),
        last_day=tuple(LastDay(Matter.ANNUAL_REPORT, Due(DAY + timedelta(days=days)), "2018") for days in (3, 10, 40)),
        cause=(envelope(EVENTS[DistrictDesignated]),),
        reason=("done",),
        days_before=(1, 7, 30),
        days_after=(7, 30),
    )
    edges: ClassVar = {"nothing": {"planned"}, "planned": {"cleared"}, "cleared": {"planned"}}

    @property
    def stage(self) -> str:
        return "nothing" if self.state is None else "cleared" if self.state.cleared else "planned"

    def give(self, command: Command) -> None:
        """A plan is for all its days, and for a last day that is to come."""
        if isinstance(command, PlanReminder):
            due = Due(self.today + (command.last_day.due.on - DAY))
            command = replace(command, last_day=replace(command.last_day, due=due), days_before=(30, 7, 1))
        super().give(command)

    def about_to(self, event: Event, command: Command) -> None:
        """The service alone reminds, of what stands: each day once, before the last day; and of being late after it."""
        assert command.context.actor.has(Role.SYSTEM)
        if not isinstance(event, ReminderRaised | MatterOverdue):
            return
        assert isinstance(self.state, Planned)
        assert not self.state.cleared
        if isinstance(event, ReminderRaised):
            assert event.days_before not in self.state.raised
            assert event.days_left == (event.due.on - self.today).days >= 0
        else:
            assert event.days_after > self.state.overdue
            assert event.days_after == (self.today - event.due.on).days


TestPreference = Preference.TestCase
TestPreference.settings = FEW
TestProvider = Provider.TestCase
TestProvider.settings = FEW
TestSubscription = Subscription.TestCase
TestSubscription.settings = FEW
TestContact = Contact.TestCase
TestContact.settings = FEW
TestSuppression = Suppression.TestCase
TestSuppression.settings = FEW
TestReminder = Reminder.TestCase
TestReminder.settings = FEW
