"""The five sample districts as forms, all fictitious: what the tests of the form and its conditions judge."""

from dataclasses import dataclass

from shared.programme.forms import (
    ApplicationForm,
    CoverageCell,
    CoverageMatrix,
    EvidenceKind,
    Institution,
    IpKind,
    KeyUnitNarrative,
    OtherQualification,
    Person,
    ServiceCategory,
    ServiceKind,
    StaffCounts,
    Unit,
)
from tests.credit_codes import credit_code

ALL_EVIDENCE = frozenset(EvidenceKind)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What the forms of the samples differ in; `counts` are in the order of `ServiceCategory`."""

    county: str
    uscc1: str
    uscc2: str
    distinct: int
    counts: tuple[int, int, int, int, int]
    staff: StaffCounts
    fund_yuan: int | None


A = Sample(
    county="220113",
    uscc1="11220113DEM000014H",
    uscc2="91220113DEM0000224",
    distinct=6,
    counts=(2, 3, 1, 4, 1),
    staff=StaffCounts(total=41, patent_agents=9, lawyers=6, others=(OtherQualification(name="资产评估师", count=3),)),
    fund_yuan=2_000_000,
)
B = Sample(
    county="222401",
    uscc1="11222401DEM0000303",
    uscc2="91222401DEM000049P",
    distinct=5,
    counts=(1, 2, 2, 3, 0),
    staff=StaffCounts(
        total=28, patent_agents=7, lawyers=5, others=(OtherQualification(name="翻译专业资格（朝鲜语）", count=2),)
    ),
    fund_yuan=800_000,
)
C = Sample(
    county="220502",
    uscc1="11220502DEM000073B",
    uscc2="91220502DEM000081X",
    distinct=4,
    counts=(1, 2, 1, 2, 1),
    staff=StaffCounts(total=19, patent_agents=4, lawyers=3, others=(OtherQualification(name="执业药师", count=2),)),
    fund_yuan=600_000,
)
D = Sample(
    county="220702",
    uscc1="11220702DEM000110U",
    uscc2="91220702DEM000129G",
    distinct=3,
    counts=(1, 1, 1, 2, 0),
    staff=StaffCounts(total=12, patent_agents=2, lawyers=2),
    fund_yuan=300_000,
)
D_AS_FIRST_SUBMITTED = Sample(
    county="220702",
    uscc1="11220702DEM000110U",
    uscc2="91220702DEM0001290",
    distinct=3,
    counts=(1, 1, 1, 2, 0),
    staff=StaffCounts(total=12, patent_agents=2, lawyers=14, others=(OtherQualification(count=1),)),
    fund_yuan=300_000,
)
E = Sample(
    county="220622",
    uscc1="11220622DEM00009X2",
    uscc2="91220622DEM000102J",
    distinct=2,
    counts=(1, 1, 0, 2, 0),
    staff=StaffCounts(total=6, patent_agents=1, lawyers=0),
    fund_yuan=None,
)


def roster(sample: Sample) -> tuple[Institution, ...]:
    """Institutions so spread over the categories that the counts of the sample come out."""
    shares: list[list[ServiceCategory]] = [[] for _ in range(sample.distinct)]
    turn = 0
    for category, count in zip(ServiceCategory, sample.counts, strict=True):
        for _ in range(count):
            shares[turn % sample.distinct].append(category)
            turn += 1
    return tuple(
        Institution(
            name=f"示例机构{i}（虚构）",
            uscc=credit_code(f"91{sample.county}DEM0T{i:04d}"),
            categories=tuple(share),
        )
        for i, share in enumerate(shares, start=1)
    )


def form(sample: Sample) -> ApplicationForm:
    """The whole form of a sample."""
    institutions = roster(sample)
    return ApplicationForm(
        county_code=sample.county,
        county_unit=Unit(name="某科技主管部门（虚构）", uscc=sample.uscc1),
        key_unit=Unit(name="示例知识产权服务有限公司（虚构）", uscc=sample.uscc2),
        county_contact=Person(name="王样例", post="科长", phone="0000-0000002", email="demo0002@example.invalid"),
        district_basis="有一定基础。",
        institutions=institutions,
        staff=sample.staff,
        county_head=Person(name="张示例", post="局长", phone="0000-0000001", email="demo0001@example.invalid"),
        key_unit_narrative=KeyUnitNarrative(overview="代理专利1200余件。"),
        key_unit_head=Person(name="李虚构", post="总经理", phone="0000-0000003"),
        goals_and_plan="三年内机构达到15家。",
        management_body="知识产权科，编制3人",
        development_plan="2018-2020年发展规划",
        special_fund_yuan=sample.fund_yuan,
        special_fund_source="区财政预算" if sample.fund_yuan else "",
        industry_advantage="装备配套",
        innovators="龙头企业3家",
        coverage=CoverageMatrix(
            cells=(CoverageCell(ip=IpKind.PATENT, service=ServiceKind.AGENCY, institutions=(institutions[0].uscc,)),)
        ),
    )
