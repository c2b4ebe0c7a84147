"""Offices and the ends of days: parsed and computed at one place."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from shared.contracts.core import CST, Role
from shared.programme.dates.days import first_moment_after, first_moment_of, last_day_before
from shared.programme.values.offices import KIND_OF_ROLE, Office, as_stored, check_office


@pytest.mark.parametrize(
    ("text", "office"),
    [
        ("county:220113", Office("county", "220113")),
        ("province", Office("province")),
        ("expert:a:b", Office("expert", "a:b")),
        ("", Office("")),
    ],
)
def test_an_office_is_its_kind_and_which_of_that_kind(text: str, office: Office) -> None:
    assert Office.parse(text) == office
    assert str(office) == text


def test_a_unit_is_stored_by_its_code_in_capitals_and_nothing_else_is_touched() -> None:
    assert as_stored("unit:91220101ma0y1234x5") == "unit:91220101MA0Y1234X5"
    assert as_stored("expert:wang") == "expert:wang"
    assert as_stored("operator:") == "operator:", "a form that is wrong stays wrong"


@pytest.mark.parametrize("role", Role)
def test_a_role_belongs_to_one_kind_of_office(role: Role) -> None:
    offices = {
        **{f"{kind}:220113": kind for kind in ("county", "city", "unit", "expert", "consumer")},
        "province": "province",
        "operator:wang": "operator",
        "auditor": "auditor",
        "system:intake": "system",
    }
    for office, kind in offices.items():
        if kind == KIND_OF_ROLE[role]:
            check_office(office, frozenset({role}))
        else:
            with pytest.raises(ValueError, match=f"the role {role} belongs to an office '{KIND_OF_ROLE[role]}'"):
                check_office(office, frozenset({role}))


@pytest.mark.parametrize("text", ["county:2201", "province:1", "system:", "expert:a b", "town:220113", "operator:"])
def test_what_is_no_office_has_no_role(text: str) -> None:
    with pytest.raises(ValueError, match="there is no office"):
        check_office(text, frozenset())


def test_what_may_be_done_on_a_last_day_is_late_from_the_midnight_after() -> None:
    last_day = date(2024, 2, 29)
    late = first_moment_after(last_day)
    assert late == datetime(2024, 3, 1, tzinfo=CST) == datetime(2024, 2, 29, 16, tzinfo=UTC)
    assert last_day_before(late) == last_day
    assert last_day_before(late.astimezone(UTC)) == last_day
    assert first_moment_of(last_day) == datetime(2024, 2, 29, tzinfo=CST)
