"""One act for several cases: each is done by itself, and what became of each is told."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from typing import Any

from services.portal.calling.explanation import PlainProblem
from services.portal.calling.services import within
from services.portal.frame.visitor import Visitor

Row = Mapping[str, Any]


def once(case_ids: Sequence[str], most: int) -> list[str]:
    """The cases that were chosen, each once."""
    return list(dict.fromkeys(case_ids))[:most]


async def cases_of(visitor: Visitor, case_ids: Sequence[str]) -> list[Row]:
    """The cases as they are now."""
    return list(await gather(*(visitor.get("review", within("cases", case_id)) for case_id in case_ids)))


async def do_each(
    visitor: Visitor, case_ids: Sequence[str], steps: Sequence[str], body: Mapping[str, Any]
) -> dict[str, PlainProblem]:
    """Send the command at ``steps`` below each case; why it was not done, by the case. The same form sent again does
    nothing twice."""
    refused = {}
    for case_id in case_ids:
        if not await visitor.act("review", within("cases", case_id, *steps), body, part=case_id):
            assert visitor.explanation is not None
            refused[case_id], visitor.explanation = visitor.explanation, None
    return refused


__all__ = ["cases_of", "do_each", "once"]
