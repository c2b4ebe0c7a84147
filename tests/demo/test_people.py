"""The page of people offers whoever acts in the demonstration, and nobody who does not."""

from __future__ import annotations

from deploy.demo.cases import read_cases
from deploy.demo.contacts import offices
from deploy.demo.judging import experts
from deploy.local.issuer.people import APPLICANTS, CLERK, LEAD, OFFICER, city, county, expert, find, panels, rooms, unit
from shared.programme.values.offices import check_office

CASES, OLD = read_cases()
OFFERED = [each.actor for room in (*rooms(), *panels()) for each in room.people]


def test_it_offers_everybody_of_the_play() -> None:
    acting = {OFFICER, CLERK, LEAD, county(OLD.county)}
    for case in CASES:
        acting |= {county(case.county), unit(case.key_unit), city(case.city)}
        acting |= {expert(each["expert_id"]) for each in experts(case)}
    assert acting <= set(OFFERED)


def test_it_offers_the_offices_of_the_play_and_who_watches_over_it() -> None:
    told = {office for office, _ in offices(CASES, OLD)}
    assert {each.office for each in OFFERED} == told | {"operator", "auditor"}


def test_units_are_called_as_their_cases_call_them() -> None:
    called = {each.uscc: each.unit for each in APPLICANTS}
    assert called == {case.key_unit: case.facts["key_unit"]["name"] for case in CASES} | {
        OLD.key_unit["uscc"]: OLD.key_unit["name"]
    }


def test_each_is_one_person_in_an_office_that_there_is() -> None:
    assert len({each.subject for each in OFFERED}) == len(OFFERED)
    for each in OFFERED:
        check_office(each.office, each.roles)
        assert find(each.subject) == each
        assert "（虚构）" in each.name
