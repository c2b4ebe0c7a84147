"""Who reads what: of an office its own people, and those who look at everything; of a letter the province, whoever has
its id, and everybody what is published of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.office.views import delegations, letters
from shared.contracts.core import Actor, Role
from shared.service.http.problems import Problem

INSIDE = (Role.OPERATOR, Role.AUDITOR)
"""Who reads what every office has arranged."""
ANSWERED = ("letter_id", "kind", "sent_on", "due_on", "answered_on", "answer")
"""Columns of a letter that whoever has its id sees: not what they wrote, nor how they are reached."""
LISTED = ("letter_id", "kind", "channel", "sent_on", "due_on", "answered_on")
"""Columns of the province's list: nothing of what somebody wrote."""
PUBLISHED = ("kind", "answered_on", "public_question", "public_answer")
"""Columns that everybody sees of a letter whose answer is published. Its id is not among them: it opens the answer."""
LETTERS: Final = letters.table

READERS = (Role.PROVINCE, Role.PROVINCE_LEAD, Role.AUDITOR)
"""Who reads the letters, and the feedback that calls for an answer."""
MOST = 200
"""Letters, or feedback, of one answer."""


def refuse_another(actor: Actor, office: str) -> None:
    """Raise ``Problem`` 403 for an office that is not the actor's."""
    if actor.office != office and not actor.has(*INSIDE):
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "office-is-ones-own",
            "You may read only what your own office arranged",
            title_zh="仅可查阅本单位的委托",
        )


def delegations_of(office: str) -> Select[Any]:
    """The delegations of an office, the newest first."""
    table = delegations.table
    return select(table).where(table.c.office == office).order_by(table.c.granted_at.desc(), table.c.delegation_id)


def letters_for_the_province(*, open_only: bool) -> Select[Any]:
    """The letters: those that wait for an answer by their last day, then the others, the newest first."""
    waiting = LETTERS.c.answered_on.is_(None)
    listed = select(*(LETTERS.c[name] for name in LISTED))
    query = listed.where(waiting) if open_only else listed
    return query.order_by(LETTERS.c.answered_on.desc().nulls_first(), LETTERS.c.due_on, LETTERS.c.letter_id)


def published_letters() -> Select[Any]:
    """Questions with their answers, the newest first."""
    columns = [LETTERS.c[name] for name in PUBLISHED]
    told = LETTERS.c.public_answer != ""
    return select(*columns).where(told).order_by(LETTERS.c.answered_on.desc(), LETTERS.c.letter_id)


async def one_letter(connection: AsyncConnection, letter_id: str, *names: str) -> dict[str, Any]:
    """These columns of a letter, all where none is named. Raises ``Problem`` 404 where there is none."""
    columns = [LETTERS.c[name] for name in names or LETTERS.c.keys()]
    rows = await connection.execute(select(*columns).where(LETTERS.c.letter_id == letter_id))
    row = rows.mappings().first()
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, "letter-exists", "There is no such letter", title_zh="没有这封来信")
    return dict(row)
