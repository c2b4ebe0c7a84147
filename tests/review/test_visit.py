"""The site visit, and that the three steps of 四（四）stay three."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.review import rules
from services.review.case import commands, decider
from shared.contracts import review as events
from shared.contracts.core import Event
from shared.programme.values.personal import ERASED
from tests.review import histories as h
from tests.specification import context, given

RESCHEDULE = commands.RescheduleSiteVisit(
    context=context(h.OFFICER, "2018-07-30"), case_id=h.CASE, visit_on=date(2018, 8, 10), reason="大雨"
)


def scheduled() -> tuple[Event, ...]:
    """The visit is on 8 August."""
    return h.history(h.schedule(), since=h.reviewed())


def test_the_visit_is_scheduled_after_the_material_review() -> None:
    given(decider, h.convened()).when(h.schedule()).refused(rules.MATERIAL_REVIEW_PRECEDES_VISIT)
    given(decider, h.opened()).when(h.schedule()).refused(rules.CASE_IS_ACCEPTED)
    given(decider, h.reviewed()).when(h.schedule()).then(
        events.SiteVisitScheduled(case_id=h.CASE, visit_on=date(2018, 8, 8), visitors=("专家1", "专家2"))
    ).again().then()


def test_it_is_scheduled_ahead_with_somebody_once() -> None:
    case = given(decider, h.reviewed())
    case.when(h.schedule(on="2018-08-09")).refused(rules.VISIT_IS_SCHEDULED_AHEAD)
    case.when(replace(h.schedule(), visitors=())).refused(rules.VISIT_IS_ATTENDED)
    given(decider, scheduled()).when(h.schedule(visit_on="2018-08-09")).refused(rules.VISIT_IS_SCHEDULED_ONCE)


def test_it_is_rescheduled_with_a_reason() -> None:
    given(decider, scheduled()).when(RESCHEDULE).then(
        events.SiteVisitRescheduled(case_id=h.CASE, visit_on=date(2018, 8, 10), reason="大雨")
    ).again().then()
    given(decider, scheduled()).when(replace(RESCHEDULE, reason="")).refused(rules.REASONS_ARE_GIVEN)
    past = replace(RESCHEDULE, visit_on=date(2018, 7, 29))
    given(decider, scheduled()).when(past).refused(rules.VISIT_IS_SCHEDULED_AHEAD)
    given(decider, h.reviewed()).when(RESCHEDULE).refused(rules.VISIT_IS_SCHEDULED)
    given(decider, h.convened()).when(RESCHEDULE).refused(rules.MATERIAL_REVIEW_PRECEDES_VISIT)
    given(decider, h.visited()).when(RESCHEDULE).refused(rules.VISIT_IS_REPORTED_ONCE)


def test_it_is_reported_for_the_day_it_was_scheduled_for() -> None:
    report = given(decider, scheduled()).when(h.report_visit())
    report.then_kinds(events.SiteVisitReported).again().then()
    moved = given(decider, h.history(RESCHEDULE, since=scheduled()))
    moved.when(h.report_visit()).refused(rules.VISIT_IS_REPORTED_FOR_ITS_DAY)
    moved.when(h.report_visit("2018-08-10", on="2018-08-10")).then_kinds(events.SiteVisitReported)
    moved.when(h.report_visit("2018-08-10", on="2018-08-09")).refused(rules.VISIT_IS_REPORTED_FOR_ITS_DAY)


def test_the_report_is_whole_and_given_once() -> None:
    case = given(decider, scheduled())
    report = h.report_visit()
    case.when(replace(report, attended_by=())).refused(rules.VISIT_IS_ATTENDED)
    case.when(replace(report, findings="")).refused(rules.TEXT_IS_GIVEN, field="findings")
    case.when(replace(report, checklist=report.checklist[1:])).refused(rules.CHECKLIST_IS_COMPLETE)
    given(decider, h.visited()).when(replace(report, dissent="另有意见")).refused(rules.VISIT_IS_REPORTED_ONCE)
    given(decider, h.reviewed()).when(report).refused(rules.VISIT_IS_SCHEDULED)
    given(decider, h.convened()).when(report).refused(rules.MATERIAL_REVIEW_PRECEDES_VISIT)


def test_the_panel_concludes_after_the_visit_is_reported() -> None:
    given(decider, h.reviewed()).when(h.conclude_panel()).refused(rules.VISIT_PRECEDES_PANEL_CONCLUSION)
    given(decider, scheduled()).when(h.conclude_panel()).refused(rules.VISIT_PRECEDES_PANEL_CONCLUSION)
    given(decider, h.convened()).when(h.conclude_panel()).refused(rules.VISIT_PRECEDES_PANEL_CONCLUSION)
    given(decider, h.opened()).when(h.conclude_panel()).refused(rules.CASE_IS_ACCEPTED)
    given(decider, h.visited()).when(h.conclude_panel()).then_kinds(events.PanelConcluded).again().then()


def test_the_report_stays_when_the_material_review_is_reopened() -> None:
    declare = (
        commands.DeclareConflict(context=h.expert_at(f"expert:e{n}")("2018-08-10"), case_id=h.CASE, reason="任职")
        for n in (1, 2, 3)
    )
    newcomer = h.impartial("e6", "2018-08-13"), h.submit("e6", on="2018-08-13")
    again = h.history(*declare, *newcomer, since=h.visited())
    given(decider, again).when(h.conclude_panel()).then_kinds(events.PanelConcluded)


def visit_by(*names: str) -> tuple[Event, ...]:
    """These people visit on 8 August."""
    return h.history(replace(h.schedule(), visitors=names), since=h.reviewed())


def reported_by(expert_id: str) -> commands.ReportSiteVisit:
    """An expert reports it."""
    return replace(h.report_visit(), context=h.expert_at(f"expert:{expert_id}")("2018-08-09"))


def test_an_expert_who_is_named_to_visit_may_report() -> None:
    case = given(decider, visit_by("王处长", h.expert(2).name.replace("（", " (")))
    case.when(reported_by("e2")).then_kinds(events.SiteVisitReported).again().then()
    case.when(reported_by("e1")).refused(rules.VISITOR_OR_OFFICER)
    given(decider, h.reviewed()).when(reported_by("e2")).refused(rules.VISITOR_OR_OFFICER)
    given(decider, h.judged()).when(reported_by("e2")).refused(rules.VISITOR_OR_OFFICER)


def test_not_once_they_left_the_panel_nor_before_they_declared() -> None:
    leave = commands.DeclareConflict(context=h.expert_at("expert:e2")("2018-08-01"), case_id=h.CASE, reason="任职")
    gone = h.history(leave, since=visit_by(h.expert(2).name))
    given(decider, gone).when(reported_by("e2")).refused(rules.VISITOR_OR_OFFICER)
    silent = tuple(
        event
        for event in visit_by(h.expert(2).name)
        if not (isinstance(event, events.ImpartialityDeclared) and event.expert_id == "e2")
    )
    given(decider, silent).when(reported_by("e2")).refused(rules.IMPARTIALITY_IS_DECLARED_FIRST)


def test_a_name_that_was_erased_is_nobodys() -> None:
    erased = tuple(
        replace(event, experts=tuple(replace(each, name=ERASED) for each in event.experts))
        if isinstance(event, events.PanelConvened)
        else event
        for event in visit_by(ERASED)
    )
    given(decider, erased).when(reported_by("e2")).refused(rules.VISITOR_OR_OFFICER)
