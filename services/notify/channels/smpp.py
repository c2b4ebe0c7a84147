"""Short messages over SMPP 3.4: UCS-2, concatenated by ourselves, receipts kept before they are acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from aiosmpplib import PhoneNumber, SubmitSm
from aiosmpplib.state import NPI, TON, SmppCommandStatus

from services.notify.channels.outcome import NotSent, ProviderDown, Receipt, Refused, Result, Session, Taken, Unclear
from services.notify.channels.smpp_link import Answer, Lost, NeverLeft, NoAnswer, SmppLink
from services.notify.segments import Segment, segments, split
from shared.contracts.notify import DeliveryRequested

ANSWER = 60.0
"""Seconds for the centre's answer to one segment."""
BIND = 10.0
UDHI = 0x40

_LATER = {
    SmppCommandStatus.ESME_RSYSERR,
    SmppCommandStatus.ESME_RMSGQFUL,
    SmppCommandStatus.ESME_RTHROTTLED,
    SmppCommandStatus.ESME_RSUBMITFAIL,
    SmppCommandStatus.ESME_RX_T_APPN,
    SmppCommandStatus.ESME_RUNKNOWNERR,
    SmppCommandStatus.ESME_RINVBNDSTS,
}
"""What the centre may take another time; every other refusal is for good."""

OnReceipt = Callable[[Receipt], Awaitable[None]]


@dataclass(slots=True)
class SmppTransport:
    """An SMS centre. ``url`` is ``smpp://system_id:password@host:port``.

    ``on_receipt`` keeps a delivery receipt; the centre is told that we have it only after that.
    """

    url: str
    on_receipt: OnReceipt
    answer: float = ANSWER
    bind: float = BIND
    name: str = "smpp"
    _link: SmppLink | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _number: int = 0

    @property
    def lease_seconds(self) -> float:
        return 10 * self.answer

    def segments(self, notice: DeliveryRequested) -> int:
        return len(split(notice.body))

    async def open(self) -> Session:
        """The bound session, bound anew where it was lost. Raises ``ProviderDown``, also for a refused bind."""
        async with self._opening:
            if self._link is None or not self._link.alive:
                await self.close()
                parts = urlsplit(self.url)
                link = SmppLink(
                    host=parts.hostname or "localhost",
                    port=parts.port or 2775,
                    system_id=unquote(parts.username or ""),
                    password=unquote(parts.password or ""),
                    on_receipt=self.on_receipt,
                )
                try:
                    await link.open(self.bind)
                except Lost as error:
                    await link.close()
                    raise ProviderDown(str(error)) from None
                self._link = link
            self._number = (self._number + 1) % 256
            return _Texting(self._link, self._number, self.answer)

    async def close(self) -> None:
        if self._link is not None:
            await self._link.close()
            self._link = None


@dataclass(slots=True)
class _Texting:
    link: SmppLink
    reference: int
    answer: float

    async def send(self, notice: DeliveryRequested, out_id: str) -> Result:
        """Segment after segment. Once one was taken, the trouble of a later one leaves the whole unclear."""
        try:
            parts = segments(notice.body, self.reference)
        except ValueError as error:
            return Refused("text", str(error))
        taken: list[str] = []
        for number, part in enumerate(parts, 1):
            result = await self._send_one(notice.address, part, out_id)
            if not isinstance(result, Taken):
                if not taken or isinstance(result, Unclear):
                    return result
                return Unclear(f"segment {number} of {len(parts)} was not taken: {result.code} {result.reason}")
            taken += result.references
        return Taken(tuple(taken), "ESME_ROK")

    async def release(self) -> None:
        """Nothing to give back: all share the link."""

    async def _send_one(self, address: str, part: Segment, out_id: str) -> Result:
        try:
            message = _submission(address, part, out_id)
        except ValueError as error:
            return Refused("address", str(error))
        try:
            answer = await self.link.submit(message, self.answer)
        except NeverLeft as error:
            return NotSent("connection", str(error))
        except (Lost, NoAnswer) as error:
            return Unclear(str(error))
        return _meaning(answer)


def _submission(address: str, part: Segment, out_id: str) -> SubmitSm:
    international = address.startswith("+")
    message = SubmitSm(
        source=PhoneNumber(""),
        destination=PhoneNumber(
            address.removeprefix("+"),
            TON.INTERNATIONAL if international else TON.UNKNOWN,
            NPI.ISDN if international else NPI.UNKNOWN,
        ),
        short_message="-",
        encoding="ucs2",
        esm_class=UDHI if part.headed else 0,
        registered_delivery=1,
        log_id=out_id,
    )
    message.set_encoded_message(part.octets)
    return message


def _meaning(answer: Answer) -> Result:
    if answer.status == SmppCommandStatus.ESME_ROK:
        return Taken((answer.message_id,), answer.status.name)
    kind = NotSent if answer.status in _LATER else Refused
    return kind(answer.status.name, answer.status.description)


__all__ = ["SmppTransport"]
