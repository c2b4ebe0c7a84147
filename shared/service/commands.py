"""Commands over HTTP: one route for each command, with a body derived from the command's definition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from shared.contracts.core import (
    Actor,
    Command,
    Context,
    Decider,
    Event,
    Reason,
    Role,
    day_in_china,
    event_type,
)
from shared.programme.dates.chronology import EFFECTIVE_ON
from shared.programme.policy import policy
from shared.service import contexts
from shared.service.command_id import command_id, key_id
from shared.service.http.command_document import HEADERS, command_answers, json_body
from shared.service.http.command_headers import effective_on, expected_version, idempotency_key, law_on
from shared.service.http.door import CommandRoute
from shared.service.http.openapi import security
from shared.service.http.problems import Problem, refused
from shared.service.http.requests import BODY_LIMIT, body_model, read_fields, read_json
from shared.service.http.routes import named, path_as_stored, refuse_unknown
from shared.service.identity.tokens import require
from shared.service.limits.strangers import BODY_LIMIT as PUBLIC_BODY_LIMIT
from shared.service.limits.strangers import PUBLIC, client_of
from shared.service.limits.too_long import refuse_too_long
from shared.service.logs import logger_of
from shared.service.runner import Executed, Refused
from shared.service.service import Service

logger = logger_of("http")

C = TypeVar("C", bound=Command)
Prepare = Callable[[C], Awaitable[C]]
"""Completes a command with facts that a handler looks up."""


class Answer(JSONResponse):
    """What a command did, as JSON."""

    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


@dataclass(frozen=True, slots=True)
class Told(Generic[C]):
    """A further field of a command's answer: its name, what it means, and how it is found."""

    name: str
    meaning: str
    find: Callable[[C, Executed], Awaitable[str]]

    @property
    def document(self) -> dict[str, Any]:
        """What an API's document says of it."""
        return {self.name: {"type": "string", "description": self.meaning}}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posted(Generic[C]):
    """What the route of a command goes by. ``model`` is its body; ``in_path`` are the fields that come from the
    path."""

    command: type[C]
    model: type[BaseModel]
    in_path: frozenset[str]
    roles: tuple[Role, ...]
    public: bool
    opens: bool
    prepare: Prepare[C] | None
    blocked_by: type[Event] | None
    tells: Told[C] | None

    def made(self, request: Request, context: Context, fields: dict[str, Any], path: dict[str, str]) -> C:
        """The command made from its body, its path and its sender."""
        fields |= {name: path[name] for name in self.in_path}
        if context.actor is PUBLIC and "client" in self.command.__dataclass_fields__:
            fields["client"] = client_of(request)
        return self.command(context=context, **fields)


@dataclass
class CommandRoutes:
    """The command routes of an aggregate. ``parameter`` is the path parameter that names it. ``location`` is the path
    at which it can be read, for whoever opened one."""

    service: Service
    decider: Decider[Any, Any]
    prefix: str
    parameter: str = "case_id"
    location: str = ""
    router: APIRouter = field(default_factory=APIRouter)

    def post(
        self,
        path: str,
        command: type[C],
        *roles: Role,
        summary: str,
        prepare: Prepare[C] | None = None,
        looked_up: frozenset[str] = frozenset(),
        blocked_by: type[Event] | None = None,
        opens: bool = False,
        public: bool = False,
        tells: Told[C] | None = None,
    ) -> None:
        """Add ``POST prefix + path`` for a command.

        ``roles`` may use it (any role where ``public``: then also without a token). ``looked_up`` are fields that
        ``prepare`` fills. ``opens`` makes a new aggregate, named after the request. ``blocked_by`` is an event that is
        stored although the answer is a refusal: its ``reasons`` are the problem's. ``tells`` is a further field of the
        answer.
        """
        in_path = frozenset(part.strip("{}") for part in path.split("/") if part.startswith("{"))
        model = body_model(command, in_path | looked_up | ({self.parameter} if opens else frozenset()))
        self.service.body_models.append(model)
        posted = _Posted(
            command=command,
            model=model,
            in_path=(in_path | {self.parameter}) & command.__dataclass_fields__.keys(),
            roles=roles,
            public=public,
            opens=opens,
            prepare=prepare,
            blocked_by=blocked_by,
            tells=tells,
        )

        async def endpoint(request: Request) -> Answer:
            return await self._receive(request, posted)

        self.router.add_api_route(
            self.prefix + path,
            endpoint,
            methods=["POST"],
            name=command.__name__,
            summary=summary,
            status_code=HTTPStatus.CREATED if opens else HTTPStatus.OK,
            openapi_extra=self._openapi(posted),
            route_class_override=CommandRoute,
        )

    async def _receive(self, request: Request, posted: _Posted[C]) -> Answer:
        """Read a command from its request and execute it. What is looked at first is refused first."""
        path = named(request.path_params)
        actor = await self._actor(request, posted.roles, posted.public)
        if request.scope["query_string"]:
            refuse_unknown(request.query_params, ())
        if actor is PUBLIC:
            await self.service.strangers.admit(request, posted.command.__name__, path.get(self.parameter, ""))
        body = await read_json(request, PUBLIC_BODY_LIMIT if actor is PUBLIC else BODY_LIMIT)
        fields = read_fields(posted.model, body)
        context = await self.context(request, actor, body)
        ident = str(key_id(context.command_id)) if posted.opens else path[self.parameter]
        command = posted.made(request, context, fields, path | {self.parameter: ident})
        refuse_too_long(command, policy(context.policy_version))
        if posted.prepare is not None:
            command = await posted.prepare(command)
        done = await self._run(request, ident, command, posted.blocked_by, opens=posted.opens)
        more = {posted.tells.name: await posted.tells.find(command, done)} if posted.tells else {}
        return self._answer(done, opens=posted.opens, more=more)

    async def execute(self, request: Request, ident: str, command: Command) -> Answer:
        """Execute a command made by a custom endpoint (an upload, say), and answer like a command route."""
        refuse_too_long(command, policy(command.context.policy_version))
        return self._answer(await self._run(request, ident, command))

    async def _actor(self, request: Request, roles: tuple[Role, ...], public: bool) -> Actor:
        if public:
            return await self.service.anyone(request) or PUBLIC
        return require(await self.service.who(request), *roles)

    async def context(self, request: Request, actor: Actor, asked: bytes) -> Context:
        """The context of a request; ``asked`` is its body, or what stands for it (the hash of an upload)."""
        now = await self.service.clock.now()
        day = effective_on(request, actor, day_in_china(now))
        key = idempotency_key(request)
        dated = [day.isoformat().encode()] if EFFECTIVE_ON in request.headers else []
        acting = [actor.recorded.encode()] if actor.principal else []
        request_bytes = b"\x1f".join(
            [request.method.encode(), path_as_stored(request.scope["path"]).encode(), asked, *dated, *acting]
        )
        return contexts.of_request(
            actor,
            now,
            effective_on=day,
            law=law_on(day),
            command_id=command_id(actor.subject, key, request_bytes),
            correlation_id=request.state.correlation_id,
        )

    async def _run(
        self,
        request: Request,
        ident: str,
        command: Command,
        blocked_by: type[Event] | None = None,
        *,
        opens: bool = False,
    ) -> Executed:
        try:
            done = await self.service.runner.execute(
                self.decider, ident, command, expected_version=expected_version(request), new=opens
            )
        except Refused as error:
            logger.info("refused", command=type(command).__name__, ident=ident, rule=error.refusal.rule.name)
            raise refused(error.refusal) from None
        for event in done.events:
            if blocked_by is not None and isinstance(event, blocked_by):
                raise _blocked(event)
        return done

    def _answer(self, done: Executed, *, opens: bool = False, more: Mapping[str, str] | None = None) -> Answer:
        body = {
            self.parameter: done.ident,
            "seq": done.seq,
            "version": done.version,
            "replayed": done.replayed,
            "events": [event_type(event).name for event in done.events],
            **(more or {}),
        }
        headers = {"ETag": f'"{done.version}"', "Juqu-Seq": str(done.seq)}
        if opens and self.location:
            headers["Location"] = f"{self.location}/{done.ident}"
        return Answer(body, HTTPStatus.CREATED if opens else HTTPStatus.OK, headers)

    def _openapi(self, posted: _Posted[C]) -> dict[str, Any]:
        return {
            "security": security(posted.roles, public=posted.public),
            "parameters": HEADERS,
            "description": posted.command.__doc__ or "",
            "requestBody": json_body(posted.model),
            "responses": self.answers(opens=posted.opens, more=posted.tells.document if posted.tells else None),
        }

    def documented(self, more: dict[str, Any]) -> dict[str, Any]:
        """The OpenAPI of a custom endpoint that executes a command; ``more`` is merged in."""
        return {"parameters": HEADERS, "responses": self.answers(), **more}

    def answers(self, *, opens: bool = False, more: dict[str, Any] | None = None) -> dict[str, Any]:
        """What a command's answers look like, for an OpenAPI document; ``more`` are further fields of it."""
        return command_answers(self.parameter, opens=opens, located=bool(self.location), more=more)


def _blocked(event: Event) -> Problem:
    kind = event_type(event)
    reasons: tuple[Reason, ...] = getattr(event, "reasons", ())
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "conditions-are-met",
        "The conditions are not met; it was recorded that you were told why",
        title_zh=f"不符合条件（{kind.term}），已记录告知情况",
        clause=kind.clause,
        reasons=reasons,
    )


__all__ = ["CommandRoutes", "Prepare", "Told"]
