"""Commands over HTTP: a route a command, its body derived from the command's own definition."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from secrets import token_hex
from typing import Any, Protocol, TypeVar

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
    Refusal,
    Role,
    day_in_china,
    event_type,
)
from shared.programme.dates.chronology import (
    DATED_BACK_BY_ANOTHER,
    EFFECTIVE_ON,
    NOT_IN_THE_FUTURE,
    may_date_back,
    policy_on,
)
from shared.programme.policy import Policy, policy
from shared.service import contexts
from shared.service.clock import Clock
from shared.service.command_id import command_id, key_id
from shared.service.http.command_document import HEADERS, command_answers, json_body
from shared.service.http.door import CommandRoute
from shared.service.http.openapi import security
from shared.service.http.problems import Problem, refused
from shared.service.http.requests import BODY_LIMIT, bad_header, body_model, read_fields, read_json
from shared.service.http.routes import named, path_as_stored, refuse_unknown
from shared.service.identity.tokens import Authenticator, require
from shared.service.limits.strangers import BODY_LIMIT as PUBLIC_BODY_LIMIT
from shared.service.limits.strangers import PUBLIC, Strangers, client_of
from shared.service.limits.too_long import refuse_too_long
from shared.service.logs import logger_of
from shared.service.runner import Executed, Refused, Runner

logger = logger_of("http")

C = TypeVar("C", bound=Command)
Prepare = Callable[[C], Awaitable[C]]
"""Completes a command with facts that are looked up (a handler)."""

_KEY = re.compile(r"[ -~]{1,200}")
_VERSION = re.compile(r'(?:W/)?"?(\d{1,18})"?', re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Answer(JSONResponse):
    """What a command did, as JSON."""

    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


class Executing(Protocol):
    """What the routes need of a service, once it has started."""

    @property
    def runner(self) -> Runner: ...
    @property
    def identity(self) -> Authenticator: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def strangers(self) -> Strangers: ...
    @property
    def body_models(self) -> list[type[BaseModel]]: ...


@dataclass
class CommandRoutes:
    """The command routes of an aggregate. ``parameter`` is the path parameter that names it; ``read_at`` is the path at
    which it can be read, for the ``Location`` of what a request opens."""

    service: Executing
    decider: Decider[Any, Any]
    prefix: str
    parameter: str = "case_id"
    read_at: str = ""
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
            path = named(request.path_params)
            actor = await self._actor(request, roles, public)
            if request.scope["query_string"]:
                refuse_unknown(request.query_params, ())
            if actor is PUBLIC:
                await self.service.strangers.admit(request, command.__name__, path.get(self.parameter, ""))
            body = await read_json(request, PUBLIC_BODY_LIMIT if actor is PUBLIC else BODY_LIMIT)
            fields = read_fields(model, body)
            context = await self.context(request, actor, body)
            ident = str(key_id(context.command_id)) if opens else path[self.parameter]
            names = path | {self.parameter: ident}
            fields |= {name: names[name] for name in known}
            if actor is PUBLIC and "client" in command.__dataclass_fields__:
                fields["client"] = client_of(request)
            given = command(context=context, **fields)
            refuse_too_long(given, policy(context.policy_version))
            return await self._run(request, ident, await prepare(given) if prepare else given, blocked_by, opens)

        self.router.add_api_route(
            self.prefix + path,
            endpoint,
            methods=["POST"],
            name=command.__name__,
            summary=summary,
            status_code=HTTPStatus.CREATED if opens else HTTPStatus.OK,
            openapi_extra=self._openapi(command, model, roles, public, opens),
            route_class_override=CommandRoute,
        )

    async def execute(self, request: Request, ident: str, command: Command) -> Answer:
        """Execute a command that an endpoint of one's own made (an upload, say), and answer like a command route."""
        refuse_too_long(command, policy(command.context.policy_version))
        return await self._run(request, ident, command, None, False)

    async def _actor(self, request: Request, roles: tuple[Role, ...], public: bool) -> Actor:
        if public:
            someone = await self.service.identity.anyone(request)
            return someone or PUBLIC
        return require(await self.service.identity(request), *roles)

    async def context(self, request: Request, actor: Actor, asked: bytes) -> Context:
        """The context of a request; ``asked`` is its body, or what stands for it (the hash of an upload)."""
        now = await self.service.clock.now()
        effective_on = _effective_on(request, actor, day_in_china(now))
        key = _key(request)
        dated = [effective_on.isoformat().encode()] if EFFECTIVE_ON in request.headers else []
        request_bytes = b"\x1f".join(
            [request.method.encode(), path_as_stored(request.scope["path"]).encode(), asked, *dated]
        )
        return contexts.of_request(
            actor,
            now,
            effective_on=effective_on,
            law=_law(effective_on),
            command_id=command_id(actor.subject, key, request_bytes),
            correlation_id=request.state.correlation_id,
        )

    async def _run(
        self, request: Request, ident: str, command: Command, blocked_by: type[Event] | None, opens: bool
    ) -> Answer:
        try:
            done = await self.service.runner.execute(
                self.decider, ident, command, expected_version=_expected(request), new=opens
            )
        except Refused as error:
            logger.info("refused", command=type(command).__name__, ident=ident, rule=error.refusal.rule.name)
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
        if opens and self.read_at:
            headers["Location"] = f"{self.read_at}/{done.ident}"
        return Answer(body, HTTPStatus.CREATED if opens else HTTPStatus.OK, headers)

    def _openapi(
        self, command: type[Command], model: type[BaseModel], roles: Sequence[Role], public: bool, opens: bool
    ) -> dict[str, Any]:
        return {
            "security": security(roles, public=public),
            "parameters": HEADERS,
            "description": command.__doc__ or "",
            "requestBody": json_body(model),
            "responses": self.answers(opens=opens),
        }

    def documented(self, more: dict[str, Any]) -> dict[str, Any]:
        """What the document says of an endpoint of one's own that executes a command; ``more`` goes with it."""
        return {"parameters": HEADERS, "responses": self.answers(), **more}

    def answers(self, *, opens: bool = False, more: dict[str, Any] | None = None) -> dict[str, Any]:
        """What a command's answers look like, for an OpenAPI document; ``more`` are further fields of it."""
        return command_answers(self.parameter, opens=opens, located=bool(self.read_at), more=more)


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


def _key(request: Request) -> str:
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return token_hex(16)
    if not _KEY.fullmatch(given):
        raise bad_header(
            "Idempotency-Key", "it takes 1 to 200 printable ASCII characters", "须为1至200个可打印ASCII字符"
        )
    return given


def _expected(request: Request) -> int | None:
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    found = _VERSION.fullmatch(given.strip())
    if found is None:
        raise bad_header("If-Match", "it takes the version you read, in quotes", "须为所读取的版本号，加引号")
    return int(found[1])


def _effective_on(request: Request, actor: Actor, today: date) -> date:
    """The day of legal effect that a request names, today where it names none; which days are free is the policy's
    (`shared.programme.dates.chronology`). Raises ``Problem`` 422."""
    given = request.headers.get(EFFECTIVE_ON)
    if given is None:
        return today
    try:
        on = date.fromisoformat(given) if _ISO_DATE.fullmatch(given) else None
    except ValueError:
        on = None
    if on is None:
        raise bad_header(EFFECTIVE_ON, "it takes a date, YYYY-MM-DD", "须为日期（年-月-日）")
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


__all__ = ["CommandRoutes", "Prepare"]
