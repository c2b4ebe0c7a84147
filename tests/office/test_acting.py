"""Acting for the head of an office: who may, under what, and how the record names both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest

from services.lifecycle import rules as lifecycle_rules
from services.lifecycle.district import decider as districts
from services.office.office import decider
from shared.contracts.core import Actor, Outcome, Principal, Refusal, Role, derived_id, persons_of
from shared.contracts.office import DelegationEnded, DelegationGranted, Officer
from shared.eventlog.log import EventLog, Search
from shared.programme.acting import ACT_IS_DELEGATED, decided
from shared.programme.delegating import acts_of
from shared.programme.vocabulary import ActKind
from shared.service.identity.claims import actor_of
from tests.lifecycle.served import Served, serving
from tests.lifecycle.situations import (
    CASE,
    CITY,
    COUNTY,
    KEY_UNIT,
    conclude,
    designate,
    history,
    open_assessment,
    report,
)
from tests.office.people import CLERK, LEAD, granting
from tests.servers import Database
from tests.specification import context

DEPUTY: Final = Actor("deputy", "副局长（虚构）", CITY.office, frozenset())
"""Of the city's bureau, with no role of their own."""

SUPPORT: Final = {"kind": "training", "held_on": "2019-09-02", "findings": "培训一次"}


def for_lead(*kinds: ActKind, subject: str = "clerk", principal: str = "lead") -> Actor:
    """The clerk, acting for the lead."""
    return replace(CLERK, subject=subject, roles=LEAD.roles, principal=Principal(principal, "负责人", acts_of(kinds)))


def test_the_record_names_both() -> None:
    assert for_lead().recorded == "clerk, acting for lead"
    assert persons_of("clerk, acting for lead") == ("clerk", "lead")
    assert (CLERK.recorded, persons_of("clerk")) == ("clerk", ("clerk", ""))


def test_nobody_signs_in_under_a_name_that_says_it() -> None:
    claims = {"sub": "clerk, acting for lead", "office": "province", "roles": ["province"]}
    with pytest.raises(ValueError, match="acting for"):
        actor_of(claims)


def test_what_was_not_delegated_is_refused_and_a_delegation_is_not_passed_on() -> None:
    every = for_lead(*ActKind)
    passing_on = granting(every, delegate="third")
    outcome = decided(decider, decider.initial, passing_on)
    assert isinstance(outcome, Refusal)
    assert outcome.rule is ACT_IS_DELEGATED


@pytest.mark.parametrize("persons", [("clerk", "turncoat"), ("turncoat", "lead")])
def test_who_may_not_judge_does_not_by_anothers_hands_nor_lends_theirs(persons: tuple[str, str]) -> None:
    """Somebody who filed for the county is of the province now: neither do they decide through a colleague, nor for
    one."""
    refused = _concluding(for_lead(ActKind.ASSESSMENT, subject=persons[0], principal=persons[1]))
    assert isinstance(refused, Refusal)
    assert refused.rule is lifecycle_rules.NOT_ONES_OWN
    assert not isinstance(_concluding(for_lead(ActKind.ASSESSMENT)), Refusal)


def _concluding(who: Actor) -> Outcome:
    """What comes of it when somebody concludes the assessment of a district for which ``turncoat`` filed a report."""
    county = replace(COUNTY, subject="turncoat")
    steps = history(designate("2019-08-20"), report(2020, "2020-03-30", county), open_assessment("2022-05-20"))
    state = reduce(districts.evolve, steps, districts.initial)
    return decided(districts, state, conclude("70", "70", "2022-08-18", who))


@pytest.fixture
async def served(database: Database, redis_url: str, state_dir: Path) -> AsyncIterator[Served]:
    """Lifecycle, with a district of the city's."""
    async with serving(database, redis_url, state_dir) as running:
        await running.approve(CASE, "2019-08-20", "220502", KEY_UNIT)
        await running.clock("2019-09-02")
        yield running


async def arrange(served: Served, *events: DelegationGranted | DelegationEnded, office: str = CITY.office) -> None:
    """Have it on record that an office arranged this."""
    async with await EventLog.open(served.database.url("office")) as log:
        before = len(await log.read_stream(f"office/office/{office}"))
        about = replace(context(CITY, "2019-09-02"), command_id=uuid4())
        await log.append(f"office/office/{office}", before, events, about)


def delegation(*kinds: ActKind, first: str = "2019-09-01", last: str = "2019-09-30") -> DelegationGranted:
    """The city's head lets the deputy act."""
    return DelegationGranted(
        delegation_id=str(derived_id("delegation", first)),
        principal=Officer(subject=CITY.subject, name=CITY.name, office=CITY.office),
        delegate=Officer(subject=DEPUTY.subject, name=DEPUTY.name, office=CITY.office),
        roles=(Role.CITY,),
        kinds=kinds,
        first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last),
    )


async def attempt(served: Served, who: Actor, ident: str) -> tuple[int, str]:
    """Record a training of the district under a delegation; gives the answer's status and the rule that refused."""
    answer = await served.post(who, f"/districts/{CASE}/support", SUPPORT, Juqu_Acting_For=ident)
    return answer.status_code, str(answer.json().get("type", "")).rpartition(":")[2]


async def test_a_delegate_acts_with_the_heads_roles_until_it_is_ended(served: Served) -> None:
    granted = delegation(ActKind.GUIDANCE)
    await arrange(served, granted)
    assert (await served.post(DEPUTY, f"/districts/{CASE}/support", SUPPORT)).status_code == 403
    assert await attempt(served, DEPUTY, granted.delegation_id) == (200, "")
    await served.settled()
    told = await served.get(CITY, f"/districts/{CASE}/timeline")
    assert told[-1]["actor"] == f"deputy, acting for {CITY.subject}"
    assert told[-1]["office"] == CITY.office
    async with await EventLog.open(served.database.url("operator")) as log:
        found = [await log.search(Search(actor=subject)) for subject in ("deputy", CITY.subject)]
    assert [[event.type for event in each if event.category == "lifecycle"] for each in found] == [
        ["lifecycle.SupportRecorded"]
    ] * 2
    await arrange(served, DelegationEnded(delegation_id=granted.delegation_id, ended_by=CITY.subject))
    assert await attempt(served, DEPUTY, granted.delegation_id) == (409, "delegation-is-not-ended")


async def test_what_is_no_standing_delegation_to_them_is_refused(served: Served) -> None:
    granted, later = delegation(ActKind.GUIDANCE), delegation(ActKind.GUIDANCE, first="2019-09-03")
    over, other = (
        delegation(ActKind.GUIDANCE, first="2019-08-01", last="2019-09-01"),
        delegation(ActKind.ENDORSEMENT, first="2019-08-30"),
    )
    await arrange(served, granted, later, over, other)
    elsewhere = replace(DEPUTY, office="city:220100")
    assert await attempt(served, DEPUTY, later.delegation_id) == (409, "today-is-within-the-delegation")
    assert await attempt(served, DEPUTY, over.delegation_id) == (409, "today-is-within-the-delegation")
    assert await attempt(served, DEPUTY, other.delegation_id) == (403, "act-is-delegated")
    assert await attempt(served, elsewhere, granted.delegation_id) == (403, "delegation-is-to-you")
    assert await attempt(served, CITY, granted.delegation_id) == (403, "delegation-is-to-you")
    assert await attempt(served, DEPUTY, str(uuid4())) == (403, "delegation-is-to-you")
    assert await attempt(served, DEPUTY, "garbage") == (422, "header-is-well-formed")


async def test_acts_that_are_open_are_those_that_were_delegated(served: Served) -> None:
    granted = delegation(ActKind.GUIDANCE)
    await arrange(served, granted)
    headers = served.headers(DEPUTY) | {"Juqu-Acting-For": granted.delegation_id}
    acts = (await served.http.get(f"/districts/{CASE}/acts", headers=headers)).json()
    assert {act["command"] for act in acts} == {"RecordSupport"}
    assert (await served.http.get(f"/districts/{CASE}/acts", headers=served.headers(DEPUTY))).status_code == 403
