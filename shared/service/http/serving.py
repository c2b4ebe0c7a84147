"""Serving an app: the server of every process, and the limits for its clients."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address

import uvicorn
from starlette.types import ASGIApp

from shared.service.http.patience import Patience, bounded
from shared.service.settings import Proxies, Settings

GRACE = 5
"""Seconds that requests under way have when the process ends."""


def _no_streams() -> None:
    """The ``ending`` of an app whose answers all come to an end by themselves."""


def serve(app: ASGIApp, settings: Settings, *, grace: int = GRACE, ending: Callable[[], None] = _no_streams) -> None:
    """Serve an app on its host and port until SIGTERM or Ctrl-C. ``ending`` ends its open streams then, which would
    last for all the grace."""
    _EndingServer(server_config(app, settings, grace=grace), ending).run()


class _EndingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


def server_config(
    app: ASGIApp, settings: Settings, *, grace: int = GRACE, patience: Patience | None = None
) -> uvicorn.Config:
    """How a process serves. Only trusted proxies are believed when they name a request's client."""
    bounds = patience or Patience(connections=settings.connections, per_client=settings.connections_per_client)
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=bounded(bounds, is_one_of(settings.proxies)),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=[str(proxy) for proxy in settings.proxies],
        timeout_keep_alive=int(bounds.idle),
        timeout_graceful_shutdown=grace,
    )


def is_one_of(proxies: Proxies) -> Callable[[str], bool]:
    """Whether an address is a trusted proxy's."""

    def trusted(host: str) -> bool:
        try:
            return any(ip_address(host) in network for network in proxies)
        except ValueError:
            return False

    return trusted


__all__ = ["is_one_of", "serve", "server_config"]
