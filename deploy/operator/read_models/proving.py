"""``juqu projection digest``, ``prove``, ``diff``: what a read model holds, that the log gives it, what changed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated, Any

import asyncpg
import typer

from deploy.operator.frame import records, screen
from deploy.operator.frame.definitions import find_projection
from deploy.operator.frame.failures import NO, Unable, sentence
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, connected, find_system
from deploy.operator.frame.times import read_day, read_moment
from deploy.operator.read_models.workbench import Workbench, worked
from shared.notary.reading import Absent, root_of
from shared.projections.comparing.diff import Difference, differences
from shared.projections.comparing.digest import Digest, digest_projection
from shared.projections.rebuilding.filling import Effort, Report
from shared.projections.rebuilding.rebuild import Clock, Replay, drop_replay, replay

WHEN = "A seq (1234), a day in China by recorded time (2024-05-01: its end), or a moment (2024-05-01T12:00+08:00)."
EFFECTIVE = "What was in effect at the end of this day, whenever it was recorded."

_LINE = re.compile(r"juqu-digest-v1 (\S+) (\d+) (\d+) ([0-9a-f]{64}) ([0-9a-f]{64}|-)")
_IN_ORDER = Effort(worth=2**63)
_CUT = 60
Name = Annotated[str, typer.Argument(metavar="NAME", help="The projection; `juqu projection list` has them.")]


@dataclass(frozen=True, slots=True)
class Then:
    """A state to go back to: after a ``seq``, or at the end of a ``day`` (or at a moment) by one of its clocks."""

    seq: int | None = None
    day: date | datetime | None = None
    clock: Clock = Clock.RECORDED

    @property
    def tag(self) -> str:
        """What its tables are tagged."""
        if self.day is None:
            return f"seq_{self.seq}"
        return f"at_{self.day:%Y%m%d_%H%M%S}" if isinstance(self.day, datetime) else f"{self.clock}_{self.day:%Y%m%d}"

    def __str__(self) -> str:
        return f"seq {self.seq}" if self.day is None else f"{self.clock} {self.day.isoformat()}"


def read_then(text: str) -> Then:
    """A seq, a day or a moment; raises ``Unable``."""
    if text.isdecimal():
        return Then(seq=int(text))
    return Then(day=read_day(text)) if len(text) <= len("2024-05-01") else Then(day=read_moment(text))


def read_effective(text: str) -> Then:
    """A day by effective date; raises ``Unable``."""
    return Then(day=read_day(text), clock=Clock.EFFECTIVE)


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


def digest(
    name: Name,
    tag: Annotated[str, typer.Option("--tag", metavar="T", help="Of a replay instead of the live tables.")] = "",
    at: Annotated[
        int | None, typer.Option("--at", min=0, max=records.LAST_SEQ, metavar="SEQ", help="As after this event.")
    ] = None,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """The digest of the rows (SHA-256), by table and of all, with the seq they stand at and the log's root there."""
    if tag and at is not None:
        raise Unable("Give either --tag or --at.")
    system, owned = find_system(state), find_projection(name)

    async def work(bench: Workbench, report: Report) -> Proof:
        try:
            found = await _then(bench, report, at) if at is not None else await _digest(bench, tag)
        except (LookupError, ValueError) as error:
            raise Unable(sentence(error), "The replays: `juqu projection replays`", code=NO) from None
        return Proof(found, await _root(system.operator_url, found.seq))

    proof = worked(system, owned, work)
    found = proof.digest
    if machine:
        screen.as_json(asdict(found) | {"combined": found.combined, "root": proof.root, "line": proof.line})
        return
    rows = [*sorted(found.tables.items()), ("all of them", found.combined)]
    screen.line(f"{name} version {found.version} at seq {found.seq}", "bold")
    screen.table(("table", "sha256"), rows)
    screen.line(proof.line)


def prove(
    name: Name,
    line: Annotated[str, typer.Option("--line", metavar="LINE", help="What `digest` said on another machine.")] = "",
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Fold the log anew, by one process in its order, and compare: with the live rows, or with another machine's line.

    Exit code 1 where they are not the same.
    """
    system, owned = find_system(state), find_projection(name)
    given = _read_line(line, name) if line else None

    async def work(bench: Workbench, report: Report) -> tuple[Proof, str, str]:
        if given is not None:
            seq, wanted, root = int(given[3]), given[4], given[5]
        else:
            live = await _digest(bench, "")
            seq, wanted, root = live.seq, live.combined, ""
        folded = Proof(await _then(bench, report, seq), await _root(system.operator_url, seq))
        return folded, wanted, root or folded.root

    folded, wanted, root = worked(system, owned, work)
    same = folded.digest.combined == wanted
    same_log = "-" in (root, folded.root) or root == folded.root
    if machine:
        screen.as_json({"equal": same, "same_log": same_log, "line": folded.line, "wanted": wanted})
    else:
        screen.line(folded.line)
        whose = "that line" if given else "the live rows"
        screen.line(
            f"The log, folded anew, {'gives' if same else 'does not give'} {whose}.", "green" if same else "red"
        )
        if not same_log:
            screen.line(f"The logs are not the same up to seq {folded.digest.seq}.", "red")
    if not (same and same_log):
        raise typer.Exit(NO)


def diff(
    name: Name,
    *,
    at: Annotated[list[str] | None, typer.Option("--at", metavar="WHEN", help=f"{WHEN} Twice, or against now.")] = None,
    effective: Annotated[list[str] | None, typer.Option("--effective", metavar="DATE", help=EFFECTIVE)] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows to tell of.")] = 100,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """What changed in a projection between two states: rows added, removed and changed, column by column."""
    states = [*map(read_then, at or ()), *map(read_effective, effective or ())]
    if not 1 <= len(states) <= 2:
        raise Unable("Between when? Give --at (or --effective) twice, or once to compare with now.")
    system, owned = find_system(state), find_projection(name)

    async def work(bench: Workbench, report: Report) -> tuple[list[Difference], dict[str, int]]:
        found: list[Difference] = []
        counts = {"added": 0, "removed": 0, "changed": 0}
        async with AsyncExitStack() as stack:
            tags = [await _stand(stack, bench, report, then, f"diff_{n}") for n, then in enumerate(states)]
            async for each in differences(bench.engine, owned.projection, owned.service, *(*tags, "")[:2]):
                counts[each.kind] += 1
                if len(found) < limit:
                    found.append(each)
        return found, counts

    found, counts = worked(system, owned, work)
    if machine:
        for each in found:
            screen.as_json(asdict(each) | {"kind": each.kind, "columns": each.columns})
        return
    screen.line(f"{name} from {states[0]} to {states[1] if len(states) > 1 else 'now'}", "bold")
    for each in found:
        _tell(each)
    told = f", {len(found)} shown" if sum(counts.values()) > len(found) else ""
    screen.line(", ".join(f"{number} {kind}" for kind, number in counts.items()) + told)


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
            clock=then.clock,
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


async def _then(bench: Workbench, report: Report, seq: int) -> Digest:
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
        found = await _digest(bench, "proof")
    finally:
        await drop_replay(bench.engine, owned.service, owned.projection.name, "proof")
    return Digest(found.projection, found.version, seq, found.tables)


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


def _read_line(line: str, name: str) -> re.Match[str]:
    found = _LINE.fullmatch(line.strip())
    if found is None or found[1] != name:
        raise Unable(f"This is no digest of {name}.", f"Its last line is one: `juqu projection digest {name}`")
    return found


def _tell(each: Difference) -> None:
    key = ", ".join(map(str, each.key))
    screen.line(f"{each.kind:<8} {each.view} {key}", {"added": "green", "removed": "red"}.get(each.kind, "yellow"))
    before, after = each.before or {}, each.after or {}
    names: Sequence[str] = each.columns or [
        name for name, value in (after or before).items() if value not in ("", None)
    ]
    for name in names:
        if each.kind == "changed":
            screen.line(f"           {name}: {_brief(before[name])} -> {_brief(after[name])}")
        else:
            screen.line(f"           {name}: {_brief((after or before)[name])}", "dim")


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}…"


__all__ = ["EFFECTIVE", "WHEN", "Proof", "Then", "diff", "digest", "prove", "read_effective", "read_then"]
