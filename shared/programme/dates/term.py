"""The three-year term of a designation, its yearly reports, and the time to rectify: 四（五）, 四（六）, 五（三）."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from shared.contracts.core import Due
from shared.programme.dates.calendar import WorkingCalendar
from shared.programme.dates.days import ONE_DAY
from shared.programme.policy import Policy


@dataclass(frozen=True, kw_only=True)
class Term:
    """One cycle of a designation, both days included; `cycle` is 1 for the first."""

    first_day: date
    last_day: date
    cycle: int = 1

    def covers(self, on: date) -> bool:
        """Whether the title is held on `on` by this cycle."""
        return self.first_day <= on <= self.last_day

    def next(self, years: int) -> "Term":
        """The cycle after this one, for a title that is kept: it starts the day after the last."""
        return term(self.last_day + ONE_DAY, years, cycle=self.cycle + 1)


def term(start: date, years: int, cycle: int = 1) -> Term:
    """The term that runs from `start`, the date of the approval; its last day is the day before the anniversary.

    29 February has its anniversary on 1 March of a common year, so such a term ends on 28 February.
    Raises ValueError when `years` is not positive.
    """
    if years < 1:
        raise ValueError(f"a term has at least one year, not {years}")
    return Term(first_day=start, last_day=_anniversary(start, years) - ONE_DAY, cycle=cycle)


def add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last of that month when it has no such day (民法典 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def report_due(year: int, calendar: WorkingCalendar, policy: Policy) -> Due:
    """When the report of `year` is due, 五（三）: the policy's day, rolled forward to a working day."""
    return calendar.roll_forward(_report_day(year, policy))


def report_missed(year: int, calendar: WorkingCalendar, policy: Policy) -> Due:
    """The last day on which a late report is still taken; after it, the report counts as missed."""
    return calendar.roll_forward(add_months(_report_day(year, policy), policy.report_missed_after_months))


def report_years(of: Term, policy: Policy) -> tuple[int, ...]:
    """The years whose report falls due within the term, 五（三）.

    In the first cycle the first is the year after the designation; in a later one there is no gap.
    """
    first = of.first_day.year + (1 if of.cycle == 1 else 0)
    return tuple(year for year in range(first, of.last_day.year + 1) if of.covers(_report_day(year, policy)))


def rectification_due(ordered_on: date, months: int, calendar: WorkingCalendar) -> Due:
    """When a district ordered to rectify must have done so, 四（六）2: `months` later, rolled to a working day."""
    return calendar.roll_forward(add_months(ordered_on, months))


def assessment_opens(of: Term, policy: Policy) -> date:
    """The day from which the assessment at the end of the term may be held, 四（六）."""
    return add_months(of.last_day, -policy.assessment_opens_months_before)


def _report_day(year: int, policy: Policy) -> date:
    return date(year, policy.report_month, policy.report_day)


def _anniversary(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)
