"""What goes wrong when: drawn from the seed alone, so that a seed can be played again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from deploy.local.stack import ISSUER, PROCESSES

SERVERS = ("postgres", "valkey")
PEERS = {"mail_peer": "mail", "sms_peer": "sms"}
"""The programs that notify sends to, and what they are called as servers."""
_OURS = tuple(name for name in PROCESSES if name != ISSUER)
"""The identity provider for trying is nobody's in earnest, and has no server."""
PARTS = (*_OURS, *SERVERS, *PEERS)
WAYS = (
    *((process, server) for server in SERVERS for process in _OURS),
    *(("notify", each) for each in PEERS.values()),
)
"""From which process to which server there is a way that can be cut."""


class Kind(StrEnum):
    """What goes wrong."""

    KILL = "kill"
    RESTART = "restart"
    PAUSE = "pause"
    FLUSH = "flush"
    REFUSED = "refused"
    SILENT = "silent"
    SLOW = "slow"
    CUT = "cut"
    REDIS_FULL = "redis-full"
    DISK_FULL = "disk-full"
    SECOND_RELAY = "second-relay"
    PROMOTE = "promote"
    """The primary is lost, and a standby that has all it said takes its place. There is one, so it happens once."""


WEIGHTS = {
    Kind.KILL: 6,
    Kind.RESTART: 2,
    Kind.PAUSE: 4,
    Kind.FLUSH: 2,
    Kind.REFUSED: 3,
    Kind.SILENT: 3,
    Kind.SLOW: 2,
    Kind.CUT: 4,
    Kind.REDIS_FULL: 1,
    Kind.DISK_FULL: 1,
    Kind.SECOND_RELAY: 1,
    Kind.PROMOTE: 0,
}
PARTITIONS = {Kind.REFUSED, Kind.SILENT, Kind.SLOW, Kind.CUT}


@dataclass(frozen=True, slots=True)
class Fault:
    """At ``at`` seconds, for ``seconds``. ``part`` is what it befalls; a partition is between it and ``server``."""

    at: float
    kind: Kind
    part: str = ""
    server: str = ""
    seconds: float = 0.0
    left: int = 0

    def as_row(self) -> dict[str, object]:
        """What is told of it."""
        return {name: value for name, value in asdict(self).items() if value or name == "at"}


def plan(seed: int, seconds: float, *, longest: float, between: float) -> list[Fault]:
    """The faults of a run in order: one every ``between`` seconds on average, none lasting over ``longest``.

    The first come in a fixed cycle, so that a short run meets each kind once if there is time for it.
    """
    dice = random.Random(f"plan {seed}")
    kinds = list(WEIGHTS)
    dice.shuffle(kinds)
    return sorted(_drawn(dice, kinds, seconds, longest, between), key=lambda fault: fault.at)


def _drawn(dice: random.Random, first: list[Kind], seconds: float, longest: float, between: float) -> Iterator[Fault]:
    at, number = 1.0, 0
    while at < seconds:
        kind = first[number] if number < len(first) else dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        yield _fault(dice, round(at, 3), kind, longest)
        at += dice.uniform(0.4, 1.6) * between
        number += 1


def _fault(dice: random.Random, at: float, kind: Kind, longest: float) -> Fault:
    lasts: Callable[[float], float] = lambda most: round(dice.uniform(0.3, min(longest, most)), 3)  # noqa: E731
    part = dice.choice(PARTS)
    process, server = dice.choice((*WAYS, *(("*", each) for each in SERVERS)))
    duration, left = lasts(60.0), dice.randrange(1, 20_000)
    if kind in PARTITIONS:
        return Fault(at, kind, process, server, duration, left if kind is Kind.CUT else 0)
    if kind in {Kind.KILL, Kind.RESTART}:
        return Fault(at, kind, part)
    if kind is Kind.PAUSE:
        return Fault(at, kind, part, seconds=duration)
    if kind is Kind.FLUSH:
        return Fault(at, kind, "valkey")
    if kind is Kind.PROMOTE:
        return Fault(at, kind, "postgres")
    if kind is Kind.SECOND_RELAY:
        return Fault(at, kind, "relay", seconds=duration)
    return Fault(at, kind, "*" if kind is Kind.DISK_FULL else "valkey", seconds=duration)


__all__ = ["PARTITIONS", "PARTS", "PEERS", "SERVERS", "WAYS", "Fault", "Kind", "plan"]
