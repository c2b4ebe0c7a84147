"""One bound session over aiosmpplib. When it is lost, so is the link: a new one is opened by whoever needs it.

The library would wait for ever on a refused bind and send what lay in its queue after binding anew; here the end of its
first cycle ends the link, and what has not left by then never does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from aiosmpplib import ESME, DeliverSm, SubmitSm, SubmitSmResp
from aiosmpplib.hook import AbstractHook
from aiosmpplib.protocol import GenericNack, SmppMessage
from aiosmpplib.retrytimer import AbstractRetryTimer
from aiosmpplib.state import SmppCommandStatus

from services.notify.channels.outcome import Receipt


@dataclass(frozen=True, slots=True)
class Answer:
    """The centre's answer to a submission."""

    status: SmppCommandStatus
    message_id: str


class Lost(Exception):
    """There is no session (any more). For a submission: it had left, and nobody answers."""


class NoAnswer(Exception):
    """The centre did not answer in time."""


class NeverLeft(Exception):
    """The session was lost before the submission left."""


@dataclass(slots=True)
class _Waiting:
    answer: asyncio.Future[Answer]
    left: bool = False


class SmppLink:
    """A session with an SMS centre."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        system_id: str,
        password: str,
        on_receipt: Callable[[Receipt], Awaitable[None]],
    ) -> None:
        self._where = f"{host}:{port}"
        self._on_receipt = on_receipt
        self._ended = asyncio.Event()
        self._bound = asyncio.Event()
        self._why = ""
        self._by_id: dict[str, _Waiting] = {}
        self._by_sequence: dict[int, _Waiting] = {}
        self._count = 0
        self._task: asyncio.Task[None] | None = None
        self._esme = ESME(
            smsc_host=host,
            smsc_port=port,
            system_id=system_id,
            password=password,
            hook=_Hook(self),
            retry_timer=_OneCycle(self),
            log_level=logging.CRITICAL,
            enquire_link_interval=30.0,
            socket_timeout=10.0,
        )

    @property
    def alive(self) -> bool:
        """Whether it is bound."""
        return self._bound.is_set() and not self._ended.is_set()

    async def open(self, within: float) -> None:
        """Connect and bind; raises ``Lost`` where that is refused or takes longer than so many seconds."""
        self._task = asyncio.create_task(self._esme.start(), name="smpp")
        waits = [asyncio.create_task(event.wait()) for event in (self._bound, self._ended)]
        try:
            await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if not self.alive:
            raise Lost(f"{self._where} did not let us bind: {self._why or 'no answer'}")

    async def submit(self, message: SubmitSm, within: float) -> Answer:
        """Submit and wait for the answer. Raises ``NeverLeft``, ``Lost`` or ``NoAnswer``."""
        if not self.alive:
            raise NeverLeft("the session was lost")
        self._count += 1
        message.extra_data = str(self._count)
        waiting = _Waiting(asyncio.get_running_loop().create_future())
        self._by_id[message.extra_data] = waiting
        await self._esme.broker.enqueue(message)
        try:
            return await asyncio.wait_for(waiting.answer, within)
        except TimeoutError:
            self.lost("a submission was not answered")
            if waiting.left:
                raise NoAnswer(f"no answer within {within:.0f} s") from None
            raise NeverLeft(f"could not be sent within {within:.0f} s") from None
        finally:
            self._by_id.pop(message.extra_data, None)
            self._by_sequence = {key: each for key, each in self._by_sequence.items() if each is not waiting}

    async def close(self) -> None:
        """Unbind and end; what waits for an answer gets ``Lost``."""
        writer = self._esme._writer
        with suppress(TimeoutError, OSError):
            await asyncio.wait_for(self._esme.stop(), 1.0) if self.alive else None
        while self._task is not None and not self._task.done():
            self._task.cancel()  # again and again: the library swallows a cancellation while it ends its own tasks
            await asyncio.wait({self._task}, timeout=0.5)
        if writer is not None:
            writer.close()
        self.lost("closed")

    def lost(self, why: str) -> None:
        """The session has ended: nothing more leaves, nothing more is answered."""
        self._why = self._why or why
        self._ended.set()
        for waiting in self._by_id.values():
            if not waiting.answer.done():
                waiting.answer.set_exception(Lost(self._why) if waiting.left else NeverLeft(self._why))

    def bound(self) -> None:
        """The centre has let us in."""
        self._bound.set()

    def leaving(self, message: SmppMessage) -> None:
        """The bytes of a submission are about to be written. Raises where the link has ended meanwhile."""
        if not isinstance(message, SubmitSm):
            return
        if self._ended.is_set():
            raise ConnectionAbortedError("the link has ended")
        waiting = self._by_id.get(message.extra_data)
        if waiting is None:
            raise ConnectionAbortedError("nobody waits for it any more")
        waiting.left = True
        self._by_sequence[message.sequence_num] = waiting

    async def came(self, message: SmppMessage | None) -> None:
        """The centre has said something."""
        if isinstance(message, SubmitSmResp | GenericNack):
            waiting = self._by_sequence.pop(message.sequence_num, None)
            if waiting is not None and not waiting.answer.done():
                waiting.answer.set_result(Answer(message.command_status, getattr(message, "message_id", "") or ""))
        elif isinstance(message, DeliverSm) and message.is_receipt():
            told = message.parse_receipt()
            receipt = Receipt(str(told.get("id", "")), str(told.get("stat", "")), message.short_message)
            await self._on_receipt(receipt)
        elif message is not None and message.command_status != SmppCommandStatus.ESME_ROK:
            self._why = f"{message.smpp_command.name} {message.command_status.name}"

    def unsent(self, message: SmppMessage, error: Exception) -> None:
        """The library could not write a submission."""
        waiting = self._by_id.get(getattr(message, "extra_data", ""))
        if waiting is not None and not waiting.answer.done():
            waiting.answer.set_exception(Lost(str(error)) if waiting.left else NeverLeft(str(error)))


class _Hook(AbstractHook):  # type: ignore[misc]
    def __init__(self, link: SmppLink) -> None:
        self._link = link

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:  # noqa: ARG002
        self._link.leaving(smpp_message)

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:  # noqa: ARG002
        await self._link.came(smpp_message)

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:  # noqa: ARG002
        self._link.unsent(smpp_message, error)


class _OneCycle(AbstractRetryTimer):  # type: ignore[misc]
    """Told by the library when it is bound and when a cycle has ended; it never lets it begin another."""

    def __init__(self, link: SmppLink) -> None:
        self._link = link

    def reset(self) -> None:
        self._link.bound()

    def next_delay(self) -> float:
        return 0.0

    async def wait(self) -> None:
        self._link.lost("the connection was lost or refused")
        await asyncio.Event().wait()
