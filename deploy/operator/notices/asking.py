"""What is asked of notify, and what may be meant where there is no such thing."""

from __future__ import annotations

from difflib import get_close_matches
from uuid import UUID

from deploy.operator.case.story import find_case
from deploy.operator.frame import records
from deploy.operator.frame.asking import ask_notify
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import System
from shared.eventlog.log import EventLog, Search, StoredEvent

NOTICES = "What there is: `juqu notices list`"


def case_of(system: System, beginning: str) -> str:
    """The case of an id or of its beginning; raises ``Unable``."""

    async def ask(log: EventLog) -> str:
        return await find_case(log, beginning)

    return records.with_log(system, ask)


def history(system: System, delivery_id: str) -> list[StoredEvent]:
    """Every event of a notice, after leaving word; raises ``Unable`` where there is no such notice."""

    async def ask(log: EventLog) -> list[StoredEvent]:
        stream = f"notify/delivery/{delivery_id}"
        events = await log.search(Search(in_stream=stream), limit=records.ALL, newest_first=False)
        return await records.readable(log, system, [event for event in events if event.stream == stream])

    events = records.with_log(system, ask)
    if not events:
        raise Unable(f"There is no notice {delivery_id}.", NOTICES, code=NO)
    return events


def notice_id(text: str) -> str:
    """The id of a notice; raises ``Unable`` for what can be none."""
    try:
        return str(UUID(text))
    except ValueError:
        raise Unable(f"There is no notice {text}.", NOTICES, code=NO) from None


def require_provider(system: System, name: str) -> None:
    """Raise ``Unable`` for a provider that there is not."""
    known = [row["provider"] for row in ask_notify(system, "GET", "/providers")]
    if name not in known:
        there = f"There are {', '.join(known)}" if known else "None is set"
        raise Unable(f"There is no such provider: {name}.", f"{there}: `juqu notices providers`", code=NO)


def require_template(rule: str) -> None:
    """Raise ``Unable`` for a rule that has no template."""
    from services.notify.notices.table import RULES

    if rule not in RULES:
        meant = get_close_matches(rule, RULES, n=3) or sorted(RULES)
        raise Unable(f"There is no such template: {rule}.", f"There are {', '.join(meant)}.", code=NO)


__all__ = ["NOTICES", "case_of", "history", "notice_id", "require_provider", "require_template"]
