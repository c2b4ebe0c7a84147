"""Who is who to an application: an office and its role together, never one of them alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.intake import rules
from services.intake.application.commands import CorrectRecord, CorrectUnit, ReturnForChanges, SealPacket, Withdraw
from services.intake.application.permission import may_see, not_theirs
from services.intake.application.state import Application, NotOpened
from shared.contracts.core import Actor, Role
from shared.contracts.intake import FilingRoute, Sealer
from tests.intake import cases
from tests.intake.cases import CASE, CITY, COUNTY, KEY, KEY_UNIT, OTHER_CITY, OTHER_COUNTY, PROVINCE, by
from tests.intake.test_paper_and_corrections import key
from tests.specification import actor

LEAD = actor("province", Role.PROVINCE_LEAD)
OTHER_UNIT = actor("unit:91222401DEM000049P", Role.KEY_UNIT)
MISFITS = (
    actor("county:220113", Role.CITY),
    actor("city:220113", Role.COUNTY),
    actor("city:220100", Role.COUNTY),
    actor("county:220100", Role.CITY),
    actor(f"unit:{KEY_UNIT.uscc}", Role.COUNTY),
    actor(f"county:{KEY_UNIT.uscc}", Role.KEY_UNIT),
    actor("province", Role.COUNTY),
    actor("city:220100", Role.PROVINCE),
    actor("province:", Role.PROVINCE),
)
"""An office whose role is missing, or a role in another office."""


def application() -> Application:
    stage = cases.stage_of(cases.awaiting())
    assert not isinstance(stage, NotOpened)
    return stage.application


def withdraw(who: Actor) -> Withdraw:
    return Withdraw(context=by(who), case_id=CASE, reason="撤回")


def correct_record(who: Actor) -> CorrectRecord:
    return CorrectRecord(
        context=by(who), case_id=CASE, corrects=cases.CORRECTED, field="f", was="a", now="b", why="c", on_word_of="d"
    )


@pytest.mark.parametrize("who", [COUNTY, KEY])
def test_applicants_act_for_the_application(who: Actor) -> None:
    assert not_theirs(withdraw(who), application()) is None


@pytest.mark.parametrize("who", [CITY, OTHER_CITY, OTHER_COUNTY, OTHER_UNIT, PROVINCE, *MISFITS])
def test_nobody_else_is_an_applicant_the_city_neither(who: Actor) -> None:
    refusal = not_theirs(withdraw(who), application())
    assert refusal is not None
    assert (refusal.rule, refusal.detail) == (rules.NOT_AN_APPLICANT, who.office)


@pytest.mark.parametrize("who", [PROVINCE, LEAD, CITY])
def test_officers_are_the_provinces_and_the_citys_own(who: Actor) -> None:
    assert not_theirs(correct_record(who), application()) is None


@pytest.mark.parametrize("who", [COUNTY, KEY, OTHER_CITY, *MISFITS])
def test_an_officer_has_the_office_and_the_role(who: Actor) -> None:
    refusal = not_theirs(correct_record(who), application())
    assert refusal is not None
    assert refusal.rule is rules.NOT_AN_OFFICER


def test_where_no_city_endorses_no_city_acts() -> None:
    place = replace(application().place, endorser="", endorser_name="", route=FilingRoute.DIRECT)
    direct = replace(application(), place=place)
    nowhere = actor("city:", Role.CITY)
    back = ReturnForChanges(context=by(nowhere), case_id=CASE, changes="改")
    for command in (withdraw(nowhere), correct_record(nowhere), back):
        assert not_theirs(command, direct) is not None
    assert not may_see(nowhere, county=place.county, endorser="", key_uscc=KEY_UNIT.uscc)


def test_a_unit_is_put_right_by_itself_and_by_the_county_only() -> None:
    for who, sealer, own in (
        (COUNTY, Sealer.COUNTY, True),
        (COUNTY, Sealer.KEY_UNIT, True),
        (KEY, Sealer.KEY_UNIT, True),
        (KEY, Sealer.COUNTY, False),
        (PROVINCE, Sealer.KEY_UNIT, False),
    ):
        command = CorrectUnit(context=by(who), case_id=CASE, sealer=sealer, unit=KEY_UNIT)
        assert (not_theirs(command, application()) is None) is own


def test_a_city_officer_who_helped_to_file_keeps_no_seal() -> None:
    helper = replace(CITY, subject=COUNTY.subject)
    for who, rule in ((COUNTY, None), (KEY, None), (CITY, None), (helper, rules.OWN_FILING)):
        refusal = not_theirs(SealPacket(context=by(who), case_id=CASE, packet_sha256=""), application())
        assert (refusal and refusal.rule) == rule


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (COUNTY, True),
        (KEY, True),
        (CITY, True),
        (PROVINCE, True),
        (LEAD, True),
        (actor("operator", Role.OPERATOR), True),
        (actor("auditor", Role.AUDITOR), True),
        (OTHER_COUNTY, False),
        (OTHER_CITY, False),
        (OTHER_UNIT, False),
        (actor("expert:e1", Role.EXPERT), False),
        (actor("system:intake", Role.SYSTEM), False),
        (actor("consumer:c", Role.CONSUMER), False),
    ],
)
def test_everybody_sees_what_is_theirs(who: Actor, sees: bool) -> None:
    assert may_see(who, county="220113", endorser="220100", key_uscc=KEY_UNIT.uscc) is sees


def test_a_county_keeps_its_cases_when_its_code_changes() -> None:
    for code in ("220381", "220184"):
        assert may_see(actor(f"county:{code}", Role.COUNTY), county="220381", endorser="", key_uscc="")
    assert may_see(
        actor(f"unit:{KEY_UNIT.uscc.lower()}", Role.KEY_UNIT), county="", endorser="", key_uscc=KEY_UNIT.uscc
    )


def test_the_province_keys_paper_in_by_its_office_and_role() -> None:
    for who in MISFITS:
        cases.history().when(key(who)).refused(rules.NOT_AN_OFFICER)
