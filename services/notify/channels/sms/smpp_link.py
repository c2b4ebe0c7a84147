"""One bound session with an SMS centre. When it is lost, so is the link: a new one is opened by whoever needs it.

The library would wait for ever on a refused bind, and send what lay in its queue after binding again. Here the end of
its first cycle ends the link, and what has not left by then never does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from services.notify.channels.outcome import Receipt
from services.notify.channels.sms.smpp_esme import Esme
from services.notify.channels.sms.smpp_pdu import BIND_RESPS, NACK, QUERY_RESP, SUBMIT_RESP, Pdu, UnreadablePdu, receipt
from shared.service.logs import logger_of

logger = logger_of("smpp")

WINDOW = 32
"""Submissions that wait for their answers at once."""


class SessionLost(Exception):
    """There is no session (any more). For a submission: it had left, and nobody answers."""


class BindRefused(SessionLost):
    """The centre answered the bind with this status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class NoAnswer(Exception):
    """The centre did not answer in time."""


class NeverLeft(Exception):
    """The session was lost before the submission left."""


class SmppLink:
    """A session with an SMS centre."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        system_id: str,
        password: str,
        system_type: str = "",
        decimal: bool = False,
        on_receipt: Callable[[Receipt], Awaitable[None]],
        window: int = WINDOW,
        enquire: float = 30.0,
    ) -> None:
        """Raises ``ValueError`` for a system id or password that SMPP does not hold (15 and 8 octets)."""
        self._where = f"{host}:{port}"
        self._decimal = decimal
        self._on_receipt = on_receipt
        self._ended = asyncio.Event()
        self._bound = asyncio.Event()
        self._why = ""
        self._refused = 0
        self._window = asyncio.Semaphore(window)
        self._by_sequence: dict[int, asyncio.Future[Pdu]] = {}
        self._answers = 0
        self._silent = False
        self._task: asyncio.Task[None] | None = None
        self._esme = Esme(
            self,
            self._deliver,
            smsc_host=host,
            smsc_port=port,
            system_id=system_id,
            password=password,
            system_type=system_type,
            log_level=logging.CRITICAL,
            enquire_link_interval=enquire,
            socket_timeout=10.0,
        )

    @property
    def alive(self) -> bool:
        """Whether it is bound."""
        return self._bound.is_set() and not self._ended.is_set()

    async def open(self, within: float) -> None:
        """Connect and bind. Raises ``BindRefused``, and ``SessionLost`` where nobody answers within so many seconds."""
        self._task = asyncio.create_task(self._esme.start(), name="smpp")
        waits = [asyncio.create_task(event.wait()) for event in (self._bound, self._ended)]
        try:
            await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if self._refused:
            raise BindRefused(f"{self._where} refused the bind: {self._why}", self._refused)
        if not self.alive:
            raise SessionLost(f"{self._where} did not let us bind: {self._why or 'no answer'}")

    @property
    def silent(self) -> bool:
        """Whether something was not answered in time, and nothing since. Those who wait may still be answered, but
        nothing more should be given to it."""
        return self._silent

    async def ask(self, command: int, body: bytes, within: float) -> Pdu:
        """Send a request and wait for its answer, ``within`` seconds from when it left; before that, as long for a
        place in the window. Raises ``NeverLeft``, ``SessionLost`` or ``NoAnswer``: each is about this request only."""
        try:
            async with asyncio.timeout(within):
                await self._window.acquire()
        except TimeoutError:
            raise NeverLeft(f"could not be sent within {within:.0f} s") from None
        try:
            return await self._answered(self._sent(command, body), within)
        finally:
            self._window.release()
            if self._silent and not self._by_sequence:
                self.lost("nothing is answered any more")

    async def _answered(self, sequence: int, within: float) -> Pdu:
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._by_sequence[sequence] = answer
        before = self._answers
        try:
            async with asyncio.timeout(within):
                return await answer
        except TimeoutError:
            self._silent = self._answers == before
            raise NoAnswer(f"no answer within {within:.0f} s") from None
        finally:
            self._by_sequence.pop(sequence, None)

    def _sent(self, command: int, body: bytes) -> int:
        if not self.alive:
            raise NeverLeft("the session was lost")
        if self._silent:
            raise NeverLeft(f"{self._where} does not answer")
        try:
            return self._esme.request(command, body)
        except ConnectionError as error:
            raise NeverLeft(str(error)) from None

    async def close(self) -> None:
        """Unbind and end; what waits for an answer gets ``SessionLost``."""
        writer = self._esme._writer
        with suppress(TimeoutError, OSError):
            await asyncio.wait_for(self._esme.stop(), 1.0) if self.alive else None
        while self._task is not None and not self._task.done():
            self._task.cancel()  # again and again: the library swallows a cancellation while it ends its own tasks
            await asyncio.wait({self._task}, timeout=0.5)
        await self._esme.drop()
        if writer is not None:
            writer.close()
        self.lost("closed")

    def lost(self, why: str) -> None:
        """The session has ended: nothing more leaves, nothing more is answered."""
        self._why = self._why or why
        self._ended.set()
        for answer in self._by_sequence.values():
            if not answer.done():
                answer.set_exception(SessionLost(self._why))

    def bound(self) -> None:
        """The centre has let us in."""
        self._bound.set()

    def came(self, pdu: Pdu) -> None:
        """The centre has said something."""
        if pdu.command in BIND_RESPS or (pdu.command == NACK and not self._bound.is_set()):
            if pdu.status:
                self._refused = pdu.status
                self.lost(f"status 0x{pdu.status:08X}")
        elif pdu.command in {SUBMIT_RESP, QUERY_RESP, NACK}:
            self._answers += 1
            self._silent = False
            answer = self._by_sequence.pop(pdu.sequence, None)
            if answer is not None and not answer.done():
                answer.set_result(pdu)

    async def _deliver(self, pdu: Pdu) -> None:
        try:
            brought = receipt(pdu, decimal=self._decimal)
        except UnreadablePdu as error:
            logger.warning("malformed", error=str(error))
            return
        if brought is not None:
            await self._on_receipt(brought)
