"""How long there is until a last day."""

from __future__ import annotations

from datetime import date

from shared.programme.dates.announced import current_calendar


def working_days_left(due_on: date | None, today: date) -> int | None:
    """Working days until a last day: 0 on that day alone, below it once it is past; ``None`` where there is none."""
    if due_on is None or due_on == today:
        return None if due_on is None else 0
    days = current_calendar().working_days_between(today, due_on)
    return max(days, 1) if due_on > today else min(days, -1)


def days_left(due: str, today: date) -> int | None:
    """As ``working_days_left``, of a last day as services write it."""
    return working_days_left(date.fromisoformat(due) if due else None, today)


__all__ = ["days_left", "working_days_left"]
