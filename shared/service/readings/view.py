"""The readings of a service, as a read model: a row a reading, found by its case or by its reader."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.core import Envelope
from shared.contracts.reading import PersonalDataRead
from shared.projections.projection import Projection, Row, View

readings = View(
    Table(
        "readings",
        MetaData(),
        Column("seq", BigInteger, primary_key=True),
        Column("read_on", Date, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("reader", Text, nullable=False),
        Column("office", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("whose", Text, nullable=False),
        Column("kinds", JSONB, nullable=False),
        Index("readings_by_case", "case_id", "seq"),
        Index("readings_by_reader", "reader", "seq"),
    ),
    each=lambda envelope: (envelope.seq,),
)


@readings.on(PersonalDataRead)
def _read(row: Row, event: PersonalDataRead, envelope: Envelope) -> Row:
    return row | {
        "read_on": envelope.effective_on,
        "recorded_at": envelope.recorded_at,
        "reader": envelope.actor,
        "office": envelope.office,
        "case_id": event.case_id,
        "whose": event.whose,
        "kinds": list(event.kinds),
    }


def readings_of(service: str) -> Projection:
    """The projection of a service's readings. They are not published, so it follows the log."""
    return Projection(f"{service}.readings", version=1, categories=(service,), views=(readings,), include_internal=True)


__all__ = ["readings", "readings_of"]
