"""Conflicts of interest of experts."""

import pytest

from shared.programme.conflicts import Affiliation, Conflict, ConflictKind, conflicts
from shared.programme.forms import Institution, Unit

COUNTY = Unit(name="公主岭市科技主管部门（虚构）", uscc="")
KEY_UNIT = Unit(name="示例知识产权服务有限公司（虚构）", uscc="91220113DEM0000224")
LISTED = Institution(name="示例律师事务所", uscc="91222401DEM000049P")


def found(expert: Affiliation, declared: str | None = None) -> tuple[Conflict, ...]:
    return conflicts(
        expert, county_code="220184", applicants=(COUNTY, KEY_UNIT), institutions=(LISTED,), declared=declared
    )


def kinds(of: tuple[Conflict, ...]) -> list[ConflictKind]:
    return [one.kind for one in of]


@pytest.mark.parametrize(
    "expert",
    [
        Affiliation(uscc="91220113dem0000224"),
        Affiliation(uscc="91222401DEM000049P"),
        Affiliation(organisation="示例知识产权服务有限公司(虚构)"),
        Affiliation(organisation=" 示例律师 事务所 "),
        Affiliation(organisation="示例律师事务所", uscc="91222401DEM000049P"),
    ],
)
def test_the_same_organisation_is_found_by_code_or_name_once(expert: Affiliation) -> None:
    assert kinds(found(expert)) == [ConflictKind.SAME_ORGANISATION]


@pytest.mark.parametrize("code", ["220184", "220381"])
def test_the_same_county_is_found_under_its_old_code_too(code: str) -> None:
    assert kinds(found(Affiliation(organisation="别处大学", county_code=code))) == [ConflictKind.SAME_COUNTY]


def test_a_declared_conflict_needs_no_finding() -> None:
    (declared,) = found(Affiliation(organisation="别处大学", county_code="220102"), "曾任其顾问")
    assert declared.kind is ConflictKind.DECLARED
    assert "曾任其顾问" in declared.reason_zh


@pytest.mark.parametrize("expert", [Affiliation(), Affiliation(organisation="别处大学", uscc="91350100M000100Y43")])
def test_an_unconnected_expert_has_no_conflict(expert: Affiliation) -> None:
    assert found(expert) == ()


def test_every_conflict_is_told() -> None:
    expert = Affiliation(organisation="示例律师事务所", county_code="220184")
    assert kinds(found(expert, "")) == [
        ConflictKind.SAME_ORGANISATION,
        ConflictKind.SAME_COUNTY,
        ConflictKind.DECLARED,
    ]
