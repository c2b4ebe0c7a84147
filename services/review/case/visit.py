"""The site visit: scheduled after the material review, rescheduled, reported once."""

from __future__ import annotations

from services.review import rules
from services.review.case import commands as asked
from services.review.case import permission
from services.review.case.stages import Accepted, Concluded, OnFile, OnSite
from shared.contracts import review as happened
from shared.contracts.core import Command, Outcome, Refusal
from shared.contracts.review import ChecklistItem
from shared.programme.dates.chronology import planned_days
from shared.programme.policy import Policy


def _on_site(state: OnFile, command: Command) -> OnSite | Concluded | Refusal:
    """The stage in which a visit is arranged (or, later, known)."""
    if refusal := permission.officer(command):
        return refusal
    if isinstance(state, OnSite | Concluded):
        return state
    return Refusal(rules.MATERIAL_REVIEW_PRECEDES_VISIT if isinstance(state, Accepted) else rules.CASE_IS_ACCEPTED)


def schedule(state: OnFile, command: asked.ScheduleSiteVisit) -> Outcome:
    """The day of the visit and who visits."""
    stage = _on_site(state, command)
    if isinstance(stage, Refusal):
        return stage
    if stage.visit is not None:
        same = (stage.visit.visit_on, stage.visit.visitors) == (command.visit_on, command.visitors)
        return () if same else Refusal(rules.VISIT_IS_SCHEDULED_ONCE)
    if refusal := _unplannable(stage, command):
        return refusal
    if not any(name.strip() for name in command.visitors):
        return Refusal(rules.VISIT_IS_ATTENDED, field="visitors")
    return (happened.SiteVisitScheduled(case_id=stage.case_id, visit_on=command.visit_on, visitors=command.visitors),)


def reschedule(state: OnFile, command: asked.RescheduleSiteVisit) -> Outcome:
    """Another day for the visit, and why."""
    stage = _on_site(state, command)
    if isinstance(stage, Refusal):
        return stage
    if stage.visit is None:
        return Refusal(rules.VISIT_IS_SCHEDULED)
    if (stage.visit.visit_on, stage.visit.reason) == (command.visit_on, command.reason):
        return ()
    if stage.visit.report is not None:
        return Refusal(rules.VISIT_IS_REPORTED_ONCE)
    if refusal := _unplannable(stage, command):
        return refusal
    if not command.reason.strip():
        return Refusal(rules.REASONS_ARE_GIVEN, field="reason")
    return (happened.SiteVisitRescheduled(case_id=stage.case_id, visit_on=command.visit_on, reason=command.reason),)


def _unplannable(state: OnFile, command: asked.ScheduleSiteVisit | asked.RescheduleSiteVisit) -> Refusal | None:
    between = planned_days(command.context.today, state.policy)
    return None if command.visit_on in between else Refusal(rules.VISIT_IS_SCHEDULED_AHEAD, f"{between}", "visit_on")


def report(state: OnFile, command: asked.ReportSiteVisit) -> Outcome:
    """What the visit found."""
    stage = _on_site(state, command)
    if isinstance(stage, Refusal):
        return stage
    if stage.visit is None:
        return Refusal(rules.VISIT_IS_SCHEDULED)
    reported = _reported(command)
    if stage.visit.report is not None:
        return () if stage.visit.report == reported else Refusal(rules.VISIT_IS_REPORTED_ONCE)
    if command.visited_on != stage.visit.visit_on or command.visited_on > command.context.effective_on:
        return Refusal(rules.VISIT_IS_REPORTED_FOR_ITS_DAY, stage.visit.visit_on.isoformat(), "visited_on")
    return _incomplete(stage.policy, command) or (reported,)


def _reported(command: asked.ReportSiteVisit) -> happened.SiteVisitReported:
    return happened.SiteVisitReported(
        case_id=command.case_id,
        visited_on=command.visited_on,
        attended_by=command.attended_by,
        checklist=command.checklist,
        photographs=command.photographs,
        findings=command.findings,
        dissent=command.dissent,
    )


def _incomplete(policy: Policy, command: asked.ReportSiteVisit) -> Refusal | None:
    if not any(name.strip() for name in command.attended_by):
        return Refusal(rules.VISIT_IS_ATTENDED, field="attended_by")
    if not command.findings.strip():
        return Refusal(rules.TEXT_IS_GIVEN, field="findings")
    return _checklist(policy, command.checklist)


def _checklist(policy: Policy, checklist: tuple[ChecklistItem, ...]) -> Refusal | None:
    answered = [one.item for one in checklist]
    missing = [one.key for one in policy.site_visit_checklist if answered.count(one.key) != 1]
    return Refusal(rules.CHECKLIST_IS_COMPLETE, ", ".join(missing), "checklist") if missing else None
