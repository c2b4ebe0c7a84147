"""A county, a key unit, a city and their papers, all made up, for the specifications of intake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from services.intake.application import decider
from services.intake.application.commands import (
    AddAttachment,
    ApplicationCommand,
    Endorse,
    OpenDraft,
    RequestEndorsement,
    ReviewEnding,
    ReviseForm,
    SealMark,
    SealPacket,
)
from services.intake.application.state import NotOpened, Stage
from shared.contracts import review as review_events
from shared.contracts.core import Actor, Context, Event, Reason, Refusal, Role, derived_id
from shared.contracts.intake import FilingRoute, Place, ReviewOutcome
from shared.programme.forms import (
    ApplicationForm,
    EvidenceKind,
    Institution,
    KeyUnitNarrative,
    OtherQualification,
    Person,
    ServiceCategory,
    StaffCounts,
    Unit,
)
from shared.programme.values.stored_file import StoredFile
from tests.credit_codes import credit_code
from tests.specification import Given, actor, context, given

CASE = "6a1b6f0e-0000-4000-8000-000000000001"
JIUTAI = "220113"
COUNTY_UNIT = Unit(name="长春市九台区科技主管部门（虚构）", uscc="11220113DEM000014H")
KEY_UNIT = Unit(name="九台示例知识产权服务有限公司（虚构）", uscc="91220113DEM0000224")

COUNTY = actor("county:220113", Role.COUNTY, subject="zhang")
KEY = actor(f"unit:{KEY_UNIT.uscc}", Role.KEY_UNIT, subject="li")
CITY = actor("city:220100", Role.CITY, subject="wang")
CITY_CLERK = actor("city:220100", Role.CITY, subject="clerk")
OTHER_CITY = actor("city:220200", Role.CITY, subject="zhao")
OTHER_COUNTY = actor("county:220112", Role.COUNTY, subject="sun")
PROVINCE = actor("province", Role.PROVINCE, subject="province-officer")
SYSTEM = actor("system:intake", Role.SYSTEM)
CORRECTED = UUID(int=7)
"""An event whose record somebody finds wrong."""
MARK = SealMark(signature="c2lnbmF0dXJl", key_id="0123456789abcdef", demonstration=True)


def institutions(count: int, *categories: ServiceCategory) -> tuple[Institution, ...]:
    """So many institutions with right codes, each in the categories given."""
    return tuple(
        Institution(
            name=f"示例机构{number}（虚构）",
            uscc=credit_code(f"91220113DEM{number:06d}"),
            categories=categories or (ServiceCategory.AGENCY,),
        )
        for number in range(501, 501 + count)
    )


def form(**changes: object) -> ApplicationForm:
    """A form without errors."""
    whole = ApplicationForm(
        county_contact=Person(name="王样例", post="科长", phone="0000-0000002", email="demo0002@example.invalid"),
        district_basis="以装备配套和现代农业为主导，已引入6家服务机构。",
        institutions=institutions(6),
        staff=StaffCounts(
            total=41, patent_agents=9, lawyers=6, others=(OtherQualification(name="资产评估师", count=3),)
        ),
        county_head=Person(name="张示例", post="局长", phone="0000-0000001"),
        key_unit_narrative=KeyUnitNarrative(overview="近三年代理专利1200余件。"),
        key_unit_head=Person(name="李虚构", post="总经理", phone="0000-0000003"),
        goals_and_plan="三年内机构达到15家。",
        management_body="知识产权科，编制4人",
        development_plan="知识产权服务业发展规划",
        special_fund_yuan=2_000_000,
        special_fund_source="区财政预算",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def stored(name: str = "plan.pdf") -> StoredFile:
    """A stored file whose content is its name."""
    return StoredFile(sha256(name.encode()).hexdigest(), len(name), "application/pdf", name)


ENDINGS: Mapping[ReviewOutcome, ReviewEnding] = {
    ReviewOutcome.APPROVED: review_events.DesignationApproved(
        case_id=CASE,
        document_number="吉科发〔2018〕1号",
        approved_on=date(2018, 7, 2),
        title="九台区知识产权服务业示范区",
        place=Place(
            county=JIUTAI,
            county_name="长春市九台区",
            endorser="220100",
            endorser_name="长春市科学技术局",
            route=FilingRoute.ENDORSED,
            code_given=JIUTAI,
            note="",
        ),
        county_unit=COUNTY_UNIT,
        key_unit=KEY_UNIT,
        form=form(),
        average=Decimal("88.5"),
        policy_version="2018-04-28.1",
        decided_by="lead",
    ),
    ReviewOutcome.NOT_YET: review_events.NotYetConfirmed(case_id=CASE, reasons="条件尚未成熟", decided_by="lead"),
    ReviewOutcome.NOT_ACCEPTED: review_events.AcceptanceRefused(
        case_id=CASE,
        reasons=(
            Reason("evidence.special_fund", "r", "附件1", "a proof is missing", "缺专项经费证明"),
            Reason("form", "r", "附件1", "said in English only"),
        ),
    ),
}
"""How a review may end, each by its event."""

_counter = iter(range(1, 1_000_000))


def by(who: Actor, on: str = "2018-06-11", command_id: UUID | None = None) -> Context:
    """A context with a command id of its own."""
    return context(who, on, command_id=command_id or derived_id("intake test", str(next(_counter))))


def stage_of(events: tuple[Event, ...]) -> Stage:
    """The stage that a history leads to."""
    stage: Stage = NotOpened()
    for event in events:
        stage = decider.evolve(stage, event)
    return stage


def sha_of(events: tuple[Event, ...]) -> str:
    """The hash of the packet that a history leads to."""
    stage = stage_of(events)
    assert not isinstance(stage, NotOpened)
    return stage.application.packet_sha256


def after(events: tuple[Event, ...], *commands: ApplicationCommand) -> tuple[Event, ...]:
    """The history that commands lead to; fails where one is refused."""
    for command in commands:
        outcome = decider.decide(stage_of(events), command)
        assert not isinstance(outcome, Refusal), outcome
        events += outcome
    return events


def open_draft(who: Actor = COUNTY, on: str = "2018-06-11", **changes: object) -> OpenDraft:
    """Open the draft of 九台."""
    command = OpenDraft(
        context=by(who, on), case_id=CASE, division_code=JIUTAI, county_unit=COUNTY_UNIT, key_unit=KEY_UNIT
    )
    return replace(command, **changes)  # type: ignore[arg-type]


def add(kind: EvidenceKind, who: Actor = COUNTY, name: str = "", attachment_id: str = "") -> AddAttachment:
    """Add a document of a kind."""
    return AddAttachment(
        context=by(who),
        case_id=CASE,
        kind=kind,
        title=kind.zh,
        file=stored(name or f"{kind.value}.pdf"),
        attachment_id=attachment_id,
    )


def seal(events: tuple[Event, ...], who: Actor, on: str = "2018-06-11") -> SealPacket:
    """Set a seal on the packet as it is."""
    return SealPacket(context=by(who, on), case_id=CASE, packet_sha256=sha_of(events), mark=MARK)


def sealed_by(events: tuple[Event, ...], *who: Actor, on: str = "2018-06-11") -> tuple[Event, ...]:
    """The history in which these have sealed the packet as it is."""
    for sealer in who:
        events = after(events, seal(events, sealer, on))
    return events


def opened() -> tuple[Event, ...]:
    """A draft, empty."""
    return after((), open_draft())


def written(**changes: object) -> tuple[Event, ...]:
    """A draft with a form and the documents that every packet needs."""
    return after(
        opened(),
        ReviseForm(context=by(COUNTY), case_id=CASE, form=form(**changes)),
        add(EvidenceKind.WORK_PLAN),
        add(EvidenceKind.SPECIAL_FUND),
    )


def ready(**changes: object) -> tuple[Event, ...]:
    """A draft that both applicants have sealed."""
    return sealed_by(written(**changes), COUNTY, KEY)


def request(who: Actor = COUNTY, on: str = "2018-06-11") -> RequestEndorsement:
    """Send it on."""
    return RequestEndorsement(context=by(who, on), case_id=CASE)


def awaiting() -> tuple[Event, ...]:
    """Sealed by both and with the city."""
    return after(ready(), request())


def endorse(events: tuple[Event, ...], who: Actor = CITY, on: str = "2018-06-20", opinion: str = "同意申报") -> Endorse:
    """The city agrees to the packet as it is."""
    return Endorse(context=by(who, on), case_id=CASE, opinion=opinion, packet_sha256=sha_of(events), mark=MARK)


def filed() -> tuple[Event, ...]:
    """With the province."""
    events = awaiting()
    return after(events, endorse(events))


def history(events: tuple[Event, ...] = ()) -> Given[Stage, ApplicationCommand]:
    """A history, to be continued by ``when``."""
    return given(decider, events)


def newest_attachment(events: tuple[Event, ...]) -> str:
    """The id of the document that was added last."""
    stage = stage_of(events)
    assert not isinstance(stage, NotOpened)
    return stage.application.documents[-1].attachment_id
