"""The library ``eventsourcing`` with PostgreSQL, as its documents set it up: an application, its aggregates, a view."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection
from psycopg.sql import SQL, Identifier

PAYLOAD = {
    "case": "5b7c8a6e-8a53-4e8e-9a0a-0d9f5b8d8d11",
    "endorser": "city:220100",
    "opinion": "Agreed: the papers are complete and the district has what the notice asks for. " * 4 + "x" * 66,
    "packet_sha256": "a" * 64,
}
"""The same text that juqu appends."""


class EventsourcingCase(Aggregate):
    """A case whose every event carries the same text as juqu's."""

    @event("Opened")
    def __init__(self, case: str, endorser: str, opinion: str, packet_sha256: str) -> None:
        self.case = case
        self.endorser = endorser
        self.opinion = opinion
        self.packet_sha256 = packet_sha256
        self.endorsements = 1
        self.withdrawn = ""

    @event("Endorsed")
    def endorse(self, case: str, endorser: str, opinion: str, packet_sha256: str) -> None:
        """Agree once more."""
        self.case, self.endorser, self.opinion, self.packet_sha256 = case, endorser, opinion, packet_sha256
        self.endorsements += 1

    @event("Withdrawn")
    def withdraw(self, reason: str) -> None:
        """Take the case back."""
        if self.withdrawn:
            raise ValueError("withdrawn already")
        self.withdrawn = reason


class Cases(Application[UUID]):
    """Keeps cases."""


def case_of(events: int) -> EventsourcingCase:
    """A new case with so many events that are not saved yet."""
    case: EventsourcingCase = EventsourcingCase(**PAYLOAD)
    for _ in range(events - 1):
        case.endorse(**PAYLOAD)
    return case


def environment(url: str, connections: int) -> dict[str, str]:
    """The settings of an application on a database."""
    parts = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.lstrip("/"),
        "POSTGRES_HOST": parts.hostname or "",
        "POSTGRES_PORT": str(parts.port),
        "POSTGRES_USER": unquote(parts.username or ""),
        "POSTGRES_PASSWORD": unquote(parts.password or ""),
        "POSTGRES_POOL_SIZE": str(connections),
        "POSTGRES_MAX_OVERFLOW": "8",
        **_DB_FUNCTIONS,
    }


_DB_FUNCTIONS: Mapping[str, str] = (
    {"POSTGRES_ENABLE_DB_FUNCTIONS": os.environ["BENCH_DB_FUNCTIONS"]} if "BENCH_DB_FUNCTIONS" in os.environ else {}
)


class CasesView(PostgresTrackingRecorder):
    """A row a case, in a table beside the tracking of how far the projection has come."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self._table = Identifier(f"{self.tracking_table_name}_cases")
        self.sql_create_statements.append(
            SQL("create table if not exists {} (case_id uuid primary key, opinion text, version integer)").format(
                self._table
            )
        )
        self._put = SQL(
            "insert into {} values (%s, %s, %s) on conflict (case_id) do update set opinion = excluded.opinion, "
            "version = excluded.version"
        ).format(self._table)

    def put(self, case_id: UUID, opinion: str, version: int, tracking: Tracking) -> None:
        """Set a case's row, and how far the projection has come, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self._put, (case_id, opinion, version), prepare=True)


class CasesProjection(Projection[CasesView]):
    """Takes every event of a case into its row."""

    name = "cases"
    topics = ()

    @singledispatchmethod
    def process_event(self, _event: Any, tracking: Tracking) -> None:
        """Take one event in."""
        self.view.insert_tracking(tracking)

    @process_event.register
    def _opened(self, event: EventsourcingCase.Opened, tracking: Tracking) -> None:  # type: ignore[name-defined]
        self.view.put(event.originator_id, event.opinion, event.originator_version, tracking)

    @process_event.register
    def _endorsed(self, event: EventsourcingCase.Endorsed, tracking: Tracking) -> None:  # type: ignore[name-defined]
        self.view.put(event.originator_id, event.opinion, event.originator_version, tracking)
