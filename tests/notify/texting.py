"""Texting over SMPP in tests: messages, a transport, and the receipts that it keeps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from services.notify.channels.outcome import (
    Receipt,
    Result,
)
from services.notify.channels.sms.smpp import SmppTransport
from shared.contracts.notify import Channel
from tests.notify.messages import delivery

SMS = delivery(channel=Channel.SMS, address="+8613800138000", body="【吉林省科技厅】一")
LONG = delivery(channel=Channel.SMS, address="+8613800138000", body="【吉林省科技厅】" + "字" * 150)
ON = datetime(2018, 6, 11, tzinfo=UTC)
SILENCE = 1.5
"""Seconds after which the tests' transports give up on an answer."""


class Kept:
    """The receipts that were kept, and whether keeping fails."""

    def __init__(self) -> None:
        self.receipts: asyncio.Queue[Receipt] = asyncio.Queue()
        self.failing = False

    async def __call__(self, told: Receipt) -> None:
        if self.failing:
            raise OSError("the database is away")
        await self.receipts.put(told)

    async def next(self) -> Receipt:
        return await asyncio.wait_for(self.receipts.get(), 30)


def smpp(port: int, kept: Kept | None = None, *, answer: float = 30.0, decimal: bool = False) -> SmppTransport:
    url = f"smpp://juqu:local@127.0.0.1:{port}{'?receipts=decimal' if decimal else ''}"
    return SmppTransport(url, kept or Kept(), answer=answer, bind=20.0)


async def sent(transport: SmppTransport, notice: object = SMS) -> Result:
    return await (await transport.open()).send(notice, "out-1")  # type: ignore[arg-type]
