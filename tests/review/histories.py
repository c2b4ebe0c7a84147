"""A fictitious case and its history up to each stage, made by the decider itself. The dates are real working days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache, reduce
from typing import Any
from uuid import UUID

from services.review.case import commands, decider
from services.review.case.commands import CaseCommand
from shared.contracts import intake as intake_events
from shared.contracts.core import Context, Due, Event, Reason, Refusal, Role, derived_id
from shared.contracts.intake import Attachment, FilingRoute, Place, Seal, Sealer
from shared.contracts.review import ChecklistItem, Expert, Score
from shared.programme.forms import (
    ApplicationForm,
    EvidenceKind,
    Finding,
    Institution,
    KeyUnitNarrative,
    Person,
    ServiceCategory,
    Severity,
    StaffCounts,
    Unit,
)
from shared.programme.policy import policy
from shared.programme.record import Recorded
from shared.programme.values.stored_file import StoredFile
from tests.credit_codes import credit_code
from tests.specification import actor, context

CASE = "5b0b2f1e-7d0e-5d8a-9a50-000000000001"
POLICY = policy("2018-04-28.1")

OFFICER = actor("province", Role.PROVINCE, subject="officer-1")
KEYING_OFFICER = actor("province", Role.PROVINCE, subject="officer-2")
LEAD = actor("province", Role.PROVINCE_LEAD, subject="lead-1")
SYSTEM = actor("system:review", Role.SYSTEM)
COUNTY = actor("county:220113", Role.COUNTY)

COUNTY_UNIT = Unit(name="长春市九台区科技主管部门（虚构）", uscc="11220113DEM000014H")
KEY_UNIT = Unit(name="九台示例知识产权服务有限公司（虚构）", uscc="91220113DEM0000224")
PLACE = Place(
    county="220113",
    county_name="九台区",
    endorser="220100",
    endorser_name="长春市科技局",
    route=FilingRoute.ENDORSED,
    code_given="220113",
    note="",
)


def expert_at(office: str) -> Callable[[str], Context]:
    """The context of an expert on a day."""
    return lambda on: context(actor(office, Role.EXPERT), on)


def expert(number: int, **other: str) -> Expert:
    """An expert without a conflict."""
    known = Expert(
        expert_id=f"e{number}",
        name=f"专家{number}（虚构）",
        organisation=f"示例大学{number}（虚构）",
        organisation_uscc="",
        division="220104",
    )
    return replace(known, **other)


def institution(number: int, *categories: ServiceCategory) -> Institution:
    """An institution with a credit code that is right."""
    code = credit_code(f"91220113DEM{number:06d}")
    return Institution(name=f"示例机构{number}（虚构）", uscc=code, categories=categories)


FORM = ApplicationForm(
    county_code="220113",
    county_unit=COUNTY_UNIT,
    key_unit=KEY_UNIT,
    county_contact=Person(name="王样例", post="科长", phone="0000-0000002", email="demo0002@example.invalid"),
    district_basis="已引入三家服务机构，设专项经费。",
    institutions=(
        institution(901, ServiceCategory.AGENCY),
        institution(902, ServiceCategory.AGENCY, ServiceCategory.LEGAL),
        institution(903, ServiceCategory.INFORMATION),
    ),
    staff=StaffCounts(total=41, patent_agents=9, lawyers=6),
    county_head=Person(name="张示例", post="局长", phone="0000-0000001"),
    key_unit_narrative=KeyUnitNarrative(overview="近三年代理专利1200余件。"),
    key_unit_head=Person(name="李虚构", post="总经理", phone="0000-0000003"),
    goals_and_plan="三年内机构达到15家。",
    management_body="设知识产权管理科",
    development_plan="知识产权服务业发展规划（2018-2020）",
    special_fund_yuan=2_000_000,
    special_fund_source="区财政",
    industry_advantage="装备配套和现代农业",
    innovators="龙头企业三家",
)


def stored(name: str, letter: str = "a") -> StoredFile:
    """A document in the store."""
    return StoredFile(letter * 64, 1000, "application/pdf", name)


def attachment(kind: EvidenceKind, letter: str = "a") -> Attachment:
    """A document of the packet."""
    return Attachment(
        attachment_id=f"a-{kind.value}", kind=kind, title=kind.zh, version=1, file=stored(f"{kind.value}.pdf", letter)
    )


ATTACHMENTS = tuple(
    attachment(kind) for kind in (EvidenceKind.APPLICATION_FORM, EvidenceKind.WORK_PLAN, EvidenceKind.SPECIAL_FUND)
)


def seals(packet_sha256: str, *sealers: Sealer) -> tuple[Seal, ...]:
    """Demonstration seals on a packet."""
    return tuple(
        Seal(
            sealer=sealer,
            office=f"{sealer.value}:demo",
            packet_sha256=packet_sha256,
            signature="c2lnbmF0dXJl",
            key_id="demo",
            demonstration=True,
            sealed_by="demo",
            sealed_on=date(2018, 6, 11),
        )
        for sealer in sealers
    )


FILING = intake_events.ApplicationFiled(
    case_id=CASE,
    filed_on=date(2018, 6, 20),
    place=PLACE,
    county_unit=COUNTY_UNIT,
    key_unit=KEY_UNIT,
    form=FORM,
    attachments=ATTACHMENTS,
    seals=seals("1" * 64, *Sealer),
    packet_sha256="1" * 64,
    paper=False,
    defects=(),
    filed_by=("county-clerk", "key-unit-clerk", "city-clerk"),
    policy_version=POLICY.version,
)


def open_case(**changes: Any) -> commands.OpenCase:
    """The packet of a good application, unless changed, reaches the province on 20 June 2018."""
    return commands.OpenCase(context=context(SYSTEM, "2018-06-20"), filing=replace(FILING, **changes))


DEFECT = Finding(
    severity=Severity.ERROR,
    field="seals.key-unit",
    rule="seal_missing",
    clause="四（三）",
    message_zh="重点单位未盖章",
    message_en="The key unit's seal is missing",
)


def open_paper_case() -> commands.OpenCase:
    """A paper filing with two defects: the key unit's seal, and more lawyers than staff."""
    return open_case(
        paper=True,
        form=replace(FORM, staff=replace(FORM.staff, lawyers=50)),
        seals=seals("1" * 64, Sealer.COUNTY, Sealer.CITY),
        defects=(DEFECT,),
        filed_by=("officer-2",),
    )


def item(field: str, rule: str = "missing", message: str = "请补正") -> Reason:
    """One correction asked for."""
    return Reason(field, rule, "四（三）", message, message)


def issue_notice(*items: Reason, on: str = "2018-06-22") -> commands.IssueCorrectionNotice:
    """An officer tells the corrections."""
    return commands.IssueCorrectionNotice(context=context(OFFICER, on), case_id=CASE, items=items)


CORRECTION = intake_events.CorrectionFiled(
    case_id=CASE,
    notice_no=1,
    filed_on=date(2018, 7, 2),
    form=FORM,
    county_unit=COUNTY_UNIT,
    key_unit=KEY_UNIT,
    attachments=ATTACHMENTS,
    seals=seals("2" * 64, *Sealer),
    packet_sha256="2" * 64,
    filed_by=("county-clerk", "key-unit-clerk"),
)


def receive_correction(**changes: Any) -> commands.ReceiveCorrection:
    """The applicants answer notice 1 with a packet that is good, unless changed."""
    correction = replace(CORRECTION, **changes)
    return commands.ReceiveCorrection(context=context(SYSTEM, "2018-07-02"), correction=correction)


def discontinue(on: str = "2018-07-01") -> commands.DiscontinueReview:
    """The applicants withdraw."""
    withdrawal = intake_events.ApplicationWithdrawn(case_id=CASE, reason="申请人撤回", office="county:220113")
    return commands.DiscontinueReview(context=context(SYSTEM, on), withdrawal=withdrawal)


def accept(on: str = "2018-06-25") -> commands.Accept:
    """An officer accepts."""
    return commands.Accept(context=context(OFFICER, on), case_id=CASE)


def judge(condition: str, met: bool = True, on: str = "2018-06-26") -> commands.GiveJudgement:
    """An officer judges a condition."""
    return commands.GiveJudgement(
        context=context(OFFICER, on), case_id=CASE, condition=condition, met=met, reason="材料充分"
    )


def convene(
    experts: tuple[Expert, ...] = tuple(map(expert, range(1, 6))),
    reserves: tuple[Expert, ...] = (expert(6), expert(7)),
) -> commands.ConvenePanel:
    """An officer convenes the panel."""
    return commands.ConvenePanel(
        context=context(OFFICER, "2018-06-28"), case_id=CASE, experts=experts, reserves=reserves
    )


def impartial(expert_id: str, on: str = "2018-06-29") -> commands.DeclareImpartiality:
    """An expert declares that nothing ties them to the applicants."""
    return commands.DeclareImpartiality(context=expert_at(f"expert:{expert_id}")(on), case_id=CASE)


def scores(points: int | str | Decimal = 88) -> tuple[Score, ...]:
    """The same points for every criterion."""
    return tuple(Score(criterion=criterion.key, points=Decimal(points)) for criterion in POLICY.score_criteria)


def submit(
    expert_id: str, points: int | str = 88, *, recommended: bool = True, on: str = "2018-07-20"
) -> commands.SubmitScoreSheet:
    """An expert gives their sheet."""
    return commands.SubmitScoreSheet(
        context=expert_at(f"expert:{expert_id}")(on),
        case_id=CASE,
        scores=scores(points),
        recommended=recommended,
        comment="意见",
    )


def schedule(on: str = "2018-07-24", visit_on: str = "2018-08-08") -> commands.ScheduleSiteVisit:
    """An officer schedules the visit."""
    return commands.ScheduleSiteVisit(
        context=context(OFFICER, on), case_id=CASE, visit_on=date.fromisoformat(visit_on), visitors=("专家1", "专家2")
    )


def report_visit(visited_on: str = "2018-08-08", on: str = "2018-08-09") -> commands.ReportSiteVisit:
    """An officer reports the visit."""
    return commands.ReportSiteVisit(
        context=context(OFFICER, on),
        case_id=CASE,
        visited_on=date.fromisoformat(visited_on),
        attended_by=("专家1", "专家2"),
        checklist=tuple(ChecklistItem(item=item.key, met=True, remark="") for item in POLICY.site_visit_checklist),
        photographs=(stored("大厅.jpg"),),
        findings="与申报材料一致",
        dissent="",
    )


def conclude_panel(on: str = "2018-08-17") -> commands.ConcludePanel:
    """An officer records the conclusion of the panel."""
    return commands.ConcludePanel(context=context(OFFICER, on), case_id=CASE)


def start_publicity(starts_on: str = "2018-08-20", on: str = "2018-08-17") -> commands.StartPublicity:
    """An officer starts publicity."""
    return commands.StartPublicity(context=context(OFFICER, on), case_id=CASE, starts_on=date.fromisoformat(starts_on))


def object_(on: str = "2018-08-22", text: str = "机构数量不实") -> commands.FileObjection:
    """Somebody of the public objects."""
    by = context(actor("public"), on, command_id=derived_id("test", on, text))
    return commands.FileObjection(context=by, case_id=CASE, objector="赵公众（虚构）", text=text)


def end_publicity(on: str = "2018-08-25") -> commands.EndPublicity:
    """The deadline fires."""
    return commands.EndPublicity(context=context(SYSTEM, on), case_id=CASE)


def approve(
    number: str = "吉科发专【2018】112号", approved_on: str = "2018-08-31", on: str = "2018-08-31"
) -> commands.Approve:
    """A lead officer approves."""
    return commands.Approve(
        context=context(LEAD, on), case_id=CASE, document_number=number, approved_on=date.fromisoformat(approved_on)
    )


def correct_record() -> commands.CorrectRecord:
    """An officer corrects a telephone number in the record."""
    return commands.CorrectRecord(
        context=context(OFFICER, "2018-06-27"),
        case_id=CASE,
        corrects=UUID(int=7),
        field="form.county_head.phone",
        was="0000-0000001",
        now="0000-0000009",
        why="录入错误",
        on_word_of="县（区）科技部门来函",
        recorded=Recorded(opened()[0], date(2018, 6, 20)),
    )


def history(*steps: CaseCommand, since: tuple[Event, ...] = ()) -> tuple[Event, ...]:
    """The events that these commands lead to; fails when one is refused."""
    happened = since
    for command in steps:
        outcome = decider.decide(reduce(decider.evolve, happened, decider.initial), command)
        assert not isinstance(outcome, Refusal), (command, outcome)
        happened += outcome
    return happened


@cache
def opened() -> tuple[Event, ...]:
    """Received."""
    return history(open_case())


@cache
def noticed() -> tuple[Event, ...]:
    """A paper case whose corrections were told."""
    return history(open_paper_case(), issue_notice(item("seals.key-unit", "seal_missing"), item("staff.lawyers")))


@cache
def accepted() -> tuple[Event, ...]:
    """Accepted, nothing judged."""
    return history(accept(), since=opened())


@cache
def judged() -> tuple[Event, ...]:
    """Accepted, every condition met."""
    return history(judge("industry_and_innovators"), judge("service_coverage"), since=accepted())


@cache
def undeclared() -> tuple[Event, ...]:
    """The panel is convened."""
    return history(convene(), since=judged())


@cache
def convened() -> tuple[Event, ...]:
    """The panel is convened, and its five members declared their impartiality."""
    return history(*(impartial(f"e{n}") for n in range(1, 6)), since=undeclared())


@cache
def reviewed(points: int = 88, recommending: int = 5) -> tuple[Event, ...]:
    """All five sheets are in."""
    sheets = (submit(f"e{n}", points, recommended=n <= recommending) for n in range(1, 6))
    return history(*sheets, since=convened())


@cache
def visited(points: int = 88, recommending: int = 5) -> tuple[Event, ...]:
    """The visit is reported."""
    return history(schedule(), report_visit(), since=reviewed(points, recommending))


@cache
def concluded(points: int = 88, recommending: int = 5) -> tuple[Event, ...]:
    """The panel has concluded."""
    return history(conclude_panel(), since=visited(points, recommending))


@cache
def publicised() -> tuple[Event, ...]:
    """Publicity runs from 20 to 24 August 2018."""
    return history(start_publicity(), since=concluded())


@cache
def publicity_over() -> tuple[Event, ...]:
    """Publicity has ended, nobody objected."""
    return history(end_publicity(), since=publicised())


@cache
def approved() -> tuple[Event, ...]:
    """The end."""
    return history(approve(), since=publicity_over())


def due(on: str) -> Due:
    """A deadline in a year that is announced."""
    return Due(date.fromisoformat(on))


def only(kind: type[Event], events: tuple[Event, ...]) -> Event:
    """The one event of that kind."""
    (event,) = (event for event in events if type(event) is kind)
    return event
