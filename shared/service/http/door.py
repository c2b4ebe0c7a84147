"""The short way to a command: from a request's path straight to its route, past FastAPI's search and machinery.

For every request FastAPI tries its routes one after another, solves dependencies and keeps three exit stacks, which is
more work than a command's own. Command routes need none of that. FastAPI documents them like any other, and they answer
the same whichever way a request comes to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.datastructures import Headers
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.service.http.problems import answer_to


class _Headers(Headers):
    """A request's headers by name. A command reads six of them, and Starlette scans the whole list for each."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self._first = dict(reversed(self._list))

    def get(self, key: str, default: Any = None) -> Any:
        value = self._first.get(key.lower().encode("latin-1"))
        return default if value is None else value.decode("latin-1")

    def __contains__(self, key: Any) -> bool:
        return key.lower().encode("latin-1") in self._first


class _CommandRequest(Request):
    """A request that has such headers."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        self._headers = _Headers(scope)


class CommandRoute(APIRoute):
    """A route whose endpoint takes the request as it is and reads it itself. It may not have dependencies."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that came through a router; other methods than the route's get the router's own answer."""
        if scope["method"] in (self.methods or ()):
            await self.serve(scope, receive, send)
        else:
            await super().handle(scope, receive, send)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with a problem where the endpoint raises; its path parameters are in its scope."""
        try:
            response = await self.endpoint(_CommandRequest(scope, receive))
        except Exception as error:  # noqa: BLE001 - every error has its answer
            response = answer_to(error, scope)
        await response(scope, receive, send)


class _Branch:
    """A node in the tree of paths: the known next parts, a branch for any part, and the route that ends here."""

    __slots__ = ("any", "names", "parts", "route")

    def __init__(self) -> None:
        self.parts: dict[str, _Branch] = {}
        self.any: _Branch | None = None
        self.route: CommandRoute | None = None
        self.names: tuple[str, ...] = ()


class Door:
    """ASGI: a POST to a command goes straight to its route, anything else on to the app behind.

    Raises ``ValueError`` for a command route with dependencies, as nobody would solve them.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._root = _Branch()
        for route in iter_route_contexts(routes):
            if isinstance(route.original_route, CommandRoute):
                self._add(route, route.original_route)

    def _add(self, context: RouteContext, route: CommandRoute) -> None:
        path = context.path or ""
        if context.dependencies:
            raise ValueError(f"{path}: a command route has no dependencies")
        branch, names = self._root, []
        for part in path.split("/"):
            if part.startswith("{"):
                names.append(part.strip("{}"))
                branch.any = branch.any or _Branch()
                branch = branch.any
            else:
                branch = branch.parts.setdefault(part, _Branch())
        branch.route, branch.names = route, tuple(names)

    def find(self, path: str) -> tuple[CommandRoute, dict[str, str]] | None:
        """The command route of a path and its path parameters; ``None`` where the app behind must look itself."""
        branch = self._root
        values = []
        for part in path.split("/"):
            following = branch.parts.get(part)
            if following is None:
                following = branch.any
                if following is None or not part:
                    return None
                values.append(part)
            branch = following
        if branch.route is None:
            return None
        return branch.route, dict(zip(branch.names, values, strict=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = self.find(scope["path"]) if _may_be_a_command(scope) else None
        if match is None:
            await self._app(scope, receive, send)
            return
        route, scope["path_params"] = match
        await route.serve(scope, receive, send)


def _may_be_a_command(scope: Scope) -> bool:
    return bool(scope["type"] == "http" and scope["method"] == "POST" and not scope.get("root_path"))
