"""Read models as pure folds: which rows an event touches, and what becomes of each.

A view is one table and holds no SQL. That is why the live projector, a rebuild in memory and a unit test run the very
same code. A service author writes this much::

    cases = View(Table("cases", MetaData(),
                       Column("case_id", Text, primary_key=True),
                       Column("stage", Text, nullable=False),
                       Column("filed_on", Date),
                       Column("defects", JSONB, nullable=False, default=list)))

    @cases.on(ApplicationFiled)
    def _filed(row: Row, event: ApplicationFiled, at: Envelope) -> Row:
        return row | {"stage": "filed", "filed_on": at.effective_on}

    @cases.on(DefectFound)
    def _found(row: Row, event: DefectFound, at: Envelope) -> Row:
        return row | {"defects": [*row["defects"], event.text]}

    @cases.on(ApplicationWithdrawn)
    def _withdrawn(row: Row, event: ApplicationWithdrawn, at: Envelope) -> None:
        return None                                        # deletes the row

    APPLICATIONS = Projection("intake.applications", version=1, categories=("intake",), views=(cases,))

A handler is given the row as it stands, or a blank one (key filled in, the columns' defaults, else None). It never
alters what it is given: it answers with a new row. JSON columns hold plain data (dict with str keys, list, str, int,
float, bool, None; no tuples), because that is what comes back. Where a row is not one stream's, say whose it is; or,
of a whole view, that every event has its own::

    @reports.on(ReportFiled, keys=lambda event, at: [(stream_id(at), event.year)])

    timeline = View(Table("timeline", ...), each=lambda at: (stream_id(at), at.version))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from shared.contracts.core import Envelope, Event, event_types
from shared.eventlog.codec import RawEvent
from shared.projections.view import Handler, Key, Keys, OwnKey, Row, View, WrongRow, by_stream, stream_id

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Projection:
    """Views that are filled and rebuilt together, under one position.

    ``version`` grows with every change of a fold: the tables are then rebuilt. ``categories`` are the services whose
    events are followed. ``include_internal`` asks for events that are stored but not published, which only the log
    gives: such a projection follows its own service's category in the log, not on the streams. ``at_a_glance`` says
    that the folds look at no more of an envelope than ``rebuilding.scan.Glance`` has: a rebuild is faster by that.
    """

    name: str
    version: int
    categories: tuple[str, ...]
    views: tuple[View, ...]
    include_internal: bool = False
    at_a_glance: bool = False
    handles: frozenset[type[Event]] | None = field(default=None)

    def __post_init__(self) -> None:
        names = [view.name for view in self.views]
        if len(set(names)) != len(names) or "@" in self.name or self.version < 1:
            raise ValueError(f"projection {self.name}: views want names of their own, a version from 1, no @")

    @cached_property
    def touched(self) -> Mapping[type[Event], tuple[View, ...]]:
        """The views that each event class touches, narrowed by ``handles`` where it is given."""
        classes = frozenset().union(*(view.handles for view in self.views))
        wanted = classes if self.handles is None else classes & self.handles
        return {cls: tuple(view for view in self.views if cls in view.handles) for cls in wanted}

    @cached_property
    def of_no_interest(self) -> frozenset[str]:
        """The stored names of the types whose first schema version this build knows and no view folds."""
        known = (kind for kind in event_types() if kind.service in self.categories)
        names = {kind.name: kind.cls for kind in known if kind.version == 1}
        return frozenset(name for name, cls in names.items() if cls not in self.touched)

    @cached_property
    def _untouched(self) -> Mapping[str, int]:
        """The stored names of the types that no view folds, each with the last schema version that this build knows."""
        known = (kind for kind in event_types() if kind.service in self.categories)
        return {kind.name: kind.version for kind in known if kind.cls not in self.touched}

    def leaves_out(self, type_name: str, schema_version: int) -> bool:
        """Whether it is known from an event's stored type that no view folds it."""
        return schema_version <= self._untouched.get(type_name, 0)

    def concerns(self, event: Event) -> bool:
        """Whether a view folds the event, or (one that this build cannot read) might."""
        if type(event) is RawEvent:
            return event.schema_version != 1 or event.type not in self.of_no_interest
        return type(event) in self.touched

    @cached_property
    def definition(self) -> str:
        """SHA-256 (hex) of the tables' definitions: where it changes, the tables are rebuilt too."""
        statements = []
        for view in self.views:
            statements.append(str(CreateTable(view.table).compile(dialect=_DIALECT)))
            indexes = sorted(view.table.indexes, key=lambda index: str(index.name))
            statements += [str(CreateIndex(index).compile(dialect=_DIALECT)) for index in indexes]
        return sha256("\n".join(statements).encode()).hexdigest()


class ImpureFold(AssertionError):
    """A fold altered the row it was given."""


def project(projection: Projection, events: Sequence[Envelope]) -> dict[str, dict[Key, Row]]:
    """The rows of every view after these events, in memory: for unit tests, and as the independent fold of checks.

    Raises ``ImpureFold`` when a fold alters the row it was given.
    """
    views: dict[str, dict[Key, Row]] = {view.name: {} for view in projection.views}
    for envelope in events:
        for view in projection.touched.get(type(envelope.event), ()):
            rows = views[view.name]
            for key in view.keys(envelope):
                before = rows.get(key)
                seen = repr(before)
                after = view.fold(before, envelope, key)
                if repr(before) != seen:
                    raise ImpureFold(f"view {view.name} alters its row at {envelope.type}")
                if after is None:
                    rows.pop(key, None)
                else:
                    rows[key] = after
    return views


__all__ = [
    "Handler",
    "ImpureFold",
    "Key",
    "Keys",
    "OwnKey",
    "Projection",
    "Row",
    "View",
    "WrongRow",
    "by_stream",
    "project",
    "stream_id",
]
