"""Short messages over SMPP 3.4: UCS-2, concatenated by ourselves, receipts kept before they are acknowledged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.notify.channels.entrance import Entrance
from services.notify.channels.outcome import (
    Misconfigured,
    NotSent,
    ProviderDown,
    Receipt,
    Result,
    Session,
    Submitted,
    TurnedDown,
    Unclear,
)
from services.notify.channels.sms.segments import Segment, segments, split
from services.notify.channels.sms.smpp_account import SmppAccount, read_smpp_account
from services.notify.channels.sms.smpp_link import BindRefused, NeverLeft, NoAnswer, SessionLost, SmppLink
from services.notify.channels.sms.smpp_pdu import (
    QUERY,
    SUBMIT,
    SUBMIT_RESP,
    Pdu,
    answered_id,
    first_text,
    queried,
    query_body,
    submit_body,
)
from services.notify.channels.sms.smpp_status import bars_us, named, refusal
from shared.contracts.notify import DeliveryRequested

ANSWER = 60.0
"""Seconds for the centre's answer to one segment."""
BIND = 10.0

_GIVES_NOTHING = {"UNKNOWN", "ENROUTE", "ACCEPTD"}

OnReceipt = Callable[[Receipt], Awaitable[None]]


@dataclass(slots=True)
class SmppTransport:
    """An SMS centre; ``url`` is as ``read_smpp_account`` takes it, which raises ``ValueError``. ``on_receipt`` keeps a
    delivery receipt; only after that is it acknowledged."""

    url: str
    on_receipt: OnReceipt
    answer: float = ANSWER
    bind: float = BIND
    name: str = "smpp"
    account: SmppAccount = field(init=False, repr=False)
    _link: SmppLink | None = None
    _entrance: Entrance = field(default_factory=Entrance)
    _number: int = 0

    def __post_init__(self) -> None:
        self.account = read_smpp_account(self.url)

    @property
    def lease_seconds(self) -> float:
        return 20 * self.answer

    def segments(self, notice: DeliveryRequested) -> int:
        return len(split(notice.body))

    async def open(self) -> Session:
        """The bound session, bound again if it was lost. Raises ``ProviderDown``, or ``Misconfigured`` if the bind is
        refused because of our name or password."""
        link = await self.listen()
        if link.silent:
            raise ProviderDown("it does not answer what it was given")
        self._number = (self._number + 1) % 256
        return _Texting(self, link, self._number)

    async def listen(self) -> SmppLink:
        """The bound session, over which receipts come; raises as ``open`` does."""
        link = self._link
        if link is not None and link.alive:
            return link
        self._entrance.broken()
        return await self._entrance.enter(self._bound)

    async def _bound(self) -> SmppLink:
        if self._link is not None and self._link.alive:
            return self._link
        await self.close()
        account = self.account
        try:
            link = SmppLink(
                host=account.host,
                port=account.port,
                system_id=account.system_id,
                password=account.password,
                system_type=account.system_type,
                decimal=account.decimal_receipts,
                on_receipt=self._kept,
            )
        except ValueError:
            raise Misconfigured("the system id or the password is not one that SMPP holds") from None
        try:
            await link.open(self.bind)
        except SessionLost as error:
            await link.close()
            if not isinstance(error, BindRefused):
                raise ProviderDown(str(error)) from None
            kind = Misconfigured if bars_us(error.status) else ProviderDown
            raise kind(f"{error} {named(error.status)[0]}") from None
        self._link = link
        return link

    async def _kept(self, receipt: Receipt) -> None:
        await self.on_receipt(replace(receipt, provider=self.name))

    async def query(
        self, _out_id: str, references: tuple[str, ...], _address: str, _sent_on: datetime
    ) -> Result | None:
        """What the centre says of its own ids (query_sm), kept as receipts. It knows none of ours, so without its ids
        there is nothing to ask."""
        if not references:
            return None
        try:
            await self.open()
            link = self._link
            origin = self.account.origin
            questions = [query_body(reference, origin) for reference in references] if link is not None else []
            answers = [await link.ask(QUERY, body, self.answer) for body in questions] if link is not None else []
        except (ProviderDown, SessionLost, NoAnswer, NeverLeft):
            return None
        receipts = [queried(reference, answer) for reference, answer in zip(references, answers, strict=True)]
        for receipt in receipts:
            if receipt is not None and receipt.state not in _GIVES_NOTHING:
                await self.on_receipt(replace(receipt, provider=self.name))
        if any(receipt is None for receipt in receipts):
            return None
        return Submitted(references, " ".join(receipt.state for receipt in receipts if receipt is not None))

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
        """Segment after segment. Once one was taken, trouble with a later one leaves the whole unclear."""
        del out_id
        try:
            parts = segments(notice.body, self.number)
        except ValueError as error:
            return TurnedDown("text", str(error))
        ids: list[str] = []
        for number, part in enumerate(parts, 1):
            result = await self._send_one(notice.address, part)
            if not isinstance(result, Submitted):
                if number == 1 or isinstance(result, Unclear):
                    return result
                return Unclear(f"segment {number} of {len(parts)} was not taken: {result.code} {result.reason}")
            ids += result.references
        return Submitted(told_apart(ids), "ESME_ROK")

    async def release(self) -> None:
        """Nothing to give back: all share the link."""

    async def _send_one(self, address: str, part: Segment) -> Result:
        try:
            body = submit_body(self.centre.account, address, part.octets, headed=part.headed)
        except ValueError:
            return TurnedDown("address", "the number cannot be written in SMPP")
        try:
            answer = await self.link.ask(SUBMIT, body, self.centre.answer)
        except NeverLeft as error:
            return NotSent("connection", str(error))
        except (SessionLost, NoAnswer) as error:
            return Unclear(str(error))
        return self._meaning(answer)

    def _meaning(self, answer: Pdu) -> Result:
        if answer.status:
            return refusal(answer.status)
        if answer.command != SUBMIT_RESP:
            return Unclear(f"an answer that says neither yes nor no: command 0x{answer.command:08X} with status 0")
        return Submitted(
            (answered_id(first_text(answer.body), decimal=self.centre.account.decimal_receipts),), "ESME_ROK"
        )


def told_apart(ids: list[str]) -> tuple[str, ...]:
    """The centre's ids of a message's segments. None if one is missing or comes twice: a receipt would then say of one
    segment what is true of another."""
    return tuple(ids) if all(ids) and len(set(ids)) == len(ids) else ()
