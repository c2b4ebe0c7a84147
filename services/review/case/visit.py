"""The site visit: scheduled after the material review, rescheduled, reported once."""

from __future__ import annotations

from datetime import date

from services.review import rules
from services.review.case import commands, permission
from services.review.case.state import Accepted, Concluded, OnFile, OnSite
from shared.contracts import review as events
from shared.contracts.core import Context, Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.contracts.review import ChecklistItem
from shared.programme.dates.chronology import planned_days
from shared.programme.policy import Policy


def schedule(state: OnFile, command: commands.ScheduleSiteVisit) -> Outcome:
    """The day of the visit and who visits."""
    if not isinstance(state, OnSite | Concluded):
        return _no_visit_yet(state)
    if state.visit is not None:
        same = (state.visit.visit_on, state.visit.visitors) == (command.visit_on, command.visitors)
        return unless(same, rules.VISIT_IS_SCHEDULED_ONCE) or ()
    return first(
        _unplannable(command.visit_on, command.context, state.file.policy),
        unless(_names_somebody(command.visitors), rules.VISIT_IS_ATTENDED, field="visitors"),
    ) or (events.SiteVisitScheduled(case_id=state.file.case_id, visit_on=command.visit_on, visitors=command.visitors),)


def reschedule(state: OnFile, command: commands.RescheduleSiteVisit) -> Outcome:
    """Another day for the visit, and why."""
    if not isinstance(state, OnSite | Concluded):
        return _no_visit_yet(state)
    if state.visit is None:
        return Refusal(rules.VISIT_IS_SCHEDULED)
    if (state.visit.visit_on, state.visit.reason) == (command.visit_on, command.reason):
        return ()
    return first(
        unless(state.visit.report is None, rules.VISIT_IS_REPORTED_ONCE),
        _unplannable(command.visit_on, command.context, state.file.policy),
        unless(bool(command.reason.strip()), rules.REASONS_ARE_GIVEN, field="reason"),
    ) or (events.SiteVisitRescheduled(case_id=state.file.case_id, visit_on=command.visit_on, reason=command.reason),)


def report(state: OnFile, command: commands.ReportSiteVisit) -> Outcome:
    """What the visit found."""
    if not isinstance(state, OnSite | Concluded):
        return _no_visit_yet(state)
    if state.visit is None:
        return Refusal(rules.VISIT_IS_SCHEDULED)
    reported = _reported(command)
    if state.visit.report is not None:
        return unless(state.visit.report == reported, rules.VISIT_IS_REPORTED_ONCE) or ()
    if _is_undeclared(state, command):
        return Refusal(rules.IMPARTIALITY_IS_DECLARED_FIRST)
    day = state.visit.visit_on
    is_the_day, has_come = command.visited_on == day, day <= command.context.effective_on
    return first(
        unless(is_the_day and has_come, rules.VISIT_IS_REPORTED_FOR_ITS_DAY, day.isoformat(), field="visited_on"),
        unless(_names_somebody(command.attended_by), rules.VISIT_IS_ATTENDED, field="attended_by"),
        unless(bool(command.findings.strip()), rules.TEXT_IS_GIVEN, field="findings"),
        _incomplete(command.checklist, state.file.policy),
    ) or (reported,)


def _is_undeclared(state: OnSite | Concluded, command: commands.ReportSiteVisit) -> bool:
    """Whether an expert reports before they declared their impartiality."""
    ident = permission.expert_id(command.context.actor)
    return ident is not None and state.panel.awaits_declaration(ident)


def _no_visit_yet(state: OnFile) -> Refusal:
    return Refusal(rules.MATERIAL_REVIEW_PRECEDES_VISIT if isinstance(state, Accepted) else rules.CASE_IS_ACCEPTED)


def _unplannable(visit_on: date, context: Context, policy: Policy) -> Refusal | None:
    days = planned_days(context.today, policy)
    return unless(visit_on in days, rules.VISIT_IS_SCHEDULED_AHEAD, f"{days}", field="visit_on")


def _names_somebody(names: tuple[str, ...]) -> bool:
    return any(name.strip() for name in names)


def _reported(command: commands.ReportSiteVisit) -> events.SiteVisitReported:
    return events.SiteVisitReported(
        case_id=command.case_id,
        visited_on=command.visited_on,
        attended_by=command.attended_by,
        checklist=command.checklist,
        photographs=command.photographs,
        findings=command.findings,
        dissent=command.dissent,
    )


def _incomplete(checklist: tuple[ChecklistItem, ...], policy: Policy) -> Refusal | None:
    answered = [answer.item for answer in checklist]
    wrong = [item.key for item in policy.site_visit_checklist if answered.count(item.key) != 1]
    return unless(not wrong, rules.CHECKLIST_IS_COMPLETE, ", ".join(wrong), field="checklist")
