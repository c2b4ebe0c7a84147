"""One act for several cases: each is done by itself, and what became of each is told at an address of its own."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.frame.outcomes import Outcome
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import no_such

Row = Mapping[str, Any]


def once(case_ids: Sequence[str], most: int) -> list[str]:
    """The cases that were chosen, each once."""
    return list(dict.fromkeys(case_ids))[:most]


async def cases_of(visitor: Visitor, case_ids: Sequence[str]) -> list[Row]:
    """The cases as they are now."""
    return list(await gather(*(visitor.get("review", within("cases", case_id)) for case_id in case_ids)))


async def do_each(
    visitor: Visitor,
    case_ids: Sequence[str],
    steps: Sequence[str],
    body: Mapping[str, Any],
    about: Mapping[str, str] | None = None,
) -> Outcome:
    """Send the command at ``steps`` below each case, and say what became of it. The same form sent again does nothing
    twice."""
    outcome = Outcome(refused={}, about=about or {})
    for case_id in case_ids:
        done = await visitor.act("review", within("cases", case_id, *steps), body, part=case_id)
        outcome = outcome.with_case(case_id, None if done else visitor.explanation)
        visitor.explanation = None
    return outcome


async def tell(visitor: Visitor, path: str, outcome: Outcome) -> Response:
    """Go to the page that tells the outcome of the form that was sent, below ``path``."""
    key = visitor.form.key
    await visitor.outcomes.keep(key, outcome)
    return visitor.go(f"{path}/outcomes/{key}")


async def told(visitor: Visitor, key: str) -> Outcome:
    """The outcome of one's own form. Raises ``Problem`` 404 where there is none."""
    outcome = await visitor.outcomes.find(key)
    if outcome is None:
        raise no_such("key")
    return outcome


__all__ = ["cases_of", "do_each", "once", "tell", "told"]
