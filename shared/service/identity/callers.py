"""Who may ask: a dependency that checks it, and from which the document of an API says it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request

from shared.contracts.core import Actor, Role
from shared.service.identity.tokens import require

Identify = Callable[[Request], Awaitable[Actor]]


class Caller:
    """A FastAPI dependency: the actor of a request, who has one of these roles (where none is named: any token does).

    Raises ``Problem`` 401 without a valid token and 403 without such a role.
    """

    def __init__(self, identify: Identify, *roles: Role) -> None:
        self._identify = identify
        self.roles = roles

    async def __call__(self, request: Request) -> Actor:
        actor = await self._identify(request)
        return require(actor, *self.roles) if self.roles else actor


__all__ = ["Caller", "Identify"]
