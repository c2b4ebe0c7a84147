"""The policy: a version is adopted by the lead from a later day on, refused where it makes no sense, never edited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from services.office.policy import POLICIES, rules
from services.office.policy.commands import AdoptPolicy
from shared.contracts.core import Rule, derived_id
from shared.contracts.office import POLICY, PolicyAdopted
from shared.eventlog.log import EventLog
from shared.programme import policy as law
from shared.programme.policy import PolicyError, policy, policy_in_force, take_adopted
from shared.service.law import Law
from tests.lifecycle.served import serving
from tests.office.people import CITY, CLERK, LEAD
from tests.servers import Database
from tests.specification import context, given

TEXT: Final = 'version = "2030.1"\nbased_on = "2027.1"\npass_mark = 65\n'
FROM: Final = date(2030, 3, 1)
ON: Final = "2030-01-15"


def adopting(who: Any = LEAD, **changed: Any) -> AdoptPolicy:
    facts: dict[str, Any] = {"policy": "programme", "text": TEXT, "effective_from": FROM}
    return AdoptPolicy(context=context(who, ON), **facts | changed)


def adopted(text: str = TEXT, on: date = FROM) -> PolicyAdopted:
    return PolicyAdopted(version="2030.1", effective_from=on, sha256=sha256(text.encode()).hexdigest(), text=text)


@pytest.fixture
def forgotten() -> Iterator[None]:
    yield
    take_adopted(())


def test_it_has_the_stream_that_every_process_reads() -> None:
    assert POLICIES.stream("programme") == POLICY


def test_the_lead_adopts_a_version_once() -> None:
    given(POLICIES).when(adopting()).then(adopted()).again().then()


@pytest.mark.parametrize("who", [CLERK, CITY])
def test_nobody_else_does(who: Any) -> None:
    given(POLICIES).when(adopting(who)).refused(rules.POLICY_IS_ADOPTED_BY_THE_LEAD)


@pytest.mark.parametrize(
    ("changed", "rule", "field"),
    [
        ({"policy": "other"}, rules.POLICY_EXISTS, ""),
        ({"text": "version = "}, rules.POLICY_MAKES_SENSE, "text"),
        ({"text": "version = " + "[" * 15_000}, rules.POLICY_MAKES_SENSE, "text"),
        ({"text": "pass_mark = 65"}, rules.POLICY_MAKES_SENSE, "text.version"),
        ({"text": TEXT.replace("65", "200")}, rules.POLICY_MAKES_SENSE, "text.pass_mark"),
        ({"text": TEXT.replace("pass_mark", "passmark")}, rules.POLICY_MAKES_SENSE, "text"),
        ({"text": TEXT.replace("2027.1", "2026.1")}, rules.POLICY_MAKES_SENSE, "text"),
        ({"text": TEXT + "effective_from = 2030-03-01\n"}, rules.POLICY_MAKES_SENSE, "text.effective_from"),
        ({"text": TEXT.replace("2030.1", "2027.1")}, rules.POLICY_IS_NEVER_EDITED, "text"),
        ({"effective_from": date(2030, 1, 15)}, rules.POLICY_BEGINS_LATER, "effective_from"),
    ],
)
def test_a_wrong_version_is_refused_at_its_field(changed: dict[str, Any], rule: Rule, field: str) -> None:
    given(POLICIES).when(adopting(**changed)).refused(rule, field=field)


def test_an_absurd_value_is_refused_with_its_clause_in_both_languages() -> None:
    refusal = given(POLICIES).when(adopting(text=TEXT.replace("65", "200"))).refused(rules.POLICY_MAKES_SENSE)
    (reason,) = refusal.reasons
    assert (reason.clause, "it is 1 to 100" in reason.message) == ("四（四）", True)
    assert reason.message_zh == "政策2030.1：通过分数线（四（四））为200，应为1至100"


def test_a_used_version_is_never_edited_and_a_day_has_one_version() -> None:
    history = given(POLICIES, (adopted(),))
    history.when(adopting(text=TEXT.replace("65", "66"))).refused(rules.POLICY_IS_NEVER_EDITED)
    history.when(adopting(effective_from=date(2030, 4, 1))).refused(rules.POLICY_IS_NEVER_EDITED)
    another = 'version = "2030.2"\nbased_on = "2030.1"\n'
    history.when(adopting(text=another)).refused(rules.FIRST_DAY_IS_FREE, field="effective_from")
    history.when(adopting(text=another, effective_from=date(2030, 4, 1))).then_kinds(PolicyAdopted)


@pytest.mark.usefixtures("forgotten")
def test_it_is_in_force_from_its_first_day_and_older_cases_keep_theirs() -> None:
    take_adopted([(TEXT, FROM)])
    assert (policy_in_force(date(2030, 2, 28)).version, policy_in_force(FROM).version) == ("2027.1", "2030.1")
    assert (policy("2027.1").pass_mark, policy("2030.1").pass_mark) == (60, 65)
    assert policy("2030.1").term_years == policy("2027.1").term_years


def test_a_shipped_version_that_was_edited_is_named_with_its_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    law.refuse_edited()
    kept = {version: dict(digests) for version, digests in law.kept_digests().items()}
    assert set(kept) == set(law.shipped_policies())
    assert all(set(digests) == set(kept["2027.1"]) for digests in kept.values())
    kept["2018-04-28.1"]["pass_mark"] = "0" * 64
    monkeypatch.setattr(law, "kept_digests", lambda: kept)
    with pytest.raises(PolicyError, match=r"2018-04-28\.1 pass_mark"):
        law.refuse_edited()


async def test_a_process_does_not_start_by_an_edited_policy(
    database: Database, redis_url: str, state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law, "kept_digests", lambda: {"2027.1": {"term_years": ""}})
    with pytest.raises(PolicyError, match=r"2027\.1 term_years"):
        async with serving(database, redis_url, state_dir):
            pass


@pytest.fixture
async def log(database: Database) -> AsyncIterator[EventLog]:
    async with await EventLog.open(database.url("office")) as opened:
        yield opened


@pytest.mark.usefixtures("forgotten")
async def test_every_process_takes_over_what_the_log_holds(log: EventLog) -> None:
    reading = Law(log)
    await reading.read()
    await log.append(POLICY, 0, (adopted(),), context(LEAD, ON))
    await reading.read()
    assert policy_in_force(FROM).pass_mark == 65
    forged = replace(adopted(), version="2031.1", text=TEXT.replace("65", "1"))
    await log.append(POLICY, 1, (forged,), replace(context(LEAD, ON), command_id=derived_id("forged")))
    with pytest.raises(PolicyError, match=r"2031\.1"):
        await Law(log).read()
