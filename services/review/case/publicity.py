"""Publicity (公示): the days on which the public may object."""

from __future__ import annotations

from services.review import rules
from services.review.case import commands
from services.review.case.state import Concluded, InPublicity, OnFile, Publicised
from shared.contracts import review as events
from shared.contracts.core import Event, Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.dates.announced import calendar
from shared.programme.dates.chronology import planned_days


def start(state: OnFile, command: commands.StartPublicity) -> Outcome:
    """The public is told; the first day counts as a working day if it is one."""
    if not isinstance(state, Concluded):
        return Refusal(rules.PANEL_CONCLUSION_PRECEDES_PUBLICITY)
    if isinstance(state, Publicised):
        return unless(state.starts_on == command.starts_on, rules.PUBLICITY_STARTS_ONCE) or ()
    policy, average = state.file.policy, state.conclusion.average
    unmet = ", ".join(condition.key for condition in state.assessment.not_yet_met)
    days = planned_days(command.context.today, policy)
    refusal = first(
        unless(average >= policy.pass_mark, rules.AVERAGE_PASSES, f"{average} < {policy.pass_mark}"),
        unless(state.conclusion.recommended, rules.PANEL_RECOMMENDS),
        unless(not unmet, rules.EVERY_CONDITION_IS_MET, unmet),
        unless(command.starts_on in days, rules.PUBLICITY_STARTS_AHEAD, f"{days}", field="starts_on"),
    )
    if refusal:
        return refusal
    ends = calendar(command.context.calendar).period_from(command.starts_on, policy.publicity_working_days)
    return (events.PublicityStarted(case_id=state.file.case_id, starts_on=command.starts_on, ends=ends),)


def end(state: OnFile, command: commands.EndPublicity) -> Outcome:
    """The last day of publicity is over."""
    if not isinstance(state, InPublicity) or command.context.today <= state.ends.on:
        return ()
    return (ended(state),)


def ended(state: InPublicity) -> Event:
    """The end of publicity, on its last day, with the number of objections."""
    return events.PublicityEnded(case_id=state.file.case_id, ended_on=state.ends.on, objections=len(state.objections))
