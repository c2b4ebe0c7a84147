"""Short messages over SMPP 3.4: UCS-2, concatenated by ourselves, receipts kept before they are acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import unquote, urlsplit

from aiosmpplib.state import SmppCommandStatus

from services.notify.channels.outcome import (
    Misconfigured,
    NotSent,
    ProviderDown,
    Receipt,
    Refused,
    Result,
    Session,
    Taken,
    Unclear,
)
from services.notify.channels.smpp_link import BindRefused, Lost, NeverLeft, NoAnswer, SmppLink
from services.notify.channels.smpp_pdu import QUERY, SUBMIT, Pdu, first_text, queried, query_body, submit_body
from services.notify.segments import Segment, segments, split
from shared.contracts.notify import DeliveryRequested

ANSWER = 60.0
"""Seconds for the centre's answer to one segment."""
BIND = 10.0

_LATER = {
    SmppCommandStatus.ESME_RSYSERR,
    SmppCommandStatus.ESME_RMSGQFUL,
    SmppCommandStatus.ESME_RTHROTTLED,
    SmppCommandStatus.ESME_RSUBMITFAIL,
    SmppCommandStatus.ESME_RX_T_APPN,
    SmppCommandStatus.ESME_RUNKNOWNERR,
    SmppCommandStatus.ESME_RINVBNDSTS,
}
"""What the centre may take another time; every other refusal is for good, but those of the vendor's own codes."""
_OUR_SETTINGS = {
    SmppCommandStatus.ESME_RBINDFAIL,
    SmppCommandStatus.ESME_RINVPASWD,
    SmppCommandStatus.ESME_RINVSYSID,
    SmppCommandStatus.ESME_RINVSYSTYP,
}
"""Refusals of a bind that no second attempt mends."""
_GIVES_NOTHING = {"UNKNOWN", "ENROUTE", "ACCEPTD"}

OnReceipt = Callable[[Receipt], Awaitable[None]]


@dataclass(slots=True)
class SmppTransport:
    """An SMS centre. ``url`` is ``smpp://system_id:password@host:port``, perhaps ``?receipts=decimal``.

    ``on_receipt`` keeps a delivery receipt; the centre is told that we have it only after that. ``receipts=decimal``
    is for a centre that answers with hexadecimal ids and writes them in decimal in its receipts: they are brought to
    one form then. It is not guessed: "42" may be either, and the receipt would be another person's.
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
        return 20 * self.answer

    def segments(self, notice: DeliveryRequested) -> int:
        return len(split(notice.body))

    @property
    def decimal_receipts(self) -> bool:
        """Whether the centre writes its hexadecimal ids in decimal in receipts."""
        return "receipts=decimal" in urlsplit(self.url).query.split("&")

    async def open(self) -> Session:
        """The bound session, bound anew where it was lost. Raises ``ProviderDown``, or ``Misconfigured`` for a bind
        that is refused because of who we say that we are."""
        link = await self.listen()
        if link.silent:
            raise ProviderDown("it does not answer what it was given")
        self._number = (self._number + 1) % 256
        return _Texting(self, link, self._number)

    async def listen(self) -> SmppLink:
        """The bound session, over which receipts come; raises as ``open`` does."""
        async with self._opening:
            if self._link is None or not self._link.alive:
                await self.close()
                self._link = await self._bound()
            return self._link

    async def _bound(self) -> SmppLink:
        try:
            parts = urlsplit(self.url)
            link = SmppLink(
                host=parts.hostname or "localhost",
                port=parts.port or 2775,
                system_id=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
                on_receipt=self._kept,
            )
        except ValueError:
            raise Misconfigured("the system id or the password is not one that SMPP holds") from None
        try:
            await link.open(self.bind)
        except Lost as error:
            await link.close()
            ours = isinstance(error, BindRefused) and error.status in _OUR_SETTINGS
            raise (Misconfigured if ours else ProviderDown)(f"{error} {_spelled(error)}".strip()) from None
        return link

    async def _kept(self, receipt: Receipt) -> None:
        reference = receipt.reference
        if self.decimal_receipts and reference.isdecimal():
            reference = f"{int(reference):x}"
        await self.on_receipt(replace(receipt, reference=reference, provider=self.name))

    def reference(self, message_id: str) -> str:
        """An id of the centre's answer as its receipts are matched by it."""
        if not self.decimal_receipts:
            return message_id
        return message_id.lower().lstrip("0") or "0"

    async def query(
        self, _out_id: str, references: tuple[str, ...], _address: str, _sent_on: datetime
    ) -> Result | None:
        """What the centre says of its own ids (query_sm), kept as receipts; it knows none of ours, so without its ids
        there is nothing to ask."""
        if not references:
            return None
        try:
            await self.open()
            link = self._link
            answers = [await link.ask(QUERY, query_body(each), self.answer) for each in references] if link else []
        except (ProviderDown, Lost, NoAnswer, NeverLeft):
            return None
        found = [queried(each, answer) for each, answer in zip(references, answers, strict=True)]
        for told in found:
            if told is not None and told.state not in _GIVES_NOTHING:
                await self.on_receipt(replace(told, provider=self.name))
        if any(told is None for told in found):
            return None
        return Taken(references, " ".join(told.state for told in found if told is not None))

    async def close(self) -> None:
        if self._link is not None:
            await self._link.close()
            self._link = None


@dataclass(slots=True)
class _Texting:
    centre: SmppTransport
    link: SmppLink
    number: int

    async def send(self, notice: DeliveryRequested, out_id: str) -> Result:
        """Segment after segment. Once one was taken, the trouble of a later one leaves the whole unclear."""
        del out_id
        try:
            parts = segments(notice.body, self.number)
        except ValueError as error:
            return Refused("text", str(error))
        taken: list[str] = []
        for number, part in enumerate(parts, 1):
            result = await self._send_one(notice.address, part)
            if not isinstance(result, Taken):
                if not taken or isinstance(result, Unclear):
                    return result
                return Unclear(f"segment {number} of {len(parts)} was not taken: {result.code} {result.reason}")
            taken += result.references
        return Taken(tuple(taken), "ESME_ROK")

    async def release(self) -> None:
        """Nothing to give back: all share the link."""

    async def _send_one(self, address: str, part: Segment) -> Result:
        try:
            body = submit_body(address, part.octets, headed=part.headed)
        except ValueError:
            return Refused("address", "the number cannot be written in SMPP")
        try:
            answer = await self.link.ask(SUBMIT, body, self.centre.answer)
        except NeverLeft as error:
            return NotSent("connection", str(error))
        except (Lost, NoAnswer) as error:
            return Unclear(str(error))
        return self._meaning(answer)

    def _meaning(self, answer: Pdu) -> Result:
        if answer.status == SmppCommandStatus.ESME_ROK:
            return Taken((self.centre.reference(first_text(answer.body)),), "ESME_ROK")
        if answer.status in SmppCommandStatus._value2member_map_ and answer.status not in _LATER:
            status = SmppCommandStatus(answer.status)
            return Refused(status.name, status.description)
        return NotSent(*_named(answer.status))


def _named(status: int) -> tuple[str, str]:
    """A status' name and what it says; a vendor's own (0x400-0x4FF and what else is made up) by its number."""
    if status in SmppCommandStatus._value2member_map_:
        known = SmppCommandStatus(status)
        return known.name, known.description
    return f"0x{status:08X}", "a status of the centre's own"


def _spelled(error: Lost) -> str:
    return _named(error.status)[0] if isinstance(error, BindRefused) else ""
