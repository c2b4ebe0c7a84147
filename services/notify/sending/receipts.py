"""Delivery receipts: matched to their delivery, by the provider's id or by ours, once that is known."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Literal

from asyncpg import Record

from services.notify.aggregates.delivery.commands import RecordReceipt
from services.notify.sending.journal import Journals
from services.notify.sending.receipt_store import PAGE, ReceiptStore
from services.notify.sending.trouble import PAUSE, Trouble
from services.notify.views.deliveries import DELIVERIES
from shared.contracts.core import derived_id
from shared.retrying import Pauses, run_for_ever
from shared.service.logs import logger_of
from shared.service.runner import Refused
from shared.service.service import Service

logger = logger_of("receipts")

AT_ONCE = 100
FRESH = 2.0
"""For how many seconds after a receipt its delivery is looked for whenever the read model has moved."""
LOOK_AGAIN = 0.1
"""How long to wait before looking for it again when the read model has not moved."""
LOOK_ANYWAY = 0.5
"""How long to wait before looking again when no receipt has come for a while."""
Status = Literal["delivered", "failed", "temporary"]
_STATUSES: Mapping[str, Status | Literal[""]] = {
    "DELIVRD": "delivered",
    "ACCEPTD": "",
    "ENROUTE": "",
    "UNKNOWN": "temporary",
}
"""What a state (SMPP 3.4, 5.2.28) says of a delivery; nothing where more will follow. Any other means ``failed``."""


class ReceiptDesk:
    """Tells deliveries of their receipts. One may come before the delivery's own answer is recorded: it waits."""

    def __init__(self, service: Service, journals: Journals) -> None:
        self._service = service
        self._journals = journals
        self.store = ReceiptStore(service)
        self.trouble = Trouble(logger, "cannot match now")

    async def match_for_ever(self) -> None:
        """Tell deliveries of their receipts, for ever."""
        await run_for_ever(self._look, troubled=self.trouble.met, pauses=Pauses(PAUSE))

    async def _look(self) -> None:
        model = self._service.projectors[DELIVERIES.name]
        seen = model.reached
        matched = await self._match()
        self.trouble.over()
        if not matched and time.monotonic() - self.store.came_at > FRESH:
            self.store.came.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_ANYWAY):
                    await self.store.came.wait()
        elif matched < PAGE:
            await model.moved(seen, within=LOOK_AGAIN)

    async def _match(self) -> int:
        """Tell deliveries of the receipts whose reference is known by now; give how many."""
        rows = await self.store.matched()
        for start in range(0, len(rows), AT_ONCE):
            await self._tell_all(rows[start : start + AT_ONCE])
        return len(rows)

    async def _tell_all(self, rows: Sequence[Record]) -> None:
        outcomes = await asyncio.gather(*map(self._tell, rows))
        await self.store.settle((row["receipt_id"] for row in rows), outcomes)

    async def _tell(self, row: Record) -> str:
        status = _STATUSES.get(row["state"], "failed")
        if not status:
            return "not final"
        try:
            journal = await self._journals.open(row["delivery_id"])
            command = RecordReceipt(
                context=await journal.context(derived_id("receipt", row["receipt_id"])),
                delivery_id=row["delivery_id"],
                provider=row["provider"],
                reference=row["reference"],
                status=status,
                text=row["text"],
            )
            await journal.commit(command)
            self._journals.keep(journal)
        except Refused as error:
            return f"refused: {error}"
        except Exception as error:  # of the receipt; the others go on
            logger.error("failed", receipt_id=row["receipt_id"], exc_info=error)
            return f"failed: {error}"
        return "told"
