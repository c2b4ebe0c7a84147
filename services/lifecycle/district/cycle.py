"""The dates of a district's cycles by the law of `shared.programme`, as the district's events carry them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.contracts.core import Due
from shared.contracts.lifecycle import ReportDue
from shared.programme.dates import term as law_of_terms
from shared.programme.dates.calendar import WorkingCalendar, standard_calendar
from shared.programme.dates.term import Term
from shared.programme.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A cycle (both days included) and the yearly reports that are owed in it."""

    first_day: date
    last_day: date
    reports: tuple[ReportDue, ...]


def first_cycle(designated_on: date, policy: Policy, calendar: WorkingCalendar) -> Cycle:
    """The cycle that begins with the approval (四（五）)."""
    return _cycle(law_of_terms.term(designated_on, policy.term_years), policy, calendar, since=designated_on)


def next_cycle(running: Term, retained_on: date, policy: Policy, calendar: WorkingCalendar) -> Cycle:
    """The cycle after the running one, beginning the day after its last.

    No report is owed that was due before the title was retained.
    """
    return _cycle(running.next(policy.term_years), policy, calendar, since=retained_on)


def _cycle(of: Term, policy: Policy, calendar: WorkingCalendar, *, since: date) -> Cycle:
    years = law_of_terms.report_years(of, policy)
    reports = (ReportDue(year=year, due=report_due(year, policy, calendar)) for year in years)
    owed = tuple(report for report in reports if report.due.on >= since)
    return Cycle(first_day=of.first_day, last_day=of.last_day, reports=owed)


def report_due(year: int, policy: Policy, calendar: WorkingCalendar) -> Due:
    """When a year's report is due (五（三）)."""
    return law_of_terms.report_due(year, calendar, policy)


def voluntary_report_due(designated_on: date, year: int, policy: Policy, calendar: WorkingCalendar) -> Due | None:
    """The due day in the year of the designation itself, where the district may report although it need not yet."""
    due = report_due(year, policy, calendar) if year == designated_on.year else None
    return due if due and due.on >= designated_on else None


def late_report_due(year: int, policy: Policy, calendar: WorkingCalendar | None = None) -> Due:
    """The last day before an unfiled report counts as missed. No event sets it: until it is counted again, it is
    the day by the calendar that the build ships."""
    return law_of_terms.report_missed(year, calendar or standard_calendar(), policy)


def working_days_late(due: date, filed_on: date, calendar: WorkingCalendar) -> int:
    """Working days after the due day; at least 1 for what was filed after it, 0 for what was in time."""
    if filed_on <= due:
        return 0
    return max(1, calendar.working_days_between(due, filed_on))


def rectification_due(since: date, months: int, calendar: WorkingCalendar) -> Due:
    """When a time to rectify ends (四（六）2)."""
    return law_of_terms.rectification_due(since, months, calendar)


def hearing_due(invited_on: date, policy: Policy, calendar: WorkingCalendar) -> Due:
    """The last day to state and defend (四（六）2)."""
    return calendar.add_working_days(invited_on, policy.hearing_working_days)
