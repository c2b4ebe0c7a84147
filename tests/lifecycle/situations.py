"""People, documents and histories that the specifications of a district begin from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import reduce
from hashlib import sha256
from typing import Final
from uuid import UUID

from services.lifecycle.district import commands, decider
from services.lifecycle.district.commands import DistrictCommand
from services.lifecycle.district.state import State
from shared.contracts.core import Actor, Context, Envelope, Event, Refusal, Role, derived_id, event_type
from shared.contracts.intake import FilingRoute, Place
from shared.contracts.lifecycle import EvidenceLink
from shared.contracts.review import DesignationApproved
from shared.programme.divisions import Endorsed, route
from shared.programme.forms import ApplicationForm, Institution, Unit
from shared.programme.values.stored_file import StoredFile
from shared.programme.vocabulary import ServiceCategory
from tests.specification import Given, actor, given
from tests.specification import context as context_of

CASE: Final = "0b6f0c9e-6f6e-5a52-8f0e-8f6f6a3f0a01"
TITLE: Final = "吉林省知识产权服务业集聚发展区"
KEY_UNIT: Final = Unit(name="东昌示例医药知识产权服务中心有限公司（虚构）", uscc="91220502DEM000081X")

SYSTEM: Final = actor("system:lifecycle", Role.SYSTEM)
COUNTY: Final = actor("county:220502", Role.COUNTY)
OTHER_COUNTY: Final = actor("county:220113", Role.COUNTY)
UNIT: Final = actor(f"unit:{KEY_UNIT.uscc}", Role.KEY_UNIT)
CITY: Final = actor("city:220500", Role.CITY)
OTHER_CITY: Final = actor("city:220100", Role.CITY)
PROVINCE: Final = actor("province", Role.PROVINCE, subject="officer")
LEAD: Final = actor("province", Role.PROVINCE_LEAD, subject="head")
TURNCOAT: Final = actor("province", Role.PROVINCE, Role.PROVINCE_LEAD, subject=COUNTY.subject)
"""Somebody who filed for the county and now sits in the province."""

EVIDENCE: Final = (EvidenceLink(event_id=derived_id("evidence"), shows="年度报告齐全"),)
INSTITUTION: Final = Institution(
    name="东昌示例商标事务所（虚构）", uscc="91222401DEM000049P", categories=(ServiceCategory.AGENCY,)
)


def at(who: Actor, on: str) -> Context:
    """Somebody on a day; every command of a specification has an id of its own by actor and day."""
    return context_of(who, on)


def place_of(county: str, on: str) -> Place:
    """Where a district lies."""
    way = route(county, date.fromisoformat(on))
    endorser = way.authority if isinstance(way, Endorsed) else None
    return Place(
        county=way.code,
        county_name=way.county.name,
        endorser=endorser.code if endorser else "",
        endorser_name=endorser.name if endorser else "",
        route=FilingRoute.ENDORSED if endorser else FilingRoute.DIRECT,
        code_given=county,
        note="",
    )


def approved(on: str, county: str = "220502", key_unit: Unit = KEY_UNIT) -> DesignationApproved:
    """Review's approval of that day."""
    return DesignationApproved(
        case_id=CASE,
        document_number="吉科发专〔2019〕88号",
        approved_on=date.fromisoformat(on),
        title=TITLE,
        place=place_of(county, on),
        county_unit=Unit(name="县（区）科技主管部门（虚构）"),
        key_unit=key_unit,
        form=ApplicationForm(county_code=county),
        average=Decimal(71),
        policy_version="2018-04-28.1",
        decided_by="head",
    )


def designate(on: str, county: str = "220502", key_unit: Unit = KEY_UNIT) -> commands.Designate:
    """The command that an approval of that day leads to."""
    return commands.Designate(context=at(SYSTEM, on), approved=approved(on, county, key_unit))


def document(name: str) -> StoredFile:
    """A stored document whose content is its name."""
    return StoredFile(sha256(name.encode()).hexdigest(), 1000, "application/pdf", f"{name}.pdf")


def report(year: int, on: str, who: Actor = COUNTY) -> commands.FileAnnualReport:
    """The filing of a year's report."""
    return commands.FileAnnualReport(
        context=at(who, on),
        case_id=CASE,
        year=year,
        summary=document(f"{year - 1}年工作总结"),
        plan=document(f"{year}年工作计划"),
    )


def acknowledge(year: int, on: str, who: Actor) -> commands.AcknowledgeReport:
    """A receipt of a year's report."""
    return commands.AcknowledgeReport(context=at(who, on), case_id=CASE, year=year)


def overdue(year: int, on: str) -> commands.DeclareReportOverdue:
    """The calendar's word that a report is overdue."""
    return commands.DeclareReportOverdue(context=at(SYSTEM, on), case_id=CASE, year=year)


def missed(year: int, on: str) -> commands.DeclareReportMissed:
    """The calendar's word that a report is missed."""
    return commands.DeclareReportMissed(context=at(SYSTEM, on), case_id=CASE, year=year)


def open_assessment(on: str, who: Actor = SYSTEM) -> commands.OpenAssessment:
    """The opening of an assessment."""
    return commands.OpenAssessment(context=at(who, on), case_id=CASE)


def conclude(
    thinking: str,
    practice: str,
    on: str,
    who: Actor = PROVINCE,
    *,
    evidence: tuple[EvidenceLink, ...] = EVIDENCE,
    unknown: tuple[UUID, ...] = (),
) -> commands.ConcludeAssessment:
    """The points of an assessment."""
    return commands.ConcludeAssessment(
        context=at(who, on),
        case_id=CASE,
        thinking=Decimal(thinking),
        practice=Decimal(practice),
        evidence=evidence,
        unknown_events=unknown,
    )


def retain(on: str, who: Actor = PROVINCE) -> commands.RetainTitle:
    """The decision that a title is kept."""
    return commands.RetainTitle(context=at(who, on), case_id=CASE)


def recommend(on: str, who: Actor = PROVINCE) -> commands.RecommendNationally:
    """The recommendation for the national zone."""
    return commands.RecommendNationally(context=at(who, on), case_id=CASE)


def order(on: str, months: int | None = None, who: Actor = PROVINCE) -> commands.OrderRectification:
    """An order to rectify."""
    return commands.OrderRectification(context=at(who, on), case_id=CASE, requirements="补齐服务链条", months=months)


def extend(months: int, on: str, reason: str = "机构引进未完成", who: Actor = PROVINCE) -> commands.ExtendRectification:
    """More time to rectify."""
    return commands.ExtendRectification(context=at(who, on), case_id=CASE, months=months, reason=reason)


def rectified(on: str, text: str = "已完成整改", who: Actor = COUNTY) -> commands.FileRectificationReport:
    """The county's report that it rectified."""
    return commands.FileRectificationReport(
        context=at(who, on), case_id=CASE, text=text, documents=(document("整改报告"),)
    )


def lapse(due: str, on: str) -> commands.LapseRectification:
    """The calendar's word that the time to rectify is over."""
    return commands.LapseRectification(context=at(SYSTEM, on), case_id=CASE, due=date.fromisoformat(due))


def reassess(points: str, on: str, who: Actor = PROVINCE) -> commands.Reassess:
    """Points given again, the same for both contents."""
    return commands.Reassess(
        context=at(who, on), case_id=CASE, thinking=Decimal(points), practice=Decimal(points), reasons="对照整改要求"
    )


def invite(on: str, who: Actor = PROVINCE, grounds: str = "复核仍不合格") -> commands.InviteHearing:
    """The invitation to state and defend."""
    return commands.InviteHearing(context=at(who, on), case_id=CASE, grounds=grounds)


def state_and_defend(on: str, who: Actor = COUNTY, text: str = "机构正在引进") -> commands.MakeStatement:
    """A statement."""
    return commands.MakeStatement(context=at(who, on), case_id=CASE, text=text)


def close_hearing(due: str, on: str) -> commands.CloseHearing:
    """The calendar's word that the time to be heard is over."""
    return commands.CloseHearing(context=at(SYSTEM, on), case_id=CASE, due=date.fromisoformat(due))


def revoke(
    on: str, who: Actor = LEAD, number: str = "吉科发专〔2023〕58号", considered: str = "", remedies: str = ""
) -> commands.RevokeTitle:
    """The decision that revokes the title."""
    return commands.RevokeTitle(
        context=at(who, on),
        case_id=CASE,
        document_number=number,
        reasons="整改后仍不合格",
        remedies=remedies,
        statement_considered=considered,
    )


def history(*steps: DistrictCommand) -> tuple[Event, ...]:
    """The events these commands lead to, one after the other; fails where one is refused."""
    events: tuple[Event, ...] = ()
    for command in steps:
        outcome = decider.decide(reduce(decider.evolve, events, decider.initial), command)
        assert not isinstance(outcome, Refusal), f"{command} was refused: {outcome}"
        events += outcome
    return events


def after(*steps: DistrictCommand) -> Given[State, DistrictCommand]:
    """A specification that begins where these commands have led."""
    return given(decider, history(*steps))


def kinds(events: Iterable[Event]) -> list[str]:
    """The names of events' classes."""
    return [type(event).__name__ for event in events]


def recorded(*steps: DistrictCommand) -> list[Envelope]:
    """The events these commands lead to as the log would keep them, each recorded at the moment of its command."""
    state, envelopes = decider.initial, list[Envelope]()
    for command in steps:
        outcome = decider.decide(state, command)
        assert not isinstance(outcome, Refusal), f"{command} was refused: {outcome}"
        for event in outcome:
            state = decider.evolve(state, event)
            envelopes.append(envelope(event, command.context, len(envelopes) + 1))
    return envelopes


def envelope(event: Event, context: Context, number: int) -> Envelope:
    """An event as the log would keep it, the nth of its stream."""
    kind = event_type(event)
    return Envelope(
        seq=number,
        event_id=derived_id("event", str(number)),
        stream=decider.stream(CASE),
        version=number,
        type=kind.name,
        schema_version=kind.version,
        event=event,
        actor=context.actor.subject,
        office=context.actor.office,
        effective_on=context.effective_on,
        recorded_at=context.now,
        command_id=context.command_id,
        correlation_id=context.correlation_id,
        causation_id=None,
        policy_version=context.policy_version,
    )
