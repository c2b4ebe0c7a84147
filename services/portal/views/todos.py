"""What each office is to do: a row an act that a case waits for, until it is done or no longer asked for."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from services.portal.views.acts import DRAFTING, AwaitedAct, WhoseTurn
from services.portal.views.acts_of_review import REVIEWING
from services.portal.views.acts_of_the_term import IN_TERM
from shared.contracts.core import Envelope, Event
from shared.projections.projection import Key, Row, View, stream_id

ACTS = {act.name: act for act in (*DRAFTING, *REVIEWING, *IN_TERM)}
"""Every act, by its name."""

_TABLE = Table(
    "todos",
    MetaData(),
    Column("case_id", Text, primary_key=True),
    Column("act", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("ready", Boolean, nullable=False, default=True),
    Column("due_on", Date),
    Column("opens_on", Date),
    Column("since", Date, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("parts", JSONB, nullable=False, default=list),
    Column("among", JSONB, nullable=False, default=list),
)
Index("todos_by_holder", _TABLE.c.holder, _TABLE.c.due_on, _TABLE.c.seq, postgresql_where=_TABLE.c.ready)
Index("todos_by_day", _TABLE.c.due_on, _TABLE.c.seq, postgresql_where=_TABLE.c.ready & _TABLE.c.due_on.is_not(None))

todos = View(_TABLE)
"""``holder`` is whose turn it is (``WhoseTurn``). ``ready`` is false while something else comes first. Nobody is asked
before ``opens_on``. ``parts`` is what of it is still open: ids of experts or objections, years, keys of conditions;
``among`` is what the fold has to remember for it."""

_TOUCHED: dict[type[Event], tuple[AwaitedAct, ...]] = {
    kind: tuple(act for act in ACTS.values() if kind in act.touched_by)
    for kind in {kind for act in ACTS.values() for kind in act.touched_by}
}


def _acts(event: Event, envelope: Envelope) -> Iterable[Key]:
    return [(stream_id(envelope), act.name) for act in _TOUCHED[type(event)]]


@todos.on(*_TOUCHED, keys=_acts)
def _changed(row: Row, event: Event, envelope: Envelope) -> Row | None:
    act = ACTS[row["act"]]
    if type(event) in act.ends:
        return None
    if (begin := act.begins.get(type(event))) is not None:
        begun = begin(event, envelope)
        new = todos.blank((row["case_id"], row["act"])) | {"holder": act.holder.value, "since": envelope.effective_on}
        return None if begun is None else new | {"seq": envelope.seq} | begun
    if row["holder"] is None:
        return None
    changed = act.changes[type(event)](row, event, envelope)
    return None if changed is None else row | {"seq": envelope.seq} | changed


__all__ = ["ACTS", "WhoseTurn", "todos"]
