"""The application form: what is counted from it, what is wrong with it, and that any codec can carry it."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.programme.forms import (
    FIELDS,
    ApplicationForm,
    CategoryCount,
    CoverageCell,
    CoverageMatrix,
    EvidenceKind,
    Finding,
    Institution,
    IpKind,
    OtherQualification,
    ServiceCategory,
    ServiceKind,
    Severity,
    StaffCounts,
    derived_counts,
    distinct_roster,
    errors,
    findings,
)
from shared.programme.policy import policy
from tests.programme.samples import ALL_EVIDENCE, D_AS_FIRST_SUBMITTED, A, B, C, D, E, Sample, form, roster

POLICY = policy("2018-04-28.1")
SAMPLES = [A, B, C, D, E]


def rules(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(one.field, one.rule) for one in found]


def found_in(changed: ApplicationForm) -> list[tuple[str, str]]:
    """What is wrong with a form, but for the sample's addresses being fictitious."""
    return [one for one in rules(findings(changed, ALL_EVIDENCE, POLICY)) if one[1] != "fictitious"]


def staffed(
    *, total: int | None = 10, agents: int | None = 2, lawyers: int | None = 3, others: int = 0
) -> ApplicationForm:
    other = (OtherQualification(name="资产评估师", count=others),) if others else ()
    return replace(form(A), staff=StaffCounts(total=total, patent_agents=agents, lawyers=lawyers, others=other))


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_sample_forms_have_nothing_wrong_with_them(sample: Sample) -> None:
    assert not errors(found := findings(form(sample), ALL_EVIDENCE, POLICY))
    assert {one.rule for one in found} == {"fictitious"}


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_five_counts_are_derived_from_the_roster(sample: Sample) -> None:
    assert tuple(derived_counts(roster(sample)).values()) == sample.counts
    assert len(distinct_roster(roster(sample))) == sample.distinct


def test_one_firm_in_three_categories_is_one_institution() -> None:
    code = roster(A)[0].uscc
    lines = (
        Institution(name="甲", uscc=code, categories=(ServiceCategory.LEGAL,)),
        Institution(
            name="甲公司", uscc=f" {code.lower()} ", categories=(ServiceCategory.AGENCY, ServiceCategory.LEGAL)
        ),
        Institution(name="甲", uscc=code, categories=(ServiceCategory.INFORMATION,)),
    )
    assert len(distinct_roster(lines)) == 1
    assert distinct_roster(lines)[0].categories == (
        ServiceCategory.INFORMATION,
        ServiceCategory.LEGAL,
        ServiceCategory.AGENCY,
    )
    assert sum(derived_counts(lines).values()) == 3
    assert ("institutions", "duplicate_institution") in found_in(replace(form(A), institutions=(*roster(A), *lines)))


def test_a_firm_has_the_first_name_that_is_written_of_it() -> None:
    code = roster(A)[0].uscc
    unnamed, first, second = (Institution(name=name, uscc=code) for name in ("", "甲", "甲公司"))
    assert [firm.name for firm in distinct_roster((first, second))] == ["甲"]
    assert [firm.name for firm in distinct_roster((unnamed, second))] == ["甲公司"]


def test_the_paper_form_as_first_submitted_shows_its_defects() -> None:
    found = findings(form(D_AS_FIRST_SUBMITTED), ALL_EVIDENCE - {EvidenceKind.SPECIAL_FUND}, POLICY)
    assert rules(errors(found)) == [
        ("key_unit.uscc", "uscc_check_digit"),
        ("staff.lawyers", "part_exceeds_total"),
        ("staff.others[0].name", "unnamed_qualification"),
        ("evidence.special_fund", "evidence_missing"),
    ]
    assert {one.message_zh for one in found} >= {"律师人数14大于从业人员总数12", "缺专项经费证明", "其他资质未写明名称"}


def test_an_empty_draft_is_told_everything_at_once() -> None:
    found = findings(ApplicationForm(), (), POLICY)
    assert {one.field for one in errors(found)} == {
        *(one.path for one in FIELDS if one.required),
        "institutions",
        "evidence.work_plan",
        "evidence.special_fund",
    }
    assert {one.rule for one in errors(found)} == {"missing", "evidence_missing"}
    assert {one.field for one in found if one.severity is Severity.WARNING} == {
        "evidence.management_body",
        "evidence.development_plan",
        "evidence.innovators",
        "evidence.institutions",
    }


def test_what_the_notice_does_not_ask_of_everybody_may_be_left_out() -> None:
    assert {one.path for one in FIELDS if not one.required} == {
        *("county_contact.post", "county_head.email", "key_unit_head.email"),
        *(f"key_unit_narrative.{part}" for part in ("cases", "new_services", "signed_projects")),
        *("management_body", "development_plan", "special_fund_yuan", "special_fund_source"),
        *("industry_advantage", "innovators"),
    }


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (staffed(), []),
        (staffed(total=3), [("staff.total", "sum_exceeds_total")]),
        (staffed(total=2), [("staff.lawyers", "part_exceeds_total"), ("staff.total", "sum_exceeds_total")]),
        (staffed(total=5, agents=5, lawyers=0), []),
        (staffed(total=0, agents=0, lawyers=0), []),
        (
            staffed(total=-1, agents=-2, lawyers=-3),
            [(f"staff.{n}", "negative") for n in ("total", "patent_agents", "lawyers")],
        ),
        (staffed(total=10**30), [("staff.total", "too_large")]),
        (staffed(others=11), [("staff.others[0].count", "part_exceeds_total"), ("staff.total", "sum_exceeds_total")]),
        (staffed(others=-1), [("staff.others[0].count", "negative")]),
        (
            staffed(total=0, agents=1, lawyers=0),
            [("staff.patent_agents", "part_exceeds_total"), ("staff.total", "sum_exceeds_total")],
        ),
        (staffed(agents=None), [("staff.patent_agents", "missing")]),
        (
            staffed(total=0, agents=None, lawyers=None),
            [("staff.patent_agents", "missing"), ("staff.lawyers", "missing")],
        ),
        (
            replace(
                form(A), staff=StaffCounts(total=0, patent_agents=0, lawyers=0, others=(OtherQualification(name="甲"),))
            ),
            [("staff.others[0].count", "missing")],
        ),
    ],
)
def test_part_above_total_is_an_error_and_sum_above_total_a_warning(
    changed: ApplicationForm, expected: list[tuple[str, str]]
) -> None:
    assert found_in(changed) == expected


def contact(**changes: str) -> Callable[[ApplicationForm], ApplicationForm]:
    return lambda of: replace(of, county_contact=replace(of.county_contact, **changes))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (contact(phone="88955472"), None),
        (contact(phone="0431-88955472"), None),
        (contact(phone="（0431）88955472-801"), None),
        (contact(phone="13800138000"), None),
        (contact(phone="+86 138 0013 8000"), None),
        (contact(phone="call me"), ("county_contact.phone", "phone")),
        (contact(phone="123"), ("county_contact.phone", "phone")),
        (contact(phone="1" * 100), ("county_contact.phone", "phone")),
        (contact(email="a@b"), ("county_contact.email", "email")),
        (contact(email="a b@example.cn"), ("county_contact.email", "email")),
        (contact(email="x" * 300 + "@example.cn"), ("county_contact.email", "too_long")),
        (contact(email=""), ("county_contact.email", "missing")),
        (contact(name="王\u0000"), ("county_contact.name", "characters")),
        (contact(name="王" * 201), ("county_contact.name", "too_long")),
        (contact(post=""), None),
        (lambda of: replace(of, county_code="220381"), None),
        (lambda of: replace(of, county_code="999999"), ("county_code", "division")),
        (lambda of: replace(of, key_unit=of.county_unit), ("key_unit.uscc", "same_unit")),
        (lambda of: replace(of, special_fund_yuan=-1), ("special_fund_yuan", "negative")),
        (lambda of: replace(of, special_fund_yuan=10**12), ("special_fund_yuan", "too_large")),
        (lambda of: replace(of, district_basis="好" * 20_001), ("district_basis", "too_long")),
        (lambda of: replace(of, district_basis="第一行\n第二行"), None),
        (
            lambda of: replace(of, institutions=(*of.institutions, Institution(name="乙", uscc="91"))),
            ("institutions[6].uscc", "uscc_length"),
        ),
        (
            lambda of: replace(of, declared_counts=(CategoryCount(category=ServiceCategory.LEGAL, count=9),)),
            ("declared_counts[0]", "counts_differ"),
        ),
        (
            lambda of: replace(of, declared_counts=(CategoryCount(category=ServiceCategory.LEGAL, count=-9),)),
            ("declared_counts[0]", "negative"),
        ),
        (
            lambda of: replace(of, coverage=CoverageMatrix(cells=(cell("91220113DEM0000224"),))),
            ("coverage.cells[0].institutions", "unknown_institution"),
        ),
        (lambda of: replace(of, coverage=CoverageMatrix(cells=(cell(),) * 37)), ("coverage.cells", "too_many")),
        (lambda of: replace(of, institutions=of.institutions * 100), ("institutions", "too_many")),
        (
            lambda of: replace(of, staff=replace(of.staff, others=(OtherQualification(name="甲", count=0),) * 501)),
            ("staff.others", "too_many"),
        ),
    ],
)
def test_each_finding_names_its_field_and_rule(
    change: Callable[[ApplicationForm], ApplicationForm], expected: tuple[str, str] | None
) -> None:
    found = found_in(change(form(A)))
    if expected is None:
        assert found == []
    else:
        assert expected in found


@pytest.mark.parametrize(
    "change",
    [
        contact(name="王" * 200),
        lambda of: replace(of, district_basis="好" * 20_000),
        lambda of: replace(of, special_fund_yuan=0),
        lambda of: replace(of, special_fund_yuan=100_000_000_000),
        lambda of: replace(of, coverage=CoverageMatrix(cells=(cell(),) * 36)),
        lambda of: replace(of, staff=replace(of.staff, others=(OtherQualification(name="甲", count=0),) * 500)),
        lambda of: replace(of, staff=replace(of.staff, total=100_000)),
    ],
)
def test_a_form_may_hold_as_much_as_the_policy_allows(change: Callable[[ApplicationForm], ApplicationForm]) -> None:
    assert found_in(change(form(A))) == []


def test_a_roster_may_have_as_many_institutions_as_the_policy_allows() -> None:
    full = replace(form(A), institutions=roster(A)[:1] * POLICY.roster_max)
    assert ("institutions", "too_many") not in found_in(full)


def cell(*codes: str) -> CoverageCell:
    return CoverageCell(ip=IpKind.PATENT, service=ServiceKind.AGENCY, institutions=codes)


def test_an_institution_without_a_category_is_an_error() -> None:
    bare = Institution(name="乙", uscc="91350100M000100Y43")
    assert found_in(replace(form(A), institutions=(*roster(A), bare))) == [("institutions[6].categories", "missing")]


def test_every_finding_names_a_clause_and_speaks_both_languages() -> None:
    for one in findings(ApplicationForm(staff=StaffCounts(total=1, lawyers=2)), (), POLICY):
        assert one.clause
        assert one.message_zh
        assert one.message_en


def test_the_matrix_joins_its_cells_and_knows_its_gaps() -> None:
    matrix = CoverageMatrix(cells=(cell("x", "y"), cell("y", "z")))
    assert matrix.offered_by(IpKind.PATENT, ServiceKind.AGENCY) == ("x", "y", "z")
    assert len(matrix.gaps()) == 35
    assert len(CoverageMatrix(cells=(cell(),)).gaps()) == 36


@pytest.mark.parametrize("sample", SAMPLES)
def test_codecs_carry_a_form_unchanged(sample: Sample) -> None:
    original = form(sample)
    assert msgspec.json.decode(msgspec.json.encode(original), type=ApplicationForm) == original
    adapter = TypeAdapter(ApplicationForm)
    assert adapter.validate_json(adapter.dump_json(original)) == original


@pytest.mark.parametrize("text", ["信息服务", "information"])
def test_terms_are_read_from_their_value_and_from_chinese(text: str) -> None:
    assert ServiceCategory(text) is ServiceCategory.INFORMATION
    assert msgspec.json.decode(f'"{text}"', type=ServiceCategory) is ServiceCategory.INFORMATION
    assert TypeAdapter(ServiceCategory).validate_python(text) is ServiceCategory.INFORMATION


def test_a_term_that_does_not_exist_is_refused() -> None:
    assert ServiceCategory("咨询培训") is ServiceCategory.CONSULTING_TRAINING
    with pytest.raises(ValueError, match="占卜"):
        ServiceCategory("占卜")


@given(st.lists(st.sampled_from(roster(A)), max_size=20))
def test_repeating_institutions_never_adds_one(lines: list[Institution]) -> None:
    assert len(distinct_roster(lines)) == len({one.uscc for one in lines})
    assert distinct_roster(distinct_roster(lines)) == distinct_roster(lines)
    assert max(derived_counts(lines).values()) <= len(distinct_roster(lines))


@given(st.integers(), st.integers(), st.integers(), st.text(max_size=40))
def test_any_numbers_and_text_give_findings_and_no_failure(total: int, agents: int, yuan: int, text: str) -> None:
    odd = replace(
        form(A), special_fund_yuan=yuan, county_code=text, staff=StaffCounts(total=total, patent_agents=agents)
    )
    assert all(one.field and one.rule for one in findings(odd, ALL_EVIDENCE, POLICY))
