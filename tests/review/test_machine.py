"""A case under random commands by random people, from every stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from services.review.case import commands, decider
from services.review.case.state import Publicised
from shared.contracts import review as events
from shared.contracts.core import Actor, Command, Event
from tests.machine import SETTINGS, USUALLY, Ask, DeciderMachine
from tests.review import histories as h
from tests.specification import context

PEOPLE = (h.OFFICER, h.KEYING_OFFICER, h.LEAD, h.SYSTEM, h.COUNTY)


def _by(make: Ask, who: Actor | None = None) -> Ask:
    """The same wish by somebody (as the one who usually has it where ``None``), today."""

    def ask(machine: DeciderMachine) -> Command:
        command = make(machine)
        return replace(command, context=context(who or command.context.actor, machine.on()))

    return ask


def _objections(machine: DeciderMachine) -> tuple[str, ...]:
    state = machine.state
    return tuple(objection.objection_id for objection in state.objections) if isinstance(state, Publicised) else ()


def _answer(upheld: bool) -> Ask:
    return lambda m: commands.AnswerObjection(
        context=context(h.OFFICER, m.on()),
        case_id=h.CASE,
        objection_id=(*_objections(m), "none")[0],
        upheld=upheld,
        answer="已核实",
    )


def _set_aside(m: DeciderMachine) -> Command:
    named = (*_objections(m), "none")[:2]
    return commands.SetAsideObjections(
        context=context(h.OFFICER, m.on()), case_id=h.CASE, reason="批量提交", objection_ids=named
    )


WISHES: tuple[Ask, ...] = (
    lambda _: h.open_case(),
    lambda _: h.open_paper_case(),
    lambda _: h.issue_notice(h.item("staff.lawyers")),
    lambda _: h.issue_notice(h.item("staff.lawyers"), h.item("seals.key-unit", "seal_missing")),
    lambda m: h.receive_correction(filed_on=m.today),
    lambda m: commands.RaiseExaminationAlert(
        context=context(h.SYSTEM, m.on()), case_id=h.CASE, due_on=getattr(m.state, "due", h.due("2018-06-27")).on
    ),
    lambda m: commands.LapseCorrection(context=context(h.SYSTEM, m.on()), case_id=h.CASE, due_on=m.today),
    lambda _: h.accept(),
    lambda m: commands.RefuseAcceptance(context=context(h.OFFICER, m.on()), case_id=h.CASE, reasons=(h.item("form"),)),
    lambda _: h.judge("industry_and_innovators"),
    lambda _: h.judge("service_coverage"),
    lambda _: h.judge("service_coverage", met=False),
    lambda _: h.convene(),
    lambda _: h.convene(experts=tuple(map(h.expert, (1, 1, 2)))),
    lambda m: commands.RecuseExpert(
        context=context(h.OFFICER, m.on()), case_id=h.CASE, expert_id="e2", reason="有关联"
    ),
    lambda m: commands.ReplaceExpert(
        context=context(h.OFFICER, m.on()), case_id=h.CASE, expert_id="e2", replacement=h.expert(9)
    ),
    lambda m: commands.ConcludeMaterialReview(context=context(h.OFFICER, m.on()), case_id=h.CASE),
    lambda m: h.schedule(m.on(), m.on()),
    lambda m: commands.RescheduleSiteVisit(
        context=context(h.OFFICER, m.on()), case_id=h.CASE, visit_on=m.today + timedelta(days=1), reason="天气"
    ),
    lambda m: h.report_visit(m.on(), m.on()),
    lambda _: h.conclude_panel(),
    lambda m: h.start_publicity(m.on(), m.on()),
    lambda m: h.object_(m.on()),
    lambda m: h.object_(m.on(), text=f"另一条 {m.on()}"),
    _answer(True),
    _answer(False),
    _set_aside,
    lambda m: h.end_publicity(m.on()),
    lambda m: h.approve(approved_on=m.on(), on=m.on()),
    lambda m: commands.ConfirmNotYet(context=context(h.OFFICER, m.on()), case_id=h.CASE, reasons="条件不成熟"),
    lambda m: h.discontinue(m.on()),
    lambda m: commands.ClaimCase(context=context(h.OFFICER, m.on()), case_id=h.CASE),
    lambda m: commands.ReleaseCase(context=context(h.OFFICER, m.on()), case_id=h.CASE),
    lambda m: commands.HandOverCase(
        context=context(h.LEAD, m.on()), case_id=h.CASE, holder="officer-2", holder_name="钱样例"
    ),
    lambda _: h.correct_record(),
)


def _sheets() -> tuple[Ask, ...]:
    def sheet(number: int, points: int) -> Ask:
        return lambda m: h.submit(f"e{number}", points, on=m.on())

    def conflict(number: int) -> Ask:
        return lambda m: commands.DeclareConflict(
            context=h.expert_at(f"expert:e{number}")(m.on()), case_id=h.CASE, reason="有关联"
        )

    def impartial(number: int) -> Ask:
        return lambda m: h.impartial(f"e{number}", m.on())

    return (
        *(impartial(number) for number in range(1, 10)),
        *(sheet(number, points) for number in range(1, 10) for points in (40, 88)),
        *(conflict(number) for number in range(1, 8)),
    )


class Case(DeciderMachine):
    """From nothing to its end."""

    decider = decider
    rare = (commands.ConfirmNotYet, commands.DiscontinueReview, commands.RefuseAcceptance, commands.CorrectRecord)
    beginnings = (
        (tuple[Event, ...], date(2018, 6, 20)),
        (h.opened, date(2018, 6, 21)),
        (h.noticed, date(2018, 6, 25)),
        (h.accepted, date(2018, 6, 26)),
        (h.judged, date(2018, 6, 27)),
        (h.convened, date(2018, 7, 2)),
        (h.reviewed, date(2018, 7, 23)),
        (h.visited, date(2018, 8, 10)),
        (h.concluded, date(2018, 8, 20)),
        (h.publicised, date(2018, 8, 21)),
        (h.publicity_over, date(2018, 8, 27)),
        (h.approved, date(2018, 9, 1)),
    )
    menu = (
        *(_by(wish) for wish in WISHES * USUALLY),
        *(_by(wish, who) for wish in WISHES for who in PEOPLE),
        *_sheets() * 3,
    )
    edges: ClassVar = {
        "Unopened": {"Examining"},
        "Examining": {"Correcting", "Accepted", "Closed"},
        "Correcting": {"Examining", "Accepted", "Closed"},
        "Accepted": {"MaterialReview", "Closed"},
        "MaterialReview": {"OnSite", "Closed"},
        "OnSite": {"MaterialReview", "Concluded", "Closed"},
        "Concluded": {"InPublicity", "Closed"},
        "InPublicity": {"PublicityOver", "Closed"},
        "PublicityOver": {"Closed"},
    }

    def about_to(self, event: Event, command: Command) -> None:
        """Approval needs every condition, enough points, publicity run and every objection answered."""
        if isinstance(event, events.DesignationApproved):
            self._may_approve(command)
        if isinstance(event, events.ScoreSheetSubmitted):
            assert command.context.actor.office == f"expert:{event.expert_id}"
            assert event.expert_id in self.state.panel.member_ids
            assert self.state.panel.sheet_of(event.expert_id) is None
            assert event.expert_id in self.state.panel.impartial
        if isinstance(event, events.PanelConcluded):
            assert self.state.visit.report is not None
            assert len(self.state.panel.valid_sheets) * 2 > len(self.state.panel.convened)

    def _may_approve(self, command: Command) -> None:
        state = self.state
        assert self.stage == "PublicityOver"
        assert isinstance(state, Publicised)
        assert not state.assessment.not_yet_met
        assert all(objection.upheld is False or objection.set_aside for objection in state.objections)
        assert command.context.effective_on > state.ends.on
        assert command.context.actor.subject not in state.file.filed_by
        kinds = [type(event) for event in self.events]
        for needed in (events.ApplicationAccepted, events.PanelConcluded, events.PublicityEnded):
            assert needed in kinds


TestCase = Case.TestCase
TestCase.settings = SETTINGS
