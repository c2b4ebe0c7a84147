"""Delegations: who grants what to whom, for how long, and who ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.office import rules
from services.office.office import decider
from shared.contracts import office as events
from shared.contracts.core import Actor, Role, Rule
from shared.programme.vocabulary import ActKind
from tests.office.people import CITY, CLERK, EXPERT, LEAD, UNIT, ending, granting
from tests.specification import Given, actor, given


def granted() -> events.DelegationGranted:
    """The lead lets the clerk decide, from 11 to 17 June 2018."""
    (event,) = given(decider).when(granting()).events
    assert isinstance(event, events.DelegationGranted)
    return event


def history(*more: events.DelegationEnded) -> Given[Any, Any]:
    return given(decider, (granted(), *more))


def test_a_head_lets_a_colleague_act_and_says_for_what_and_how_long() -> None:
    event = granted()
    assert event.principal == events.Officer(subject="lead", name=LEAD.name, office="province")
    assert event.delegate == events.Officer(subject="clerk", name=CLERK.name, office="province")
    assert event.roles == (Role.PROVINCE, Role.PROVINCE_LEAD)
    assert event.kinds == (ActKind.DECISION,)
    assert (event.first_day, event.last_day) == (date(2018, 6, 11), date(2018, 6, 17))


def test_the_very_same_is_not_granted_twice_and_another_is() -> None:
    history().when(granting()).then()
    again = granting(kinds=(ActKind.DECISION, ActKind.PANEL))
    history().when(again).then_kinds(events.DelegationGranted).again().then()


def test_kinds_stand_once_and_in_the_order_of_the_programme() -> None:
    (event,) = given(decider).when(granting(kinds=(ActKind.DECISION, ActKind.PANEL, ActKind.DECISION))).events
    assert isinstance(event, events.DelegationGranted)
    assert event.kinds == (ActKind.PANEL, ActKind.DECISION)


@pytest.mark.parametrize(
    ("who", "rule"),
    [(CLERK, rules.HEADS_ONLY), (EXPERT, rules.HEADS_ONLY), (actor("auditor", Role.AUDITOR), rules.HEADS_ONLY)],
)
def test_only_a_head_grants(who: Actor, rule: Rule) -> None:
    given(decider).when(granting(who)).refused(rule)


def test_nobody_arranges_what_is_another_offices() -> None:
    given(decider).when(granting(CITY, office="city:220200")).refused(rules.OWN_OFFICE)
    given(decider).when(replace(ending(CITY, "x"), office="province")).refused(rules.OWN_OFFICE)


@pytest.mark.parametrize(
    ("changed", "rule", "field"),
    [
        ({"delegate": " "}, rules.COLLEAGUE_IS_NAMED, "delegate"),
        ({"delegate_name": ""}, rules.COLLEAGUE_IS_NAMED, "delegate_name"),
        ({"delegate": "lead"}, rules.COLLEAGUE_IS_ANOTHER, "delegate"),
        ({"delegate_office": "city:220100"}, rules.COLLEAGUE_IS_OF_THE_OFFICE, "delegate_office"),
        ({"kinds": ()}, rules.KINDS_ARE_NAMED, "kinds"),
        ({"kinds": (ActKind.DECISION, ActKind.FILING)}, rules.KINDS_ARE_ONES_OWN, "kinds"),
        ({"first_day": date(2018, 6, 10)}, rules.BEGINS_SOON, "first_day"),
        ({"first_day": date(2018, 12, 9), "last_day": date(2018, 12, 9)}, rules.BEGINS_SOON, "first_day"),
        ({"last_day": date(2018, 6, 10)}, rules.DAYS_ARE_IN_ORDER, "last_day"),
        ({"last_day": date(2019, 6, 12)}, rules.ENDS_IN_TIME, "last_day"),
    ],
)
def test_what_is_wrong_is_refused_at_its_field(changed: dict[str, Any], rule: Rule, field: str) -> None:
    given(decider).when(granting(**changed)).refused(rule, field=field)


@pytest.mark.parametrize(
    "changed",
    [
        {"first_day": date(2018, 6, 11), "last_day": date(2018, 6, 11)},
        {"last_day": date(2019, 6, 11)},
        {"first_day": date(2018, 12, 8), "last_day": date(2018, 12, 8)},
    ],
)
def test_the_limits_themselves_are_allowed(changed: dict[str, Any]) -> None:
    given(decider).when(granting(**changed)).then_kinds(events.DelegationGranted)


def test_a_firm_names_nobody_of_another_office() -> None:
    refused = granting(UNIT, kinds=(ActKind.FILING,), delegate_office="county:220113")
    given(decider).when(refused).refused(rules.COLLEAGUE_IS_OF_THE_OFFICE, field="delegate_office")
    given(decider).when(granting(UNIT, kinds=(ActKind.FILING,))).then_kinds(events.DelegationGranted)


@pytest.mark.parametrize("who", [LEAD, CLERK, actor("province", Role.PROVINCE_LEAD, subject="deputy head")])
def test_a_head_ends_it_and_the_colleague_gives_it_back(who: Actor) -> None:
    ident = granted().delegation_id
    ended = events.DelegationEnded(delegation_id=ident, ended_by=who.subject)
    history().when(ending(who, ident)).then(ended)
    history(ended).when(ending(LEAD, ident)).then()


def test_nobody_else_ends_it() -> None:
    another = actor("province", Role.PROVINCE, subject="another clerk")
    history().when(ending(another, granted().delegation_id)).refused(rules.HEADS_OR_DELEGATE)
    history().when(ending(another, "unknown")).refused(rules.HEADS_OR_DELEGATE)


def test_what_is_unknown_or_over_cannot_be_ended() -> None:
    history().when(ending(LEAD, "unknown")).refused(rules.DELEGATION_EXISTS)
    ident = granted().delegation_id
    history().when(ending(LEAD, ident, "2018-06-17")).then_kinds(events.DelegationEnded)
    history().when(ending(LEAD, ident, "2018-06-18")).refused(rules.DELEGATION_IS_NOT_OVER)


def test_once_ended_it_can_be_granted_anew() -> None:
    ended = events.DelegationEnded(delegation_id=granted().delegation_id, ended_by="lead")
    history(ended).when(granting()).then_kinds(events.DelegationGranted)
