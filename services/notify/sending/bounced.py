"""Bounces: recorded with their delivery before the server that brings them is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import sha256

from services.notify.aggregates.delivery.commands import RecordBounce
from services.notify.aggregates.delivery.state import Attempting, Blank
from services.notify.channels.mail.bounces import Report, TooEarly, take_bounces
from services.notify.channels.mail.settings import Listening
from services.notify.sending.journal import Journal
from shared.contracts.core import derived_id
from shared.contracts.notify import DeliveryRequested
from shared.retrying import Pauses, run_for_ever
from shared.service.logs import logger_of
from shared.service.runner import Refused
from shared.service.service import Service

logger = logger_of("bounces")

PATIENCE = 20.0
"""How long the log has to take a bounce in, in seconds; then the server is asked to come again."""
LOOP = "bounces"


class BounceBox:
    """Takes bounces where the settings say."""

    def __init__(self, service: Service, listening: Listening, secret: Callable[[], bytes]) -> None:
        self._service = service
        self._listening = listening
        self._secret = secret
        self.trouble = ""

    async def listen_for_ever(self) -> None:
        """Take bounces. While the port is taken, perhaps by another process of notify, health says so and it is tried
        again: when that process ends, this one takes over."""
        await run_for_ever(self._listen, troubled=self._cannot_listen, pauses=Pauses(1.0), survivable=OSError)

    async def _listen(self) -> None:
        server = await take_bounces(self._listening, self._secret, self.record)
        try:
            self._hindered("")
            await server.serve_forever()
        finally:
            server.close()

    def _cannot_listen(self, error: Exception) -> None:
        self._hindered(f"bounces cannot be taken at {self._listening.host}:{self._listening.port}: {error}")

    def _hindered(self, trouble: str) -> None:
        """Say it once in the log, and in health for as long as it lasts."""
        if trouble == self.trouble:
            return
        self.trouble = trouble
        if trouble:
            logger.error("cannot listen", error=trouble)
            self._service.background.hinders[LOOP] = trouble
        else:
            logger.info("listening", port=self._listening.port)
            self._service.background.hinders.pop(LOOP, None)

    async def record(self, delivery_id: str, report: Report) -> None:
        """Record a report with its delivery. What is not about its mail is only logged. Raises ``TooEarly`` while its
        attempt is under way, or the event log does not answer."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._record(delivery_id, report)
        except TimeoutError:
            raise TooEarly from None

    async def _record(self, delivery_id: str, report: Report) -> None:
        journal = await Journal(self._service, delivery_id).load()
        state = journal.state
        if isinstance(state, Blank) or not _is_about(report, state.notice):
            logger.warning("not about this mail", delivery_id=delivery_id, action=report.action)
            return
        if isinstance(state, Attempting):
            raise TooEarly
        digest = sha256(f"{report.action} {report.status} {report.text}".encode()).hexdigest()
        command = RecordBounce(
            context=await journal.context(derived_id("bounce", delivery_id, digest)),
            delivery_id=delivery_id,
            action=report.action,
            status=report.status,
            text=report.text,
        )
        try:
            await journal.commit(command)
        except Refused as error:
            logger.warning("refused", delivery_id=delivery_id, error=str(error))


def _is_about(report: Report, notice: DeliveryRequested) -> bool:
    """Whether a report is about a mail. The address that it came to names the delivery; a mail that is returned must be
    the same one, and what cannot be read must return it."""
    if not report.message_id:
        return report.action != "unread"
    return report.message_id == notice.message_id
