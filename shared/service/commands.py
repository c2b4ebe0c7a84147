"""Commands over HTTP: a route a command, its body derived from the command's own definition."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from secrets import token_hex
from typing import Any, Protocol, TypeVar

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.contracts.core import Actor, Command, Context, Decider, Event, Reason, Refusal, Role, event_type
from shared.programme.chronology import DATED_BACK_BY_ANOTHER, EFFECTIVE_ON, NOT_IN_THE_FUTURE, may_date_back, policy_on
from shared.programme.policy import Policy
from shared.service.clock import Clock, day
from shared.service.command_id import command_id, key_id
from shared.service.door import CommandRoute
from shared.service.identity import Identity, require
from shared.service.logs import log
from shared.service.problems import Problem, refused
from shared.service.requests import body_model, read_body, read_fields
from shared.service.runner import Executed, Refused, Runner

C = TypeVar("C", bound=Command)
Prepare = Callable[[C], Awaitable[C]]
"""Completes a command with facts that are looked up (a handler)."""

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_NAME = 100
"""Characters of a name in a path."""

_HEADERS = [
    {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}},
    {"name": "If-Match", "in": "header", "schema": {"type": "string"}, "description": "the version you read"},
    {
        "name": EFFECTIVE_ON,
        "in": "header",
        "schema": {"type": "string", "format": "date"},
        "description": "the day of legal effect, for acts that the policy lets be dated back",
    },
    {"name": "X-Correlation-Id", "in": "header", "schema": {"type": "string", "maxLength": 100}},
]


class Answer(JSONResponse):
    """What a command did, as JSON."""

    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


class Executing(Protocol):
    """What the routes need of a service, once it has started."""

    @property
    def runner(self) -> Runner: ...
    @property
    def identity(self) -> Identity: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def body_models(self) -> list[type[BaseModel]]: ...


@dataclass
class CommandRoutes:
    """The command routes of an aggregate. ``parameter`` is the path parameter that names it; ``named`` raises for a
    name that nothing of its kind can have."""

    service: Executing
    decider: Decider[Any, Any]
    prefix: str
    parameter: str = "case_id"
    named: Callable[[str], None] = lambda _ident: None
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
    ) -> None:
        """Add ``POST prefix + path`` for a command.

        ``roles`` may use it (any role where ``public``: then also without a token). ``looked_up`` are fields that
        ``prepare`` fills. ``opens`` makes a new aggregate, named after the request. ``blocked_by`` is an event that is
        stored although the answer is a refusal: its ``reasons`` are the problem's.
        """
        in_path = frozenset(part.strip("{}") for part in path.split("/") if part.startswith("{"))
        without = in_path | looked_up | ({self.parameter} if opens else frozenset())
        model = body_model(command, without)
        self.service.body_models.append(model)
        known = (in_path | {self.parameter}) & command.__dataclass_fields__.keys()

        async def endpoint(request: Request) -> Answer:
            path = request.path_params
            self._check_path(path)
            actor = await self._actor(request, roles, public)
            body = await read_body(request)
            fields = read_fields(model, body)
            context = await self.context(request, actor, body)
            ident = str(key_id(context.command_id)) if opens else path[self.parameter]
            named = path | {self.parameter: ident}
            fields |= {name: named[name] for name in known}
            given = command(context=context, **fields)
            return await self._run(request, ident, await prepare(given) if prepare else given, blocked_by, opens)

        self.router.add_api_route(
            self.prefix + path,
            endpoint,
            methods=["POST"],
            name=command.__name__,
            summary=summary,
            status_code=HTTPStatus.CREATED if opens else HTTPStatus.OK,
            openapi_extra=_openapi(command, model),
            route_class_override=CommandRoute,
        )

    async def execute(self, request: Request, ident: str, command: Command) -> Answer:
        """Execute a command that an endpoint of one's own made (an upload, say), and answer like a command route."""
        return await self._run(request, ident, command, None, False)

    def _check_path(self, path: Mapping[str, str]) -> None:
        """Raise ``Problem`` 404 for a name in the path that nothing can have."""
        if self.parameter in path:
            self.named(path[self.parameter])
        for name, value in path.items():
            if not (value.isascii() and value.isprintable() and 0 < len(value) <= LONGEST_NAME):
                title = "There is no such thing"
                raise Problem(HTTPStatus.NOT_FOUND, "it-exists", title, title_zh="没有该对象", field=name)

    async def _actor(self, request: Request, roles: tuple[Role, ...], public: bool) -> Actor:
        if public:
            someone = await self.service.identity.anyone(request)
            return someone or Actor("public", "公众", "public", frozenset())
        return require(await self.service.identity(request), *roles)

    async def context(self, request: Request, actor: Actor, asked: bytes) -> Context:
        """The context of a request; ``asked`` is its body, or what stands for it (the hash of an upload)."""
        now = await self.service.clock.now()
        effective_on = _effective_on(request, actor, day(now))
        key = request.headers.get("Idempotency-Key") or token_hex(16)
        dated = [effective_on.isoformat().encode()] if EFFECTIVE_ON in request.headers else []
        request_bytes = b"\x1f".join([request.method.encode(), request.scope["path"].encode(), asked, *dated])
        return Context(
            actor=actor,
            now=now,
            effective_on=effective_on,
            command_id=command_id(actor.subject, key, request_bytes),
            correlation_id=request.state.correlation_id,
            policy_version=_law(effective_on).version,
        )

    async def _run(
        self, request: Request, ident: str, command: Command, blocked_by: type[Event] | None, opens: bool
    ) -> Answer:
        try:
            done = await self.service.runner.execute(
                self.decider, ident, command, expected_version=_expected(request), new=opens
            )
        except Refused as error:
            log("http").info("refused", command=type(command).__name__, ident=ident, rule=error.refusal.rule.name)
            raise refused(error.refusal) from None
        for event in done.events:
            if blocked_by is not None and isinstance(event, blocked_by):
                raise _blocked(event)
        return self._answer(done, opens)

    def _answer(self, done: Executed, opens: bool) -> Answer:
        body = {
            self.parameter: done.ident,
            "seq": done.seq,
            "version": done.version,
            "replayed": done.replayed,
            "events": [event_type(event).name for event in done.events],
        }
        headers = {"ETag": f'"{done.version}"', "Juqu-Seq": str(done.seq)}
        return Answer(body, HTTPStatus.CREATED if opens else HTTPStatus.OK, headers)


def _blocked(event: Event) -> Problem:
    kind = event_type(event)
    reasons: tuple[Reason, ...] = getattr(event, "reasons", ())
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "conditions-are-met",
        "The conditions are not met; it was recorded that you were told why",
        title_zh=kind.term,
        clause=kind.clause,
        reasons=reasons,
    )


def _expected(request: Request) -> int | None:
    given = request.headers.get("If-Match")
    if given is None or given == "*":
        return None
    try:
        return int(given.removeprefix("W/").strip('"'))
    except ValueError:
        raise _bad_header("If-Match", "it takes the version you read, in quotes") from None


def _effective_on(request: Request, actor: Actor, today: date) -> date:
    """The day of legal effect that a request names, today where it names none; which days are free is the policy's
    (`shared.programme.chronology`). Raises ``Problem`` 422."""
    given = request.headers.get(EFFECTIVE_ON)
    if given is None:
        return today
    try:
        on = date.fromisoformat(given) if _ISO_DATE.fullmatch(given) else None
    except ValueError:
        on = None
    if on is None:
        raise _bad_header(EFFECTIVE_ON, "it takes a date, YYYY-MM-DD")
    if on > today:
        raise refused(Refusal(NOT_IN_THE_FUTURE, today.isoformat(), EFFECTIVE_ON))
    if on < today and not may_date_back(actor, _law(on)):
        raise refused(Refusal(DATED_BACK_BY_ANOTHER, "", EFFECTIVE_ON))
    return on


def _law(on: date) -> Policy:
    law = policy_on(on)
    if isinstance(law, Refusal):
        raise refused(law)
    return law


def _bad_header(name: str, detail: str) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "header-is-well-formed", "A header is not well-formed", detail, field=name
    )


def _openapi(command: type[Command], model: type[BaseModel]) -> dict[str, Any]:
    return {
        "parameters": _HEADERS,
        "description": command.__doc__ or "",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}},
        },
    }


def component_schemas(models: list[type[BaseModel]]) -> dict[str, Any]:
    """The JSON Schemas of request bodies, for an OpenAPI document's ``components``."""
    _, schema = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    definitions: dict[str, Any] = schema.get("$defs", {})
    return definitions


__all__ = ["CommandRoutes", "Prepare", "component_schemas"]
