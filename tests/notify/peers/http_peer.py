"""A real HTTP server of the tests: keeps what it is asked, and answers as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came in; the names of headers are in small letters."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What is answered. ``drop``: nothing, the connection ends. ``hold``: not before the peer is let go."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    drop: bool = False
    hold: bool = False
    location: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def reply(told: Any, status: int = 200) -> Reply:
    """An answer in JSON."""
    return Reply(status, json.dumps(told).encode())


@dataclass
class HttpPeer:
    """The server; ``answer`` may be set anew at any time."""

    port: int
    answer: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)


@contextmanager
def http_peer(answer: Callable[[Asked], Reply]) -> Iterator[HttpPeer]:
    """A server on a port of its own."""
    peer = HttpPeer(0, answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            asked = Asked(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(self.headers.get("Content-Length", "0"))),
            )
            peer.asked.append(asked)
            said = peer.answer(asked)
            if said.hold:
                peer.let_go.wait(20)
            self.close_connection = True
            if said.drop or said.hold:
                return
            self.send_response(said.status)
            if said.location:
                self.send_header("Location", said.location)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", said.kind)
            self.send_header("Content-Length", str(len(said.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    peer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        peer.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()
