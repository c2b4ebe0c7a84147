"""Free TCP ports of the loopback interface, to listen on."""

import errno
import random
import socket
from contextlib import ExitStack
from pathlib import Path

_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 15_000
_TRIES = 500


def free_ports(count: int) -> list[int]:
    """Distinct ports that nobody listens on at the moment of asking.

    They lie below those that the kernel gives to outgoing connections where there is room: a server that dies and comes
    back must not find that a client has taken its port meanwhile.
    """
    with ExitStack() as held:
        return [_hold(held) for _ in range(count)]


def _hold(held: ExitStack) -> int:
    highest = _first_of_clients()
    for _ in range(_TRIES if highest - _LOWEST >= _TRIES else 0):
        probe = held.enter_context(socket.socket())
        port = random.randrange(_LOWEST, highest)  # noqa: S311 - spreads ports, keeps no secret
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


def remembered_port(previous: int | None) -> int:
    """The port used last time if it is still free, else a new one."""
    return previous if previous and is_free(previous) else free_ports(1)[0]
