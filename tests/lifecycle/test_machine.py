"""A district under random commands by random people and by the calendar, over several cycles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from services.lifecycle.district import commands, decider
from shared.contracts import lifecycle as events
from shared.contracts.core import Actor, Command, Event
from shared.contracts.lifecycle import Duty, SupportKind
from shared.programme.record import Recorded
from tests.lifecycle import situations as s
from tests.machine import SETTINGS, USUALLY, Ask, DeciderMachine

PEOPLE = (s.COUNTY, s.UNIT, s.CITY, s.OTHER_CITY, s.OTHER_COUNTY, s.PROVINCE, s.LEAD, s.TURNCOAT, s.SYSTEM)


def _by(make: Ask, who: Actor | None = None) -> Ask:
    def ask(machine: DeciderMachine) -> Command:
        command = make(machine)
        return replace(command, context=s.at(who or command.context.actor, machine.on()))

    return ask


def _cycle(machine: DeciderMachine) -> int:
    return machine.state.district.cycle if hasattr(machine.state, "district") else 1


def _due(machine: DeciderMachine) -> str:
    return machine.state.due.on.isoformat() if hasattr(machine.state, "due") else machine.on()


def _hearing_due(machine: DeciderMachine) -> str:
    state = machine.state
    return state.invitation.due.on.isoformat() if hasattr(state, "invitation") else machine.on()


WISHES: tuple[Ask, ...] = (
    lambda m: s.designate(m.on()),
    lambda m: s.report(m.today.year, m.on()),
    lambda m: s.report(m.today.year - 1, m.on()),
    lambda m: s.acknowledge(m.today.year, m.on(), s.CITY),
    lambda m: s.acknowledge(m.today.year, m.on(), s.PROVINCE),
    lambda m: s.overdue(m.today.year, m.on()),
    lambda m: s.missed(m.today.year, m.on()),
    lambda m: commands.RecordSupport(
        context=s.at(s.CITY, m.on()), case_id=s.CASE, kind=SupportKind.INSPECTION, held_on=m.today, findings="正常"
    ),
    lambda m: commands.ReportDuty(context=s.at(s.COUNTY, m.on()), case_id=s.CASE, duty=next(iter(Duty)), text=m.on()),
    lambda m: commands.UpdateRoster(
        context=s.at(s.COUNTY, m.on()), case_id=s.CASE, as_of=m.today, institutions=(s.INSTITUTION,)
    ),
    lambda m: s.open_assessment(m.on()),
    lambda m: commands.DeclareAssessmentOverdue(context=s.at(s.SYSTEM, m.on()), case_id=s.CASE, cycle=_cycle(m)),
    lambda m: s.conclude("92", "95", m.on()),
    lambda m: s.conclude("75", "70", m.on()),
    lambda m: s.conclude("40", "45", m.on()),
    lambda m: s.conclude("101", "45", m.on()),
    lambda m: s.recommend(m.on()),
    lambda m: s.retain(m.on()),
    lambda m: s.order(m.on()),
    lambda m: s.order(m.on(), months=3),
    lambda m: s.extend(1, m.on()),
    lambda m: s.rectified(m.on()),
    lambda m: s.lapse(_due(m), m.on()),
    lambda m: s.reassess("80", m.on()),
    lambda m: s.reassess("45", m.on()),
    lambda m: s.invite(m.on()),
    lambda m: s.state_and_defend(m.on()),
    lambda m: s.close_hearing(_hearing_due(m), m.on()),
    lambda m: s.revoke(m.on(), number=f"吉科发专〔{m.today.year}〕58号", considered="已研究"),
    lambda m: commands.CorrectRecord(
        context=s.at(s.PROVINCE, m.on()),
        case_id=s.CASE,
        corrects=UUID(int=7),
        field="title",
        was=s.TITLE,
        now="更名后的集聚发展区",
        why="录入错误",
        on_word_of="来函",
        recorded=Recorded(s.history(s.designate("2019-08-20"))[0], date(2019, 8, 20)),
    ),
)


def _assessed() -> tuple[Event, ...]:
    return s.history(s.designate("2019-08-20"), s.open_assessment("2022-06-01"), s.conclude("40", "45", "2022-08-01"))


def _rectifying() -> tuple[Event, ...]:
    return s.history(
        s.designate("2019-08-20"),
        s.open_assessment("2022-06-01"),
        s.conclude("40", "45", "2022-08-01"),
        s.order("2022-08-22"),
    )


def _hearing() -> tuple[Event, ...]:
    return s.history(
        s.designate("2019-08-20"),
        s.open_assessment("2022-06-01"),
        s.conclude("40", "45", "2022-08-01"),
        s.order("2022-08-22"),
        s.rectified("2022-12-01"),
        s.reassess("45", "2023-01-10"),
        s.invite("2023-01-16"),
    )


class District(DeciderMachine):
    """From its designation to whatever fate."""

    decider = decider
    rare = (commands.CorrectRecord, commands.RecordSupport, commands.ReportDuty)
    beginnings = (
        (tuple[Event, ...], date(2019, 8, 20)),
        (lambda: s.history(s.designate("2019-08-20")), date(2019, 9, 2)),
        (lambda: s.history(s.designate("2019-08-20"), s.open_assessment("2022-06-01")), date(2022, 6, 2)),
        (_assessed, date(2022, 8, 2)),
        (_rectifying, date(2022, 8, 23)),
        (_hearing, date(2023, 1, 17)),
    )
    menu = (
        *(_by(wish) for wish in WISHES * USUALLY),
        *(_by(wish, who) for wish in WISHES for who in PEOPLE),
    )
    edges: ClassVar = {
        "Undesignated": {"InTerm"},
        "InTerm": {"UnderAssessment"},
        "UnderAssessment": {"Assessed"},
        "Assessed": {"InTerm", "Rectifying"},
        "Rectifying": {"Reassessed"},
        "Reassessed": {"InTerm", "Hearing"},
        "Hearing": {"Revoked", "Reassessed"},
    }

    def about_to(self, event: Event, command: Command) -> None:
        """A title ends only after an order to rectify, a second assessment and a hearing, by one who leads."""
        kinds = {type(one) for one in self.events}
        if isinstance(event, events.TitleRevoked):
            needed = {events.RectificationOrdered, events.DistrictReassessed, events.HearingInvited}
            assert needed <= kinds
            assert command.context.actor.office == "province"
            assert command.context.actor.subject not in self.state.district.filers
        if isinstance(event, events.DistrictDesignated):
            assert not self.events
            assert command.context.actor == s.SYSTEM
        if isinstance(event, events.AssessmentConcluded):
            assert Decimal(0) <= event.score <= Decimal(100)


TestDistrict = District.TestCase
TestDistrict.settings = SETTINGS
