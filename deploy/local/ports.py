"""Free TCP ports of the loopback interface, to listen on."""

import errno
import fcntl
import json
import os
import random
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 15_000
_TRIES = 500
_PROMISED_FOR = 300.0
"""Seconds in which a port that was given is not given again: as long as its server may take to listen on it."""
_chance = random.SystemRandom()


def free_ports(count: int, *, to: str = "") -> list[int]:
    """Distinct ports that nobody listens on at the moment of asking, and that no process of this user was given in the
    last five minutes: two systems that start side by side must not be told the same. ``to`` names who is given them,
    where they are asked for again (``remembered_port``).

    They lie below those that the kernel gives to outgoing connections where there is room: a server that dies and comes
    back must not find that a client has taken its port meanwhile.
    """
    with ExitStack() as held, _promises() as promised:
        ports = [_hold(held, promised) for _ in range(count)]
        promised |= {port: Promise(time.time(), to) for port in ports}
        return ports


class Promise(NamedTuple):
    """When a port was given, and to whom (empty: to nobody who will ask for it again)."""

    given: float
    to: str


@contextmanager
def _promises() -> Iterator[dict[int, Promise]]:
    """The ports given of late by any process of this user; what is added is kept. One process at a time."""
    file = Path(tempfile.gettempdir()) / f"juqu-ports-{os.getuid()}.json"
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        promised = _recent(kept.read())
        yield promised
        kept.seek(0)
        kept.truncate()
        json.dump(promised, kept)


def _recent(text: str) -> dict[int, Promise]:
    oldest = time.time() - _PROMISED_FOR
    try:
        promised = {int(port): Promise(*promise) for port, promise in json.loads(text).items()}
        return {port: promise for port, promise in promised.items() if promise.given > oldest}
    except (ValueError, AttributeError, TypeError):
        return {}


def _hold(held: ExitStack, promised: Mapping[int, Promise]) -> int:
    highest = _first_of_clients()
    for _ in range(_TRIES if highest - _LOWEST >= _TRIES else 0):
        port = _chance.randrange(_LOWEST, highest)
        if port in promised:
            continue
        probe = held.enter_context(socket.socket())
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port
    probe = held.enter_context(socket.socket())
    probe.bind(("127.0.0.1", 0))
    return int(probe.getsockname()[1])


def _first_of_clients() -> int:
    try:
        return int(_RANGE.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on the port now. Raises ``OSError`` for a host that is not this machine's."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise
            return False
        return True


def listeners(port: int) -> dict[int | None, str]:
    """The processes that listen on a port: their pids with names; None for those that this user may not see."""
    listening = (each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
    return {each.pid: _name(each.pid) for each in listening if each.laddr and each.laddr.port == port}


def _name(pid: int | None) -> str:
    if pid is None:
        return "a process of another user"
    try:
        return f"{psutil.Process(pid).name()}, pid {pid}"
    except psutil.Error:
        return f"pid {pid}"


def remembered_port(previous: int | None, owner: Path) -> int:
    """The port used last time, if it is still free and was promised to nobody else meanwhile, else a new one; promised
    like any other that is given. ``owner`` is the file in which its user remembers it."""
    if previous and is_free(previous):
        with _promises() as promised:
            promise = promised.get(previous)
            if promise is None or promise.to == str(owner):
                promised[previous] = Promise(time.time(), str(owner))
                return previous
    return free_ports(1, to=str(owner))[0]
