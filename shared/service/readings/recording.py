"""Recording that somebody is about to be answered with personal data, before the answer leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from shared.contracts.core import Actor, Context, Role, day_in_china, derived_id
from shared.contracts.reading import PersonalDataRead
from shared.eventlog.errors import EventLogError
from shared.expiring import ExpiringCache
from shared.service import contexts
from shared.service.http.problems import Problem
from shared.service.logs import logger_of
from shared.service.readings.answered import Tells

if TYPE_CHECKING:
    from shared.service.service import Service

logger = logger_of("readings")

OWN: tuple[Role, ...] = (Role.COUNTY, Role.KEY_UNIT, Role.SYSTEM)
"""Whose readings are not recorded: applicants are answered about their own cases only, and the system is nobody."""

_SECONDS, _MOST = 600.0, 20_000
"""How long a reading is known to be in the log, and how many are; the log is asked about any other."""


class Readings:
    """What a service records of its answers: once for a reader, a case, what was read and a day in China."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: ExpiringCache[UUID, bool] = ExpiringCache(_SECONDS, _MOST)

    async def record(self, request: Request, response: Response, tells: Tells) -> None:
        """Record what an answer tells of people. Durable when it returns.

        Raises ``Problem`` 503 where it cannot be recorded: nothing is to be answered then.
        """
        actor = await self._service.anyone(request)
        if actor is None or actor.has(*OWN) or response.status_code != HTTPStatus.OK:
            return
        events = list(tells(request.path_params, bytes(getattr(response, "body", b"")), actor.office))
        if events:
            now = await self._service.clock.now()
            await self._append([self._of_reader(event, actor, now, request.state.correlation_id) for event in events])

    async def _append(self, readings: Iterable[tuple[PersonalDataRead, Context]]) -> None:
        new = [(event, context) for event, context in readings if not self._known.get(context.command_id)]
        try:
            await asyncio.gather(*(self._append_one(event, context) for event, context in new))
        except EventLogError as error:
            logger.error("reading not recorded", error=type(error).__name__)
            raise _unrecorded() from None

    async def _append_one(self, event: PersonalDataRead, context: Context) -> None:
        """Append a reading. The log has it once, whichever process asks first."""
        stream = f"{self._service.name}/reading/{context.command_id}"
        await self._service.log.append(stream, 0, [event], context)
        self._known.put(context.command_id, value=True)

    def _of_reader(
        self, event: PersonalDataRead, actor: Actor, now: datetime, correlation_id: str
    ) -> tuple[PersonalDataRead, Context]:
        """A reading and its context, whose id follows from what makes it another reading."""
        parts = (self._service.name, actor.recorded, actor.office, event.case_id, event.whose, " ".join(event.kinds))
        command_id = derived_id("reading", *parts, day_in_china(now).isoformat())
        return event, contexts.of_today(actor, now, command_id=command_id, correlation_id=correlation_id)


def _unrecorded() -> Problem:
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "reading-is-recorded",
        "Personal data is shown only once it is recorded who reads it, and that cannot be recorded now",
        title_zh="查阅个人信息须先留下记录；目前无法记录，暂不能显示",
        clause="个人信息保护法 第五十一条、第五十四条",
        headers={"Retry-After": "5"},
    )


__all__ = ["OWN", "Readings"]
