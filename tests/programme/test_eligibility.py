"""The conditions of 四（二）, explained."""

from dataclasses import replace

import pytest

from shared.programme.eligibility import Compliance, assess
from shared.programme.forms import CoverageCell, CoverageMatrix, EvidenceKind, IpKind, ServiceKind
from shared.programme.policy import policy
from tests.programme.samples import ALL_EVIDENCE, A, B, C, D, E, Sample, form, roster

POLICY = policy("2018-04-28.1")


@pytest.mark.parametrize("sample", [A, B, C, D])
def test_the_districts_that_were_designated_are_eligible(sample: Sample) -> None:
    report = assess(form(sample), ALL_EVIDENCE, POLICY)
    assert report.eligible
    for_the_experts = [each.key for each in report.conditions if each.outcome is Compliance.NEEDS_JUDGEMENT]
    assert for_the_experts == ["industry_and_innovators", "service_coverage"]
    assert report.policy_version == POLICY.version


def test_sample_e_fails_for_exactly_two_reasons() -> None:
    report = assess(form(E), ALL_EVIDENCE - {EvidenceKind.SPECIAL_FUND}, POLICY)
    assert not report.eligible
    assert [(one.key, one.clause) for one in report.not_met] == [
        ("special_fund", "四（二）1"),
        ("institutions_minimum", "四（二）3"),
    ]
    fund, institutions = report.not_met
    assert fund.reason_zh == "无专项经费来源"
    assert institutions.reason_zh == "服务机构去重后2家<3家（分类计数合计4家，不按合计判定）"
    assert institutions.reason_en == "2 distinct institutions < 3 (the categories add up to 4, which decides nothing)"
    assert "1 more" in institutions.remedy_en


def test_where_each_institution_has_one_category_nothing_is_said_of_their_sum() -> None:
    lines = tuple(replace(line, categories=line.categories[:1]) for line in roster(A))
    report = assess(replace(form(A), institutions=lines), ALL_EVIDENCE, POLICY)
    institutions = next(one for one in report.conditions if one.key == "institutions_minimum")
    assert institutions.reason_zh == "服务机构去重后6家≥3家"
    assert institutions.reason_en == "6 distinct institutions ≥ 3"


@pytest.mark.parametrize(("count", "outcome"), [(2, Compliance.NOT_MET), (3, Compliance.MET), (4, Compliance.MET)])
def test_three_institutions_are_enough(count: int, outcome: Compliance) -> None:
    report = assess(replace(form(A), institutions=roster(A)[:count]), ALL_EVIDENCE, POLICY)
    assert next(one for one in report.conditions if one.key == "institutions_minimum").outcome is outcome


def test_the_least_number_is_the_policys() -> None:
    report = assess(form(A), ALL_EVIDENCE, replace(POLICY, minimum_institutions=7))
    assert [one.key for one in report.not_met] == ["institutions_minimum"]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"special_fund_yuan": 0}, "special_fund"),
        ({"special_fund_yuan": None}, "special_fund"),
        ({"special_fund_source": " "}, "special_fund"),
    ],
)
def test_a_fund_needs_an_amount_and_a_source(changes: dict[str, object], key: str) -> None:
    report = assess(replace(form(A), **changes), ALL_EVIDENCE, POLICY)  # type: ignore[arg-type]
    assert [one.key for one in report.not_met] == [key]


@pytest.mark.parametrize(
    ("yuan", "source", "says", "rests_on"),
    [
        (0, "区财政", ("未写明专项经费金额", "The amount of the fund is not stated"), ("special_fund_source",)),
        (1, "", ("无专项经费来源", "There is no source of a special fund"), ("special_fund_yuan",)),
        (0, "", ("无专项经费来源", "There is no source of a special fund"), ()),
        (
            1,
            "区财政",
            (
                "专项经费1元，来源：区财政；尚缺专项经费证明",
                "A special fund of 1 yuan, from 区财政; its proof is still missing",
            ),
            ("special_fund_yuan", "special_fund_source"),
        ),
    ],
)
def test_what_a_fund_lacks_is_said_in_both_languages(
    yuan: int, source: str, says: tuple[str, str], rests_on: tuple[str, ...]
) -> None:
    report = assess(replace(form(A), special_fund_yuan=yuan, special_fund_source=source), (), POLICY)
    fund = next(one for one in report.conditions if one.key == "special_fund")
    assert (fund.reason_zh, fund.reason_en) == says
    assert fund.evidence == rests_on
    assert (fund.remedy_zh == "") == (fund.remedy_en == "") == (fund.outcome is Compliance.MET)


@pytest.mark.parametrize("kind", [EvidenceKind.MANAGEMENT_BODY, EvidenceKind.DEVELOPMENT_PLAN])
def test_a_body_and_a_plan_are_stated_or_proved(kind: EvidenceKind) -> None:
    bare = replace(form(A), management_body="", development_plan="")
    unproved = assess(bare, (), POLICY)
    assert {one.key for one in unproved.not_met} == {"management_body", "development_plan"}
    proved = assess(bare, (kind,), POLICY)
    assert kind.value not in {one.key for one in proved.not_met}
    assert next(one for one in proved.conditions if one.key == kind.value).evidence == (f"evidence.{kind.value}",)


@pytest.mark.parametrize("kind", ["management_body", "development_plan", "special_fund", "innovators", "institutions"])
def test_a_condition_names_the_evidence_that_is_there_and_no_other(kind: str) -> None:
    report = assess(form(A), (EvidenceKind(kind),), POLICY)
    named = {place for one in report.conditions for place in one.evidence if place.startswith("evidence.")}
    assert named == {f"evidence.{kind}"}


def test_a_stated_fund_without_its_proof_says_so() -> None:
    report = assess(form(A), (), POLICY)
    fund = next(one for one in report.conditions if one.key == "special_fund")
    assert fund.outcome is Compliance.MET
    assert "尚缺专项经费证明" in fund.reason_zh
    assert fund.evidence == ("special_fund_yuan", "special_fund_source")


def test_the_gaps_of_the_matrix_go_to_the_experts() -> None:
    report = assess(form(A), ALL_EVIDENCE, POLICY)
    coverage = report.conditions[-1]
    assert len(report.coverage_gaps) == 35
    assert (IpKind.PATENT, ServiceKind.AGENCY) not in report.coverage_gaps
    assert "集成电路布图设计商用" in coverage.reason_zh
    assert coverage.outcome is Compliance.NEEDS_JUDGEMENT


def test_a_full_matrix_still_needs_judgement() -> None:
    code = roster(A)[0].uscc
    cells = tuple(
        CoverageCell(ip=ip, service=service, institutions=(code,)) for ip in IpKind for service in ServiceKind
    )
    report = assess(replace(form(A), coverage=CoverageMatrix(cells=cells)), ALL_EVIDENCE, POLICY)
    assert report.coverage_gaps == ()
    assert report.conditions[-1].outcome is Compliance.NEEDS_JUDGEMENT


def test_every_unmet_condition_says_what_mends_it() -> None:
    report = assess(replace(form(E), management_body="", development_plan=""), (), POLICY)
    assert len(report.not_met) == 4
    for one in report.not_met:
        assert one.remedy_zh
        assert one.remedy_en
        assert one.reason_en
