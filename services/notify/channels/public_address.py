"""Which addresses are the Internet's, and which a name leads to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

_EMBEDDING = tuple(ipaddress.ip_network(network) for network in ("64:ff9b::/96", "2002::/16", "2001::/32"))
"""Networks of IPv6 addresses in which one of IPv4 is hidden."""
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: _Address) -> bool:
    """Whether an address is public; so must be one of IPv4 that is hidden in one of IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _EMBEDDING):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def look_up(host: str, port: int) -> list[_Address]:
    """The addresses of a name, those of IPv4 first; raises ``OSError``. The request goes to one of these only, whatever
    the name resolves to a moment later."""
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(info[4][0]).partition("%")[0]) for info in infos]
    if not addresses:
        raise OSError("no addresses")
    return sorted(set(addresses), key=lambda address: (address.version, int(address)))


__all__ = ["is_public", "look_up"]
