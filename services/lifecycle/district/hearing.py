"""The hearing in person (听证) that an applicant may ask for beside the statement and defence, before a revocation.

行政处罚法第六十四条、第六十五条: asked for in time, told in time, hosted by somebody without a part in the
assessment, minuted; the decision rests on the minutes.
"""

from __future__ import annotations

from services.lifecycle import rules
from services.lifecycle.district import commands
from services.lifecycle.district.checks import text_given
from services.lifecycle.district.state import Hearing, OralHearing, Standing
from shared.contracts import lifecycle as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.dates.announced import calendar
from shared.programme.dates.chronology import Days, planned_days
from shared.programme.policy import policy


def request(state: Standing, command: commands.RequestOralHearing) -> Outcome:
    """An applicant asks for it, within the time to state and defend; once."""
    if refusal := text_given(command.reason, "reason"):
        return refusal
    if not isinstance(state, Hearing):
        return Refusal(rules.HEARING_RUNS)
    asked = events.OralHearingRequested(
        case_id=state.district.case_id,
        reason=command.reason,
        office=command.context.actor.office,
        requested_by=command.context.actor.subject,
    )
    if state.oral is not None:
        return () if state.oral.request == asked else Refusal(rules.ORAL_HEARING_REQUESTED_ONCE)
    if state.closed or command.context.effective_on > state.invitation.due.on:
        return Refusal(rules.HEARING_RUNS, state.invitation.due.on.isoformat())
    return (asked,)


def schedule(state: Standing, command: commands.ScheduleOralHearing) -> Outcome:
    """Its day, place and host; told early enough, and moved as often as need be before it is held."""
    if not isinstance(state, Hearing) or state.oral is None:
        return Refusal(rules.ORAL_HEARING_REQUESTED)
    notice = events.OralHearingScheduled(
        case_id=state.district.case_id,
        held_on=command.held_on,
        venue=command.venue,
        host=command.host.strip(),
        host_name=command.host_name.strip(),
        office=command.context.actor.office,
    )
    if state.oral.notice == notice:
        return ()
    days = _days(state, command)
    took_part = notice.host in state.assessed_by | state.district.filers
    return first(
        unless(state.oral.minutes is None, rules.ORAL_HEARING_HELD_ONCE),
        unless(command.held_on in days, rules.ORAL_HEARING_TOLD_EARLY, str(days), field="held_on"),
        text_given(command.venue, "venue"),
        unless(bool(notice.host), rules.HOST_NAMED, field="host"),
        unless(bool(notice.host_name), rules.HOST_NAMED, field="host_name"),
        unless(not took_part, rules.HOST_TOOK_NO_PART, notice.host, field="host"),
    ) or (notice,)


def _days(state: Hearing, command: commands.ScheduleOralHearing) -> Days:
    """The days for which a hearing may be told today."""
    law, context = policy(state.district.policy_version), command.context
    earliest = calendar(context.calendar).add_working_days(context.today, law.hearing_notice_working_days)
    return Days(earliest.on, planned_days(context.today, law).last)


def record(state: Standing, command: commands.RecordOralHearing) -> Outcome:
    """The minutes of a hearing that was held, by its host; once."""
    oral = state.oral if isinstance(state, Hearing) else None
    if oral is None or oral.notice is None:
        return Refusal(rules.ORAL_HEARING_SCHEDULED)
    host = oral.notice.host
    if command.context.actor.subject != host:
        return Refusal(rules.HOST_RECORDS, oral.notice.host_name)
    held = events.OralHearingHeld(
        case_id=command.case_id,
        held_on=oral.notice.held_on,
        host=host,
        attended=command.attended,
        attended_by=command.attended_by,
        minutes=command.minutes,
    )
    if oral.minutes is not None:
        return () if oral.minutes == held else Refusal(rules.ORAL_HEARING_HELD_ONCE)
    come, names = command.context.effective_on >= held.held_on, any(name.strip() for name in command.attended_by)
    return first(
        unless(come, rules.ORAL_HEARING_COMES_FIRST, held.held_on.isoformat()),
        unless(names, rules.ATTENDANCE_NAMED, field="attended_by"),
        text_given(command.minutes, "minutes"),
    ) or (held,)


def awaited(oral: OralHearing | None) -> bool:
    """Whether a hearing was asked for and is not held yet."""
    return oral is not None and oral.minutes is None


__all__ = ["awaited", "record", "request", "schedule"]
