"""Who reads what of feedback: applicants what was handled for them and what they said of it, whoever has the receipt
of an answer what they said of that, the department what calls for its answer."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.office.feedback.commands import Handled
from services.office.feedback.permission import part_of
from services.office.views import feedback, handlings, parties
from shared.contracts.core import Actor
from shared.contracts.office import RatedBy
from shared.programme.vocabulary import ServiceStep
from shared.service.http.problems import Problem

FEEDBACK: Final = feedback.table
HANDLINGS: Final = handlings.table
PARTIES: Final = parties.table

HANDLED = ("handling_id", "step", "handled_on", "handled_by")
"""Columns of a step that was handled."""
SAID = ("level", "words", "given_on", "due_on", "answered_on", "answer")
"""Columns of what was said of it; all null where nothing was."""
TOLD = ("level", "given_on", "due_on", "answered_on", "answer")
"""Columns of it that whoever has the receipt of an answer sees: not what they wrote."""
LISTED = ("feedback_id", "handling_id", "case_id", "step", "rated_by", "level", "given_on", "due_on", "answered_on")
"""Columns of the department's list: nothing of what somebody wrote."""
_RECEIPTS = [step.value for step in ServiceStep if step.by_receipt]


async def handled(connection: AsyncConnection, handling_id: str) -> Handled | None:
    """A step that was handled, and whose case it is; ``None`` where there is none."""
    query = (
        select(HANDLINGS.c.case_id, HANDLINGS.c.step, PARTIES.c.county, PARTIES.c.key_uscc)
        .outerjoin(PARTIES, PARTIES.c.case_id == HANDLINGS.c.case_id)
        .where(HANDLINGS.c.handling_id == handling_id)
    )
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    return Handled(
        case_id=row.case_id, step=ServiceStep(row.step), county=row.county or "", key_uscc=row.key_uscc or ""
    )


async def part_in(connection: AsyncConnection, actor: Actor, case_id: str) -> RatedBy:
    """Which of the applicants of a case the actor is. Raises ``Problem`` 404 where there is no such case, 403 where it
    is not theirs."""
    row = (await connection.execute(select(PARTIES).where(PARTIES.c.case_id == case_id))).first()
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, "case-is-known", "There is no such case", title_zh="没有这个办件")
    if (part := part_of(actor, county=row.county, key_uscc=row.key_uscc)) is None:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "feedback-is-of-ones-own-case",
            "You may read only the feedback on your own cases",
            title_zh="仅可查阅本单位办件的评价",
        )
    return part


def of_case(case_id: str, part: RatedBy) -> Select[Any]:
    """What was handled in a case, in order, each with what this part said of it."""
    return _said(part, SAID).where(HANDLINGS.c.case_id == case_id, HANDLINGS.c.step.not_in(_RECEIPTS))


def of_receipt(handling_id: str) -> Select[Any]:
    """An answer to a letter or an objection, with what was said of it by whoever has the receipt."""
    return _said(RatedBy.PUBLIC, TOLD).where(HANDLINGS.c.handling_id == handling_id, HANDLINGS.c.step.in_(_RECEIPTS))


def _said(part: RatedBy, names: Sequence[str]) -> Select[Any]:
    own = and_(FEEDBACK.c.handling_id == HANDLINGS.c.handling_id, FEEDBACK.c.rated_by == part.value)
    columns = [*(HANDLINGS.c[name] for name in HANDLED), *(FEEDBACK.c[name] for name in names)]
    return select(*columns).outerjoin(FEEDBACK, own).order_by(HANDLINGS.c.seq)


def for_the_province(*, waiting: bool) -> Select[Any]:
    """Feedback that calls for an answer: what waits by its last day, then, unless only that is asked for, the others,
    the newest first."""
    listed = select(*(FEEDBACK.c[name] for name in LISTED)).where(FEEDBACK.c.due_on.is_not(None))
    query = listed.where(FEEDBACK.c.answered_on.is_(None)) if waiting else listed
    return query.order_by(FEEDBACK.c.answered_on.desc().nulls_first(), FEEDBACK.c.due_on, FEEDBACK.c.feedback_id)


def whole(handling_id: str, feedback_id: str) -> Select[Any]:
    """Feedback that calls for an answer, with what was written."""
    named = and_(FEEDBACK.c.handling_id == handling_id, FEEDBACK.c.feedback_id == feedback_id)
    return select(FEEDBACK).where(named, FEEDBACK.c.due_on.is_not(None))


def counted() -> Select[Any]:
    """How often each step was rated at each level."""
    return select(FEEDBACK.c.step, FEEDBACK.c.level, func.count()).group_by(FEEDBACK.c.step, FEEDBACK.c.level)


async def one(connection: AsyncConnection, query: Select[Any]) -> dict[str, Any]:
    """The one row of a query. Raises ``Problem`` 404 where there is none."""
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, "feedback-exists", "There is no such feedback", title_zh="没有这项评价")
    return dict(row)


__all__ = ["LISTED", "counted", "for_the_province", "handled", "of_case", "of_receipt", "one", "part_in", "whole"]
