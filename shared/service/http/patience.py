"""How long a client may take and how much it may hold: the limits of every connection, below the apps.

An app sees a request once its head is whole. Everything else is bounded here, for services, relay and notary alike:
heads that never end, idle connections, and readers that do not read.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from shared.service.http.connection_problems import head_too_large, not_http, too_many_connections, too_slow, written
from shared.service.http.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What one process bears. Times are seconds, sizes bytes.

    A head must be whole ``head`` seconds after its connection or its first byte. A body must bring ``pace`` bytes a
    second, looked at every ``window``. A client that does not read has ``write`` seconds, and ``send_buffer`` bytes in
    the kernel, which would keep megabytes by default. An idle connection is kept for ``idle``, which is longer than a
    load balancer in front keeps its own (usually 60). ``connections`` are held at a time, ``per_client`` from one
    address, unless that is a trusted proxy's.
    """

    head: float = 10.0
    head_bytes: int = 32_768
    headers: int = 100
    window: float = 10.0
    pace: int = 4096
    write: float = 30.0
    idle: float = 75.0
    send_buffer: int = 262_144
    connections: int = 1024
    per_client: int = 256


LINGER = 1.0
"""Seconds that a refused client has to hear why."""


class Coming(Enum):
    """What of a request is on its way."""

    NOTHING = 1
    HEAD = 2
    BODY = 3


class HeadTooLarge(Exception):
    """A request's head, or a trailer, is larger than it may be."""


def bounded(patience: Patience, is_proxy: Callable[[str], bool] = lambda _host: False) -> type[HttpToolsProtocol]:
    """uvicorn's protocol for HTTP with these limits; ``is_proxy`` says whether an address is a trusted proxy's."""

    class Bounded(BoundedProtocol):
        bounds = patience
        trusts = staticmethod(is_proxy)

    return Bounded


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose client may be hostile."""

    bounds = Patience()
    trusts: Callable[[str], bool] = staticmethod(lambda _host: False)

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._coming = Coming.NOTHING
        self._head_bytes = 0
        self._unread_bytes = 0
        self._body_bytes = 0
        self._too_large = False
        self._ended = False
        self._idle_since = self.loop.time()
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Whether no request of it is being handled."""
        return self.cycle is None or bool(self.cycle.response_complete)

    # The connection.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many; the one that was idle longest makes room."""
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.bounds.send_buffer)
        host = self.client[0] if self.client else ""
        if not self.trusts(host) and self._count_of(host) >= self.bounds.per_client:
            self._refuse(too_many_connections("from your address", "来自同一地址的"))
        elif len(self.connections) > self.bounds.connections and not self._make_room():
            self._refuse(too_many_connections("to this server", "服务器的"))
        else:
            self._reading = self.loop.call_later(self.bounds.head, self._head_is_late)

    def _count_of(self, host: str) -> int:
        return sum(other.client[0] == host for other in self._others() if other.client)

    def _others(self) -> Iterator[BoundedProtocol]:
        return (other for other in self.connections if isinstance(other, BoundedProtocol) and other is not self)

    def _make_room(self) -> bool:
        idle = [other for other in self._others() if other.idle and not other._ended]
        if idle:
            min(idle, key=lambda other: other._idle_since)._end()
        return bool(idle)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget its timers."""
        self._ended = True
        self._stop_timers()
        super().connection_lost(exc)

    # What comes.

    def data_received(self, data: bytes) -> None:
        """Read on. A head that is not whole yet, or a body, has its time from here on."""
        if self._ended:
            return
        before = self._coming
        self._unread_bytes += len(data)
        super().data_received(data)
        if before is Coming.HEAD is self._coming:
            self._head_bytes += len(data)
        self._judge(len(data))

    def _judge(self, came: int) -> None:
        if self._ended:
            return
        if max(self._head_bytes, self._unread_bytes - came) > self.bounds.head_bytes:
            self._refuse(self._head_too_large())
        elif self._reading is None and self._coming is Coming.HEAD:
            self._reading = self.loop.call_later(self.bounds.head, self._head_is_late)
        elif self._reading is None and self._coming is Coming.BODY:
            self._reading = self.loop.call_later(self.bounds.window, self._look_at_body)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._coming, self._head_bytes = Coming.HEAD, 0

    def on_url(self, url: bytes) -> None:
        """A piece of the request's target."""
        self._take_in(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header or a trailer."""
        self._take_in(len(name) + len(value))
        super().on_header(name, value)

    def _take_in(self, octets: int) -> None:
        self._head_bytes += octets
        if self._head_bytes > self.bounds.head_bytes or len(self.headers) >= self.bounds.headers:
            self._too_large = True
            raise HeadTooLarge

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words; ours are a problem
        """What cannot be read as HTTP, or is too large for it."""
        self._refuse(self._head_too_large() if self._too_large else not_http())

    def _head_too_large(self) -> Problem:
        return head_too_large(self.bounds.headers, self.bounds.head_bytes)

    def on_headers_complete(self) -> None:
        """The head is whole: the app begins, and a body has to come."""
        self._stop_reading_timer()
        self._coming, self._body_bytes = Coming.BODY, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body_bytes += len(body)
        self._unread_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._stop_reading_timer()
        self._coming, self._unread_bytes, self._head_bytes = Coming.NOTHING, 0, 0
        super().on_message_complete()

    def _head_is_late(self) -> None:
        if self._coming is Coming.HEAD:
            self._refuse(too_slow("its head", "请求头"))
        else:
            self._end()

    def _look_at_body(self) -> None:
        """Whether the body keeps its pace. While the app does not read, the client is not blamed."""
        not_asked_for = self.flow.read_paused or self.cycle.waiting_for_100_continue
        if self._body_bytes < self.bounds.pace * self.bounds.window and not not_asked_for:
            self._refuse(too_slow("its body", "请求内容"))
            return
        self._body_bytes = 0
        self._reading = self.loop.call_later(self.bounds.window, self._look_at_body)

    def _stop_reading_timer(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    # What goes.

    def pause_writing(self) -> None:
        """The client reads more slowly than we write: it has some time to catch up."""
        super().pause_writing()
        self._stop_writing_timer()
        self._writing = self.loop.call_later(self.bounds.write, self.transport.abort)

    def resume_writing(self) -> None:
        """It read."""
        self._stop_writing_timer()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """The answer is written; the client has some time to read what is left in the buffer."""
        self._idle_since = self.loop.time()
        super().on_response_complete()
        if self.transport.is_closing():
            self._end()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing arrived for as long as an idle connection is kept."""
        self._end()

    def _stop_writing_timer(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    # Its end.

    def _refuse(self, problem: Problem) -> None:
        """End it, and say why where a request waits for its answer. What still arrives is discarded for a while: a
        connection that is closed at once may lose the answer (RFC 9112, section 9.6)."""
        unanswered = self._is_unanswered() and not self.transport.is_closing()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not unanswered:
            self._end()
            return
        self._stop_timers()
        self._ended = True
        self.transport.write(written(problem))
        self.transport.write_eof()
        self._writing = self.loop.call_later(LINGER, self.transport.abort)

    def _is_unanswered(self) -> bool:
        return self.idle if self._coming is not Coming.BODY else not self.cycle.response_started

    def _end(self) -> None:
        """Close it; a client that does not take the rest of its answer is cut off."""
        self._stop_timers()
        self._ended = True
        self.transport.close()
        self._writing = self.loop.call_later(self.bounds.write, self.transport.abort)

    def _stop_timers(self) -> None:
        self._unset_keepalive_if_required()
        self._stop_reading_timer()
        self._stop_writing_timer()


__all__ = ["BoundedProtocol", "Patience", "bounded"]
