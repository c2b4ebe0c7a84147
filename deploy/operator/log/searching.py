"""Finding events by what is known of them, and what may be meant where nothing is found."""

from __future__ import annotations

from deploy.operator.case.story import find_case
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.vocabulary import near, stored_name, vocabulary
from shared.eventlog.log import EventLog, Search


async def find_stream(log: EventLog, text: str) -> str:
    """What streams are named by: a case or its beginning, a delivery; raises ``Unable`` where none is so named."""
    return text if await log.search(Search(in_stream=text), limit=1) else await find_case(log, text)


def meant(kind: str) -> str:
    """What may be meant by a type that nothing is of."""
    known = [each.name for each in vocabulary()]
    if not kind or any(name.startswith(stored_name(kind)) for name in known):
        return ""
    names = near(kind) or sorted({f"{name.partition('.')[0]}." for name in known})
    return f"Did you mean {' or '.join(names)}? `juqu log search --type {names[0]}`"


def require_office(office: str) -> None:
    """Raise ``Unable`` for an office of a kind that there is not."""
    from shared.programme.values.offices import KIND_OF_ROLE

    kinds = sorted({*KIND_OF_ROLE.values(), "public"})
    if office.partition(":")[0] not in kinds:
        raise Unable(f"--office {office}: there is no such office.", f"Offices begin with {', '.join(kinds)}.")


__all__ = ["find_stream", "meant", "require_office"]
