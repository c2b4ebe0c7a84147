"""Who is told of receipts, in the tests of providers."""

from __future__ import annotations

from services.notify.channels.outcome import Receipt


class Kept:
    """The receipts that a transport told of."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []

    async def __call__(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)
