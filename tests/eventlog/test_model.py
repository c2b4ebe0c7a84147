"""The log against a model in plain Python: whatever is appended, repeated, lost and cut off, both say the same."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.contracts.core import Context, Event
from shared.eventlog.errors import CategoryForbidden, CommandReused, VersionConflict
from shared.eventlog.log import EventLog
from tests.eventlog.facts import context, endorsed, score_sheet
from tests.servers import Database

T = TypeVar("T")
ROLES = ("intake", "review", "notify")
NAMES = ("one", "two", "three")


@dataclass(frozen=True)
class Wish:
    """An append: by which role, where, on which version, what, as which command."""

    role: str
    stream: str
    expected: int
    events: tuple[Event, ...]
    context: Context


@dataclass
class Model:
    """What the log must be: a list, and each command's first result."""

    rows: list[tuple[str, int, Event, UUID]] = field(default_factory=list)
    results: dict[UUID, tuple[Wish, tuple[int, int, int]]] = field(default_factory=dict)

    def version(self, stream: str) -> int:
        """How many events a stream has."""
        return sum(row[0] == stream for row in self.rows)

    def append(self, wish: Wish) -> tuple[object, ...]:
        """What the log must answer."""
        if wish.stream.partition("/")[0] != wish.role:
            return ("forbidden",)
        if (known := self.results.get(wish.context.command_id)) is not None:
            first, result = known
            same = (first.stream, first.events, first.context.actor) == (wish.stream, wish.events, wish.context.actor)
            return ("done", *result, True) if same else ("reused",)
        version = self.version(wish.stream)
        if version != wish.expected:
            return ("conflict", version)
        first_seq = len(self.rows) + 1
        for number, event in enumerate(wish.events, 1):
            self.rows.append((wish.stream, version + number, event, wish.context.command_id))
        result = (first_seq, len(self.rows), version + len(wish.events))
        self.results[wish.context.command_id] = (wish, result)
        return ("done", *result, False)


class Bench:
    """A loop, a fresh database's logs as several roles, and an owner to see and to break with."""

    def __init__(self, database: Database) -> None:
        self.runner = asyncio.Runner()
        self.database = database
        self.logs: dict[str, EventLog] = {}
        self.owner = self.run(asyncpg.connect(database.owner_url))
        for role in ROLES:
            self.logs[role] = self.run(EventLog.open(database.url(role)))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to the end."""
        return self.runner.run(work)

    def close(self) -> None:
        """Close all."""
        for log in self.logs.values():
            self.run(log.close())
        self.run(self.owner.close())
        self.runner.close()


async def _answer(log: EventLog, wish: Wish) -> tuple[object, ...]:
    try:
        done = await log.append(wish.stream, wish.expected, wish.events, wish.context)
    except CategoryForbidden:
        return ("forbidden",)
    except CommandReused:
        return ("reused",)
    except VersionConflict as conflict:
        return ("conflict", conflict.actual)
    return ("done", done.first_seq, done.last_seq, done.version, done.replayed)


_wishes = strategies.tuples(
    strategies.sampled_from(ROLES),
    strategies.sampled_from(("own", "own", "own", "own", "other")),
    strategies.sampled_from(NAMES),
    strategies.sampled_from((0, 0, 0, 0, 1, -1)),
    strategies.lists(strategies.sampled_from(("a", "b", "internal")), min_size=1, max_size=4),
    strategies.sampled_from(("new", "new", "new", "again", "reused", "somebody else's")),
)
Drawn = tuple[str, str, str, int, list[str], str]


class LogMachine(RuleBasedStateMachine):
    """Appends one by one and at once, repeats, reads, and has its connections ended by the server."""

    bench: Bench

    @initialize()
    def begin(self) -> None:
        self.base = len(self.bench.run(self.bench.owner.fetch("select seq from log.events")))
        self.model = Model()
        self.run_id = uuid4().hex
        self.made: list[Wish] = []

    def _wish(self, drawn: Drawn, ahead: int = 0) -> Wish:
        role, whose, name, off, kinds, ident = drawn
        category = role if whose == "own" else ROLES[(ROLES.index(role) + 1) % len(ROLES)]
        stream = f"{category}/aggregate/{self.run_id}-{name}"
        events = tuple(score_sheet(self.run_id) if kind == "internal" else endorsed(kind) for kind in kinds)
        expected = max(0, self.model.version(stream) + off + ahead)
        mine = [wish for wish in self.made if wish.role == role]
        if ident != "new" and mine:
            last = mine[-1]
            if ident == "again":
                return last
            who = "wang" if ident == "somebody else's" else "li"
            again = events if ident == "reused" else last.events
            return Wish(role, last.stream, expected, again, context(last.context.command_id, subject=who))
        return Wish(role, stream, expected, events, context())

    def _expect(self, wish: Wish) -> tuple[object, ...]:
        said = self.model.append(wish)
        self.made.append(wish)
        if said[0] != "done":
            return said
        first, last, *rest = said[1:]
        assert isinstance(first, int)
        assert isinstance(last, int)
        return ("done", first + self.base, last + self.base, *rest)

    @rule(drawn=_wishes)
    def append(self, drawn: Drawn) -> None:
        wish = self._wish(drawn)
        assert self.bench.run(_answer(self.bench.logs[wish.role], wish)) == self._expect(wish)

    @rule(drawn=strategies.lists(_wishes, min_size=2, max_size=6), ahead=strategies.booleans())
    def append_at_once(self, drawn: list[Drawn], ahead: bool) -> None:
        """Callers of one process share a call; they are judged in the order in which they came."""
        role = drawn[0][0]
        wishes: list[Wish] = []
        for each in drawn:
            before = sum(len(w.events) for w in wishes) if ahead else 0
            wish = self._wish((role, *each[1:]), before)
            if wish.context.command_id not in {other.context.command_id for other in wishes}:
                wishes.append(wish)
        expected = [self._expect(wish) for wish in wishes]

        async def all_at_once() -> list[tuple[object, ...]]:
            return await asyncio.gather(*(_answer(self.bench.logs[role], wish) for wish in wishes))

        assert self.bench.run(all_at_once()) == expected

    @rule(role=strategies.sampled_from(ROLES))
    def connections_are_ended(self, role: str) -> None:
        """The server ends every connection of a role; the next call connects anew."""
        self.bench.run(
            self.bench.owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and datname = $2",
                f"juqu_{role}",
                self.bench.database.name,
            )
        )

    @rule(role=strategies.sampled_from(ROLES), name=strategies.sampled_from(NAMES))
    def read_a_stream(self, role: str, name: str) -> None:
        stream = f"{role}/aggregate/{self.run_id}-{name}"
        found = self.bench.run(self.bench.logs[role].read_stream(stream))
        kept = [(version, event, command) for where, version, event, command in self.model.rows if where == stream]
        assert [(each.version, each.event, each.command_id) for each in found] == kept

    @rule(after=strategies.integers(0, 20), limit=strategies.integers(1, 30), role=strategies.sampled_from(ROLES))
    def read_a_page(self, after: int, limit: int, role: str) -> None:
        """A role sees what is published, and its own internal events."""
        log = self.bench.logs[role]
        found = self.bench.run(log.read_all(self.base + after, limit=limit, include_internal=True))
        seen = [
            (seq + self.base, event)
            for seq, (stream, _, event, _) in enumerate(self.model.rows, 1)
            if seq > after and (not _hidden(event) or stream.startswith(f"{role}/"))
        ]
        assert [(each.seq, each.event) for each in found] == seen[:limit]

    @rule(number=strategies.integers(0, 50))
    def find_a_command(self, number: int) -> None:
        if not self.made:
            return
        wish = self.made[number % len(self.made)]
        known = self.model.results.get(wish.context.command_id)
        if known is None or known[0].role != wish.role:
            return
        stream = self.bench.run(self.bench.logs[wish.role].read_stream(known[0].stream))
        written = [each for each in stream if each.command_id == wish.context.command_id]
        assert (written[0].seq - self.base, written[-1].seq - self.base, written[-1].version) == known[1]

    @invariant()
    def rows_are_those_of_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = self.bench.run(
            self.bench.owner.fetch(
                "select seq, stream, version, command_id, recorded_at from log.events where seq > $1 order by seq",
                self.base,
            )
        )
        kept = [(self.base + n, *row[:2], row[3]) for n, row in enumerate(self.model.rows, 1)]
        assert [(row["seq"], row["stream"], row["version"], row["command_id"]) for row in rows] == kept
        moments = [row["recorded_at"] for row in rows]
        assert moments == sorted(moments)


def _hidden(event: Event) -> bool:
    return hasattr(event, "expert_id")


async def test_the_log_is_as_its_model(database: Database) -> None:
    def play() -> None:
        bench = Bench(database)
        machine = type("Machine", (LogMachine,), {"bench": bench})
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=25,
                    stateful_step_count=20,
                    derandomize=True,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            bench.close()

    await asyncio.to_thread(play)
