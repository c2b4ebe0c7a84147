"""Contacts are registered by those who may; subscriptions are confirmed by those whom they reach."""

from __future__ import annotations

from dataclasses import replace

from services.notify.aggregates import rules
from services.notify.aggregates.contact import CONTACT, RegisterContact
from services.notify.aggregates.subscription import (
    SUBSCRIPTION,
    ChangeSecret,
    ConfirmSubscription,
    EndSubscription,
    RequestSubscription,
)
from shared.contracts.core import Role
from shared.contracts.notify import (
    Channel,
    ContactRegistered,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionRequested,
)
from tests.notify.messages import OPERATOR
from tests.specification import actor, context, given

CITY = context(actor("city:220100", Role.CITY))
PUBLIC = context(actor("public"))
REGISTER = RegisterContact(
    context=CITY, office="city:220100", name="陈样例", phone="0000-0000005", email="c@example.invalid"
)
ASK = RequestSubscription(
    context=PUBLIC, subscription_id="s", channel=Channel.MAIL, address="p@example.invalid", division="220113"
)
CONFIRM = ConfirmSubscription(context=PUBLIC, subscription_id="s", token="t", token_right=True)
END = EndSubscription(context=PUBLIC, subscription_id="s", reason="enough", token="t", token_right=True)


def test_an_office_registers_its_own_contact() -> None:
    given(CONTACT).when(REGISTER).then_kinds(ContactRegistered).again().then()


def test_a_change_is_a_new_fact() -> None:
    given(CONTACT).when(REGISTER).and_then().when(replace(REGISTER, name="赵样例")).then_kinds(ContactRegistered)


def test_the_province_and_operators_register_any_but_others_only_their_own() -> None:
    for office, role in (("province", Role.PROVINCE), ("operator", Role.OPERATOR)):
        given(CONTACT).when(replace(REGISTER, context=context(actor(office, role)))).then_kinds(ContactRegistered)
    other = context(actor("city:222400", Role.CITY))
    given(CONTACT).when(replace(REGISTER, context=other)).refused(rules.OWN_CONTACT)


def test_a_contact_is_of_a_known_kind_of_office_and_can_be_reached() -> None:
    given(CONTACT).when(replace(REGISTER, name="长" * 100)).then_kinds(ContactRegistered)
    for name in ("", "a\nBcc: b", "长" * 101):
        given(CONTACT).when(replace(REGISTER, name=name)).refused(rules.NAME_PLAIN)
    for office in ("planet:earth", "city", "province:1", "city:" + "9" * 65):
        given(CONTACT).when(replace(REGISTER, context=OPERATOR, office=office)).refused(rules.OFFICE_KNOWN)
    long = replace(REGISTER, context=OPERATOR, office="planet:" + "x" * 100)
    assert given(CONTACT).when(long).refused(rules.OFFICE_KNOWN).detail == "planet:" + "x" * 93
    given(CONTACT).when(replace(REGISTER, phone="", email="")).refused(rules.REACHABLE)
    for by_one_way in (replace(REGISTER, phone=""), replace(REGISTER, email="")):
        given(CONTACT).when(by_one_way).then_kinds(ContactRegistered)
    given(CONTACT).when(replace(REGISTER, unusable="email: no @")).refused(rules.ADDRESS_USABLE, field="email")


def test_a_subscription_is_asked_for_confirmed_and_ended() -> None:
    asked = given(SUBSCRIPTION).when(ASK)
    asked.then_kinds(SubscriptionRequested).again().then()
    confirmed = asked.and_then().when(CONFIRM)
    confirmed.then_kinds(SubscriptionConfirmed).again().then()
    ended = confirmed.and_then().when(END)
    ended.then_kinds(SubscriptionEnded).again().then()
    ended.and_then().when(CONFIRM).refused(rules.SUBSCRIPTION_STANDS)


def test_without_the_code_nothing_is_confirmed_or_ended() -> None:
    asked = given(SUBSCRIPTION).when(ASK).and_then()
    asked.when(replace(CONFIRM, token_right=False)).refused(rules.TOKEN_RIGHT)
    asked.when(replace(END, token_right=False)).refused(rules.TOKEN_RIGHT)
    asked.when(replace(END, token_right=False, context=OPERATOR)).then_kinds(SubscriptionEnded)


def test_a_subscription_needs_an_address_and_a_county_that_exists() -> None:
    given(SUBSCRIPTION).when(replace(ASK, unusable="no @")).refused(rules.ADDRESS_USABLE)
    given(SUBSCRIPTION).when(replace(ASK, division_known=False)).refused(rules.DIVISION_KNOWN)
    given(SUBSCRIPTION).when(CONFIRM).refused(rules.SUBSCRIPTION_EXISTS)


def test_a_code_is_wrong_until_it_was_looked_up() -> None:
    confirmed = given(SUBSCRIPTION).when(ASK).and_then().when(CONFIRM).and_then()
    for command in (
        ConfirmSubscription(context=PUBLIC, subscription_id="s", token="t"),
        EndSubscription(context=PUBLIC, subscription_id="s", token="t"),
        ChangeSecret(context=PUBLIC, subscription_id="s", token="t"),
    ):
        confirmed.when(command).refused(rules.TOKEN_RIGHT, field="token")


def test_a_unit_is_named_by_its_code_in_capitals() -> None:
    unit = "unit:91220702DEM000129G"
    given(CONTACT).when(replace(REGISTER, context=OPERATOR, office=unit)).then_kinds(ContactRegistered)
    given(CONTACT).when(replace(REGISTER, context=OPERATOR, office=unit.lower())).refused(rules.OFFICE_KNOWN)
