"""The client library's ESME, made to end with its first session and to leave the reading of answers to us."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiosmpplib import ESME
from aiosmpplib.hook import AbstractHook
from aiosmpplib.protocol import DeliverSmResp, GenericNack, SmppMessage, Trackable
from aiosmpplib.retrytimer import AbstractRetryTimer
from aiosmpplib.state import PduHeader, SmppCommand, SmppCommandStatus
from aiosmpplib.throttle import AbstractThrottleHandler

from services.notify.channels.smpp_pdu import HEADER, Pdu, query_body, read
from shared.service.logs import log

LONGEST = 70_000
"""Octets of a PDU; a longer one is no SMPP."""
_OURS = {SmppCommand.SUBMIT_SM_RESP, SmppCommand.QUERY_SM_RESP, SmppCommand.GENERIC_NACK}
_RESPONSE = 0x80000000


@dataclass
class QuerySm(Trackable, SmppMessage):  # type: ignore[misc]
    """A query_sm, which the library has not."""

    message_id: str = ""

    @property
    def smpp_command(self) -> SmppCommand:
        return SmppCommand.QUERY_SM

    def pdu(self) -> bytes:
        """Its octets."""
        body = query_body(self.message_id)
        return bytes(self.pack_header(HEADER + len(body))) + body


class Listener(Protocol):
    """Who is told of a session."""

    def bound(self) -> None:
        """The centre has let us in."""
        ...

    def lost(self, why: str) -> None:
        """The session has ended."""
        ...

    def leaving(self, message: SmppMessage) -> None:
        """A message is about to be written; raises ``ConnectionError`` where it must not be."""
        ...

    def came(self, pdu: Pdu) -> None:
        """The centre has said something."""
        ...

    def unsent(self, message: SmppMessage, error: Exception) -> None:
        """A message could not be written."""
        ...


class Esme(ESME):  # type: ignore[misc]
    """A client of one session. ``on_deliver`` is awaited before a deliver_sm is acknowledged; where it raises, the
    centre is told to try again later, and the session goes on."""

    def __init__(self, listener: Listener, on_deliver: Callable[[Pdu], Awaitable[None]], **settings: object) -> None:
        super().__init__(
            hook=_Hook(listener),
            retry_timer=_OneCycle(listener),
            throttle_handler=_Unthrottled(),
            **settings,
        )
        self._on_deliver = on_deliver
        self._tasks: set[asyncio.Task[None]] = set()

    async def _get_pdu(self) -> tuple[bytes, PduHeader]:
        """The next PDU of a command that is known; a status that is not stands for an unknown error."""
        while True:
            head = await self._reader.readexactly(HEADER)
            length, command, status, sequence = struct.unpack("!IIII", head)
            if not HEADER <= length <= LONGEST:
                raise ValueError(f"a PDU of {length} octets")
            whole = head + await self._reader.readexactly(length - HEADER)
            try:
                known = SmppCommand(command)
            except ValueError:
                if not command & _RESPONSE:
                    await self._send_data(GenericNack(sequence, SmppCommandStatus.ESME_RINVCMDID))
                continue
            return whole, PduHeader(length, known, _status(status), sequence)

    async def _handle_response(self, pdu: bytes, header: PduHeader) -> SmppMessage | None:
        return None if header.smpp_command in _OURS else await super()._handle_response(pdu, header)

    async def _handle_request(self, pdu: bytes, header: PduHeader) -> SmppMessage | None:
        if header.smpp_command != SmppCommand.DELIVER_SM:
            return await super()._handle_request(pdu, header)
        task = asyncio.create_task(self._deliver(read(pdu)), name="smpp deliver_sm")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return None

    async def _deliver(self, pdu: Pdu) -> None:
        status = SmppCommandStatus.ESME_ROK
        try:
            await self._on_deliver(pdu)
        except Exception as error:  # noqa: BLE001 - it stays with the centre, and the session goes on
            log("smpp").warning("receipt_not_kept", exc_info=error)
            status = SmppCommandStatus.ESME_RX_T_APPN
        try:
            await self._send_data(DeliverSmResp(pdu.sequence, status))
        except (OSError, AssertionError) as error:
            log("smpp").info("receipt_not_acknowledged", error=str(error))

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

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:  # noqa: ARG002
        self._listener.leaving(smpp_message)

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:  # noqa: ARG002
        self._listener.came(read(pdu))

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:  # noqa: ARG002
        self._listener.unsent(smpp_message, error)


class _OneCycle(AbstractRetryTimer):  # type: ignore[misc]
    """Told by the library when it is bound and when a cycle has ended; it never lets it begin another."""

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
    """A centre that is busy is left to the sender's pauses: the library's own would hold a message back that waits for
    its answer."""

    async def throttled(self) -> None:
        return

    async def not_throttled(self) -> None:
        return

    async def allow_request(self) -> bool:
        return True

    async def throttle_delay(self) -> float:
        return 0.0
