"""What a read model held at another time, what it holds, and that the log gives it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from deploy.operator.frame.failures import NO, Unable, sentence
from deploy.operator.frame.system import connected
from deploy.operator.frame.times import read_day, read_moment
from deploy.operator.read_models.workbench import Workbench
from shared.notary.reading import Absent, root_of
from shared.projections.comparing.diff import Difference, differences
from shared.projections.comparing.digest import Digest, digest_projection
from shared.projections.rebuilding.filling import Effort, Report
from shared.projections.rebuilding.rebuild import Replay, TimeAxis, drop_replay, replay

WHEN = "A seq (1234), a day in China by recorded time (2024-05-01: its end), or a moment (2024-05-01T12:00+08:00)."
EFFECTIVE = "What was in effect at the end of this day, whenever it was recorded."

_LINE = re.compile(r"juqu-digest-v1 (\S+) (\d+) (\d+) ([0-9a-f]{64}) ([0-9a-f]{64}|-)")
_IN_ORDER = Effort(worth=2**63)


@dataclass(frozen=True, slots=True)
class Then:
    """A state to go back to: after a ``seq``, or at the end of a ``day`` (or at a moment) by one of its times."""

    seq: int | None = None
    day: date | datetime | None = None
    axis: TimeAxis = TimeAxis.RECORDED

    @property
    def tag(self) -> str:
        """What its tables are tagged."""
        if self.day is None:
            return f"seq_{self.seq}"
        return f"at_{self.day:%Y%m%d_%H%M%S}" if isinstance(self.day, datetime) else f"{self.axis}_{self.day:%Y%m%d}"

    def __str__(self) -> str:
        return f"seq {self.seq}" if self.day is None else f"{self.axis} {self.day.isoformat()}"


def read_then(text: str) -> Then:
    """A seq, a day or a moment; raises ``Unable``."""
    if text.isdecimal():
        return Then(seq=int(text))
    return Then(day=read_day(text)) if len(text) <= len("2024-05-01") else Then(day=read_moment(text))


def read_effective(text: str) -> Then:
    """A day by effective date; raises ``Unable``."""
    return Then(day=read_day(text), axis=TimeAxis.EFFECTIVE)


@dataclass(frozen=True, slots=True)
class Proof:
    """A digest, and the root (hex) of the notary's tree over the events up to its seq; "-": there is none yet."""

    digest: Digest
    root: str

    @property
    def line(self) -> str:
        """The one line by which two rebuilds, on two machines, are compared."""
        of = self.digest
        return f"juqu-digest-v1 {of.projection} {of.version} {of.seq} {of.combined} {self.root}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ``folded`` proof beside the digest that it is to give, and the root of the log that this is of."""

    folded: Proof
    wanted: str
    root: str

    @property
    def same(self) -> bool:
        """Whether the rows are the same."""
        return self.folded.digest.combined == self.wanted

    @property
    def same_log(self) -> bool:
        """Whether the logs are, as far as it is known."""
        return "-" in (self.root, self.folded.root) or self.root == self.folded.root


async def prove_digest(bench: Workbench, report: Report, url: str, *, tag: str, at: int | None) -> Proof:
    """The digest of the live tables, of a replay by its tag, or as after a seq; with the log's root there.

    ``url``: the database as the operators' role. Raises ``Unable``.
    """
    try:
        digest = await _fold(bench, report, at) if at is not None else await _digest(bench, tag)
    except (LookupError, ValueError) as error:
        raise Unable(sentence(error), "The replays: `juqu projection replays`", code=NO) from None
    return Proof(digest, await _root(url, digest.seq))


async def prove_fold(bench: Workbench, report: Report, url: str, line: re.Match[str] | None) -> Comparison:
    """The log folded anew, against another machine's line, else the live rows."""
    if line is not None:
        seq, wanted, root = int(line[3]), line[4], line[5]
    else:
        live = await _digest(bench, "")
        seq, wanted, root = live.seq, live.combined, ""
    folded = Proof(await _fold(bench, report, seq), await _root(url, seq))
    return Comparison(folded, wanted, root or folded.root)


async def find_changes(
    bench: Workbench, report: Report, states: Sequence[Then], limit: int
) -> tuple[list[Difference], dict[str, int]]:
    """The first rows that differ between two states, or between one and now; and how many there are of each kind."""
    owned = bench.owned
    changes: list[Difference] = []
    counts = {"added": 0, "removed": 0, "changed": 0}
    async with AsyncExitStack() as stack:
        tags = [await _stand(stack, bench, report, then, f"diff_{n}") for n, then in enumerate(states)]
        async for change in differences(bench.engine, owned.projection, owned.service, *(*tags, "")[:2]):
            counts[change.kind] += 1
            if len(changes) < limit:
                changes.append(change)
    return changes, counts


def read_line(line: str, name: str) -> re.Match[str]:
    """The line that a digest of a projection ends with; raises ``Unable``."""
    parts = _LINE.fullmatch(line.strip())
    if parts is None or parts[1] != name:
        raise Unable(f"This is no digest of {name}.", f"Its last line is one: `juqu projection digest {name}`")
    return parts


async def replayed(bench: Workbench, report: Report, then: Then, tag: str) -> Replay:
    """A state's tables made under a tag; raises ``Unable`` where there is no such state."""
    owned = bench.owned
    await _require_event(bench, then.seq)
    try:
        return await replay(
            bench.log,
            bench.engine,
            owned.projection,
            owned.service,
            tag,
            until=then.seq,
            at=then.day,
            axis=then.axis,
            progress=report,
        )
    except ValueError as error:
        raise Unable(f"{error}.") from None


async def _require_event(bench: Workbench, seq: int | None) -> None:
    """Raise ``Unable`` for a seq that the log has not come to: nobody knows a state after it."""
    ends = await bench.log.head()
    if seq is not None and seq > ends:
        raise Unable(f"There is no event {seq}; the log ends at {ends}.", "The newest: `juqu log tail`", code=NO)


async def _stand(stack: AsyncExitStack, bench: Workbench, report: Report, then: Then, tag: str) -> str:
    """A state's tables under a tag, as long as the stack is open."""
    await replayed(bench, report, then, tag)
    stack.push_async_callback(drop_replay, bench.engine, bench.owned.service, bench.owned.projection.name, tag)
    return tag


async def _fold(bench: Workbench, report: Report, seq: int) -> Digest:
    """The digest after a seq, folded by one process in the log's order; leaves nothing."""
    owned = bench.owned
    await _require_event(bench, seq)
    try:
        await replay(
            bench.log,
            bench.engine,
            owned.projection,
            owned.service,
            "proof",
            until=seq,
            progress=report,
            effort=_IN_ORDER,
        )
        digest = await _digest(bench, "proof")
    finally:
        await drop_replay(bench.engine, owned.service, owned.projection.name, "proof")
    return Digest(digest.projection, digest.version, seq, digest.tables)


async def _digest(bench: Workbench, tag: str) -> Digest:
    return await digest_projection(bench.engine, bench.owned.projection, bench.owned.service, tag)


async def _root(url: str, size: int) -> str:
    """The root (hex) of the notary's tree of the first events; "-" where the notary has not come so far."""
    async with connected(url) as connection:
        try:
            return (await root_of(connection, size)).hex()
        except (
            Absent,
            asyncpg.UndefinedTableError,
            asyncpg.InvalidSchemaNameError,
            asyncpg.InsufficientPrivilegeError,
        ):
            return "-"


__all__ = [
    "EFFECTIVE",
    "WHEN",
    "Comparison",
    "Proof",
    "Then",
    "find_changes",
    "prove_digest",
    "prove_fold",
    "read_effective",
    "read_line",
    "read_then",
    "replayed",
]
