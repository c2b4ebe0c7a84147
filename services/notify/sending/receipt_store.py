"""Receipts as they came in: kept before the provider is answered, until their delivery is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from uuid import uuid4

import sqlalchemy as sa
from asyncpg import Record

from services.notify.channels.foreign_text import without_controls
from services.notify.channels.outcome import Receipt
from shared.eventlog.batching import Together
from shared.service.service import Service

PAGE = 500
NO_MESSAGE = "names no message"
_LONGEST_REFERENCE = 200
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
_WAITING = """
from {0}.receipts_in as receipt cross join lateral (
    select link.delivery_id from {0}.provider_references as link join {0}.deliveries as sent using (delivery_id)
    where link.provider = receipt.provider and link.reference = receipt.reference and not link.ambiguous
        and receipt.received_at > sent.first_attempt_at - interval '1 minute'
    union
    select delivery_id from {0}.deliveries as sent
    where sent.delivery_id = split_part(receipt.reference, '.', 1) and sent.out_id = receipt.reference
        and sent.provider = receipt.provider and sent.state <> 'attempting') as its
where outcome = ''"""
_MATCHED = f"""
select receipt_id, delivery_id, provider, reference, state, text {_WAITING} order by received_at limit {PAGE}"""
_COUNTED = f"select count(*) {_WAITING}"
_SETTLE = """
update {0}.receipts_in as receipt set outcome = settled.outcome
from unnest($1::text[], $2::text[]) as settled (receipt_id, outcome) where receipt.receipt_id = settled.receipt_id"""
_WIDEN = (
    "alter table {schema}.receipts_in add column if not exists provider text not null default 'smpp'",
    "create index if not exists receipts_in_untold on {schema}.receipts_in (received_at) where outcome = ''",
)


class ReceiptStore:
    """The table of receipts."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._keep = Together(self._keep_all)
        self._ready = False
        self.came = asyncio.Event()
        """Set when receipts are kept; cleared by who has looked."""
        self.came_at = 0.0
        """When the last one was kept (``time.monotonic``)."""

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
        """Keep a receipt; the provider is answered after this. One that names no message waits for none. Raises what
        the database raises."""
        reference = without_controls(receipt.reference, "")[:_LONGEST_REFERENCE]
        await self._keep(
            {
                "receipt_id": str(uuid4()),
                "provider": receipt.provider,
                "reference": reference,
                "state": receipt.state,
                "text": without_controls(receipt.text),
                "outcome": "" if reference and reference == receipt.reference else NO_MESSAGE,
            }
        )

    async def _keep_all(self, rows: Sequence[dict[str, str]]) -> Sequence[None]:
        await self.prepare()
        columns = ([row[name] for row in rows] for name in _KEPT)
        await self._fetch(_KEEP, *columns)
        self.came_at = time.monotonic()
        self.came.set()
        return [None] * len(rows)

    async def waiting(self) -> int:
        """How many receipts could be told to their delivery now, and are not yet."""
        await self.prepare()
        return int((await self._fetch(_COUNTED))[0][0])

    async def matched(self) -> list[Record]:
        """The oldest of them, at most ``PAGE``: ``receipt_id``, ``delivery_id``, ``provider``, ``reference``, ``state``
        and ``text``."""
        await self.prepare()
        return await self._fetch(_MATCHED)

    async def settle(self, receipt_ids: Iterable[str], outcomes: Sequence[str]) -> None:
        """Note what came of receipts."""
        await self._fetch(_SETTLE, [*receipt_ids], outcomes)

    async def _fetch(self, statement: str, *values: object) -> list[Record]:
        return await self._service.fetch(statement.format(self._service.schema), *values)
