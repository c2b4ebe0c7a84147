"""Delivery receipts: kept before they are acknowledged, matched to their delivery when that is known, by the provider's
id or by ours."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import uuid4

import sqlalchemy as sa
from asyncpg import Record

from services.notify.aggregates.delivery.commands import RecordReceipt
from services.notify.channels.outcome import Receipt
from services.notify.sending.journal import Journals
from services.notify.views.deliveries import DELIVERIES
from shared.contracts.core import derived_id
from shared.eventlog.batching import Together
from shared.eventlog.wording import describe
from shared.service.logs import logger_of
from shared.service.runner import Refused
from shared.service.service import Service

logger = logger_of("receipts")

AT_ONCE = 100
PAGE = 500
FRESH = 2.0
"""Seconds after a receipt in which its delivery is looked for whenever the read model has moved."""
PAUSE = 0.1
"""Seconds after which it is looked for though the read model stands still."""
Status = Literal["delivered", "failed", "temporary"]
_FINAL: Mapping[str, Status | Literal[""]] = {
    "DELIVRD": "delivered",
    "ACCEPTD": "",
    "ENROUTE": "",
    "UNKNOWN": "temporary",
}

_RECEIPTS = sa.Table(
    "receipts_in",
    sa.MetaData(),
    sa.Column("receipt_id", sa.Text, primary_key=True),
    sa.Column("provider", sa.Text, nullable=False, server_default="smpp"),
    sa.Column("reference", sa.Text, nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("outcome", sa.Text, nullable=False, server_default=""),
)
_KEPT = ("receipt_id", "provider", "reference", "state", "text", "outcome")
_KEEP = """
insert into {0}.receipts_in (receipt_id, provider, reference, state, text, outcome)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])"""
NOBODYS = "names no message"
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_LONGEST_REFERENCE = 200
_WAITING = """
from {0}.receipts_in as kept cross join lateral (
    select known.delivery_id from {0}.provider_references as known join {0}.deliveries as sent using (delivery_id)
    where known.provider = kept.provider and known.reference = kept.reference and not known.ambiguous
        and kept.received_at > sent.first_attempt_at - interval '1 minute'
    union
    select delivery_id from {0}.deliveries as sent
    where sent.delivery_id = split_part(kept.reference, '.', 1) and sent.out_id = kept.reference
        and sent.provider = kept.provider and sent.state <> 'attempting') as its
where outcome = ''"""
_MATCHED = f"""
select receipt_id, delivery_id, provider, reference, state, text {_WAITING} order by received_at limit {PAGE}"""
_COUNTED = f"select count(*) {_WAITING}"
_SETTLE = """
update {0}.receipts_in as kept set outcome = told.outcome
from unnest($1::text[], $2::text[]) as told (receipt_id, outcome) where kept.receipt_id = told.receipt_id"""
_WIDEN = (
    "alter table {schema}.receipts_in add column if not exists provider text not null default 'smpp'",
    "create index if not exists receipts_in_untold on {schema}.receipts_in (received_at) where outcome = ''",
)


class ReceiptBox:
    """Receipts as they came in. One may come before the delivery's own answer is recorded: it waits for that."""

    def __init__(self, service: Service, journals: Journals) -> None:
        self._service = service
        self._journals = journals
        self._keep = Together(self._keep_all)
        self._came = asyncio.Event()
        self._came_at = 0.0
        self.trouble = ""
        self._ready = False

    async def prepare(self) -> None:
        """Make the table, where it is missing; several processes may do so at once."""
        if self._ready:
            return
        async with self._service.engine.begin() as plain:
            connection = await plain.execution_options(schema_translate_map={None: self._service.schema})
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("notify receipts"))))
            await connection.run_sync(_RECEIPTS.metadata.create_all)
            for statement in _WIDEN:
                await connection.execute(sa.text(statement.format(schema=self._service.schema)))
        self._ready = True

    async def keep(self, receipt: Receipt) -> None:
        """Keep a receipt; the centre is answered after this. One that names no message waits for none. Raises what the
        database raises."""
        reference = _UNFIT.sub("", receipt.reference)[:_LONGEST_REFERENCE]
        await self._keep(
            {
                "receipt_id": str(uuid4()),
                "provider": receipt.provider,
                "reference": reference,
                "state": receipt.state,
                "text": _UNFIT.sub(" ", receipt.text),
                "outcome": "" if reference and reference == receipt.reference else NOBODYS,
            }
        )

    async def _keep_all(self, rows: Sequence[dict[str, str]]) -> Sequence[None]:
        await self.prepare()
        columns = ([row[name] for row in rows] for name in _KEPT)
        await self._fetch(_KEEP, *columns)
        self._came_at = time.monotonic()
        self._came.set()
        return [None] * len(rows)

    async def waiting(self) -> int:
        """Receipts that could be told to their delivery now, and are not yet."""
        await self.prepare()
        return int((await self._fetch(_COUNTED))[0][0])

    async def match_for_ever(self) -> None:
        """Tell deliveries of their receipts."""
        model = self._service.projectors[DELIVERIES.name]
        while True:
            try:
                await self.prepare()
                seen = model.reached
                found = await self.match()
                self.trouble = ""
                if not found and time.monotonic() - self._came_at > FRESH:
                    self._came.clear()
                    async with asyncio.timeout(0.5):
                        await self._came.wait()
                elif found < PAGE:
                    await model.moved(seen, within=PAUSE)
            except TimeoutError:
                continue
            except Exception as error:  # a loop for ever outlives whatever it meets, and health tells
                self.trouble = describe(error)
                logger.warning("cannot match now", exc_info=error)
                await asyncio.sleep(0.5)

    async def match(self) -> int:
        """Tell deliveries of the receipts whose reference is known by now; give how many."""
        rows = await self._fetch(_MATCHED)
        for start in range(0, len(rows), AT_ONCE):
            await self._tell_all(rows[start : start + AT_ONCE])
        return len(rows)

    async def _fetch(self, statement: str, *values: object) -> list[Record]:
        return await self._service.fetch(statement.format(self._service.schema), *values)

    async def _tell_all(self, rows: Sequence[Record]) -> None:
        outcomes = await asyncio.gather(*map(self._tell, rows))
        await self._fetch(_SETTLE, [row["receipt_id"] for row in rows], outcomes)

    async def _tell(self, row: Record) -> str:
        status = _FINAL.get(row["state"], "failed")
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
