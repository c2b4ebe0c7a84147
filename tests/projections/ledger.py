"""A small history of its own: accounts that are opened, paid into, noted on and closed, and three views of it.

The events are not registered as contracts: views look at classes only.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.core import Envelope, Event
from shared.projections.projection import Projection, Row, View

BEGAN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
DAY = date(2026, 1, 5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened(Event):
    owner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Paid(Event):
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted(Event):
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed(Event):
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken(Event):
    """What no fold of version 1 can take."""


def views(*, mended: bool = False) -> tuple[View, ...]:
    """A row an account, a row a payment day (by year and weekday), a row a payment; ``mended`` takes ``Broken`` too."""
    accounts = View(
        Table(
            "accounts",
            MetaData(),
            Column("account", Text, primary_key=True),
            Column("owner", Text),
            Column("balance", BigInteger, nullable=False, default=0),
            Column("notes", JSONB, nullable=False, default=list),
            Column("opened_on", Date),
            Column("last_event", Uuid),
            Column("last_at", DateTime(timezone=True)),
            Index("accounts_owner", "owner"),
        )
    )
    days = View(
        Table(
            "days",
            MetaData(),
            Column("year", Integer, primary_key=True),
            Column("weekday", Text, primary_key=True),
            Column("payments", Integer, nullable=False, default=0),
            Column("total", BigInteger, nullable=False, default=0),
        )
    )
    payments = View(
        Table(
            "payments",
            MetaData(),
            Column("event", Uuid, primary_key=True),
            Column("amount", BigInteger, nullable=False),
        ),
        keys=lambda _event, at: [(at.event_id,)],
    )

    @accounts.on(Opened)
    def _opened(row: Row, event: Opened, at: Envelope) -> Row:
        return row | {"owner": event.owner, "opened_on": at.effective_on, "last_at": at.recorded_at}

    @accounts.on(Paid, Noted)
    def _used(row: Row, event: Paid | Noted, at: Envelope) -> Row:
        row = row | {"last_event": at.event_id, "last_at": at.recorded_at}
        if isinstance(event, Paid):
            return row | {"balance": row["balance"] + event.amount}
        return row | {"notes": [*row["notes"], {"text": event.text, "on": at.effective_on.isoformat()}]}

    @accounts.on(Closed)
    def _closed(row: Row, event: Closed, at: Envelope) -> None:
        return None

    @accounts.on(Broken)
    def _broken(row: Row, event: Broken, at: Envelope) -> Row:
        if not mended:
            raise ZeroDivisionError("this account does not add up")
        return row | {"balance": -1}

    @days.on(Paid, keys=lambda _event, at: [(at.effective_on.year, f"{at.effective_on:%a}")])
    def _paid(row: Row, event: Paid, at: Envelope) -> Row:
        return row | {"payments": row["payments"] + 1, "total": row["total"] + event.amount}

    @payments.on(Paid)
    def _payment(row: Row, event: Paid, at: Envelope) -> Row:
        return row | {"amount": event.amount}

    return accounts, days, payments


LEDGER = Projection("intake.ledger", version=1, categories=("intake",), views=views())
MENDED = Projection("intake.ledger", version=1, categories=("intake",), views=views(mended=True))


def recorded(seq: int, account: str, event: Event, *, days: int = 0) -> Envelope:
    """An event of the ledger, recorded ``seq`` hours after the beginning and in effect ``days`` after it."""
    return Envelope(
        seq=seq,
        event_id=UUID(int=seq),
        stream=f"intake/account/{account}",
        version=seq,
        type=f"intake.{type(event).__name__}",
        schema_version=1,
        event=event,
        actor="A. Clerk",
        office="county:110105",
        effective_on=DAY + timedelta(days=days),
        recorded_at=BEGAN + timedelta(hours=seq),
        command_id=UUID(int=seq),
        correlation_id=str(seq),
        causation_id=None,
        policy_version="1",
    )


def history(length: int, *, seed: int = 1, accounts: int = 20) -> list[Envelope]:
    """A made-up history without broken events: the same for the same seed."""
    chance = random.Random(seed)
    made = []
    for seq in range(1, length + 1):
        event = chance.choices(
            [Opened(owner=f"所有者 {seq}"), Paid(amount=chance.randint(-9, 99)), Noted(text=f"记 {seq}"), Closed()],
            [3, 8, 3, 1],
        )[0]
        made.append(recorded(seq, f"a{chance.randrange(accounts)}", event, days=chance.randrange(400)))
    return made


class Recording:
    """A finished log to read from, as ``EventLog`` is read."""

    def __init__(self, events: Sequence[Envelope]) -> None:
        self.events = list(events)
        self.reads = 0

    async def read_all(
        self,
        after: int,
        *,
        limit: int,
        categories: Sequence[str] | None = None,
        until: int | None = None,
        include_internal: bool = False,
        keep_unknown: bool = False,
    ) -> list[Envelope]:
        self.reads += 1
        last = len(self.events) if until is None else until
        found = (each for each in self.events if after < each.seq <= last)
        return [each for each in found if categories is None or each.category in categories][:limit]

    async def head(self, categories: Sequence[str] | None = None) -> int:
        return self.events[-1].seq if self.events else 0


__all__ = [
    "LEDGER",
    "MENDED",
    "Broken",
    "Closed",
    "Noted",
    "Opened",
    "Paid",
    "Recording",
    "history",
    "recorded",
    "views",
]
