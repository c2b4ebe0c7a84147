"""The client library's ESME, made to end with its first session and to leave messages and their answers to us."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiosmpplib import ESME
from aiosmpplib.correlator import SimpleCorrelator
from aiosmpplib.hook import AbstractHook
from aiosmpplib.protocol import EnquireLink, GenericNack, SmppMessage
from aiosmpplib.retrytimer import AbstractRetryTimer
from aiosmpplib.state import PduHeader, SmppCommand, SmppCommandStatus
from aiosmpplib.throttle import AbstractThrottleHandler

from services.notify.channels.sms.smpp_pdu import (
    DATA,
    DATA_RESP,
    DELIVER,
    DELIVER_RESP,
    HEADER,
    NACK,
    QUERY_RESP,
    SUBMIT_RESP,
    Pdu,
    read,
    written,
)
from shared.service.logs import logger_of

logger = logger_of("smpp")

LONGEST = 70_000
"""Octets of a PDU; a longer one is no SMPP."""
_ACKNOWLEDGED = {DELIVER: DELIVER_RESP, DATA: DATA_RESP}
_ANSWERS = frozenset({SUBMIT_RESP, QUERY_RESP, NACK})
_RESPONSE = 0x80000000


class Listener(Protocol):
    """Who is told of a session."""

    def bound(self) -> None:
        """The centre has let us in."""
        ...

    def lost(self, why: str) -> None:
        """The session has ended."""
        ...

    def came(self, pdu: Pdu) -> None:
        """The centre has said something."""
        ...


class Esme(ESME):  # type: ignore[misc]
    """A client of one session. ``on_deliver`` is awaited before a deliver_sm or data_sm is acknowledged. If it raises,
    the centre is told to try again later, and the session goes on."""

    def __init__(self, listener: Listener, on_deliver: Callable[[Pdu], Awaitable[None]], **settings: object) -> None:
        super().__init__(
            hook=_Hook(listener),
            retry_timer=_OneCycle(listener),
            throttle_handler=_Unthrottled(),
            correlator=_Uncorrelated("juqu"),
            **settings,
        )
        self._listener = listener
        self._on_deliver = on_deliver
        self._written: list[bytes] = []
        self._heard = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def request(self, command: int, body: bytes) -> int:
        """Send a request; gives the sequence number that its answer will bear. Raises ``ConnectionError``."""
        if self._writer is None or self._writer.is_closing():
            raise ConnectionAbortedError("the session has ended")
        sequence: int = self.sequence_generator.next_sequence()
        self._write(written(command, 0, sequence, body))
        return sequence

    def _write(self, octets: bytes) -> None:
        """Write with whatever else is written at this moment."""
        if not self._written:
            asyncio.get_running_loop().call_soon(self._flush)
        self._written.append(octets)

    def _flush(self) -> None:
        octets, self._written = b"".join(self._written), []
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(octets)

    async def _get_pdu(self) -> tuple[bytes, PduHeader]:
        """The next PDU for the library. A status that it does not know becomes an unknown error."""
        while True:
            head = await self._reader.readexactly(HEADER)
            length, command, status, sequence = struct.unpack("!IIII", head)
            if not HEADER <= length <= LONGEST:
                raise ValueError(f"a PDU of {length} octets")
            whole = head + await self._reader.readexactly(length - HEADER)
            self._heard += 1
            if self._bound.is_set() and self._is_ours(command, whole):
                self._data_received.set()
                continue
            try:
                known = SmppCommand(command)
            except ValueError:
                if not command & _RESPONSE:
                    await self._send_data(GenericNack(sequence, SmppCommandStatus.ESME_RINVCMDID))
                continue
            return whole, PduHeader(length, known, _status(status), sequence)

    def _is_ours(self, command: int, whole: bytes) -> bool:
        """Take a PDU that is an answer to ours or a message; say whether it was one."""
        if command in _ANSWERS:
            self._listener.came(read(whole))
        elif command in _ACKNOWLEDGED:
            task = asyncio.create_task(self._deliver(read(whole)), name="smpp deliver_sm")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            return False
        return True

    async def _connection_keeper(self) -> None:
        """Ask a silent centre whether it is there, and end if it stays silent. The library's own way makes two tasks
        for each PDU."""
        while True:
            heard = self._heard
            await asyncio.sleep(self.enquire_link_interval)
            if heard != self._heard:
                continue
            self._data_received.clear()
            await self._send_data(EnquireLink())
            try:
                async with asyncio.timeout(self.socket_timeout):
                    await self._data_received.wait()
            except TimeoutError:
                return

    async def _deliver(self, pdu: Pdu) -> None:
        status = SmppCommandStatus.ESME_ROK
        try:
            await self._on_deliver(pdu)
        except Exception as error:  # it stays with the centre, and the session goes on
            logger.warning("receipt_not_kept", exc_info=error)
            status = SmppCommandStatus.ESME_RX_T_APPN
        self._write(written(_ACKNOWLEDGED[pdu.command], status, pdu.sequence, b"\0"))

    async def _end_task(self, task: asyncio.Task[object]) -> None:
        """End a task of the session at once. The library gives each task half a second, and two of them always take it;
        one waits for messages in a queue that we do not use."""
        if task.done():
            await super()._end_task(task)
        else:
            await self._cancel_task(task, task.get_name())

    async def drop(self) -> None:
        """End what is still being kept; the centre gives it again."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _status(status: int) -> SmppCommandStatus:
    try:
        return SmppCommandStatus(status)
    except ValueError:
        return SmppCommandStatus.ESME_RUNKNOWNERR


class _Hook(AbstractHook):  # type: ignore[misc]
    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:
        """Nobody asks: the library sends what keeps the session."""

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:  # noqa: ARG002
        self._listener.came(read(pdu))

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:
        """Nobody asks: an error there ends the session."""


class _Uncorrelated(SimpleCorrelator):  # type: ignore[misc]
    """Keeps no requests, because our link keeps its own. The library's would look through all of them at each message,
    and give an answer up after fifteen seconds."""

    async def put(self, smpp_message: SmppMessage) -> None:  # noqa: ARG002
        return


class _OneCycle(AbstractRetryTimer):  # type: ignore[misc]
    """The library tells it when it is bound and when a cycle has ended. It never allows another cycle."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def reset(self) -> None:
        self._listener.bound()

    def next_delay(self) -> float:
        return 0.0

    async def wait(self) -> None:
        self._listener.lost("the connection was lost or refused")
        await asyncio.Event().wait()


class _Unthrottled(AbstractThrottleHandler):  # type: ignore[misc]
    """A busy centre is left to the sender's pauses: the library's own would hold back a message that waits for its
    answer."""

    async def throttled(self) -> None:
        return

    async def not_throttled(self) -> None:
        return

    async def allow_request(self) -> bool:
        return True

    async def throttle_delay(self) -> float:
        return 0.0
