"""Command routes are reached by the short way exactly where FastAPI's own search leads, and answer the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match

from deploy.operator.frame.definitions import definitions
from shared.eventlog.errors import LogUnavailable
from shared.service.app import build_app
from shared.service.definition import Definition
from shared.service.http.door import CommandRoute, Door
from shared.service.http.openapi import component_schemas
from shared.service.http.problems import Problem, install_problems
from shared.service.service import Service


async def nowhere(*_: object) -> None:
    raise AssertionError("the app behind was asked")


def door(routes: list[BaseRoute]) -> Door:
    return Door(nowhere, routes)


def searched(app: FastAPI, path: str) -> Any:
    """The endpoint that FastAPI's own search finds for a POST."""
    scope = {"type": "http", "method": "POST", "path": path, "headers": [], "root_path": ""}
    for context in iter_route_contexts(app.routes):
        match, _ = context.matches(scope)
        if match is Match.FULL:
            return context.endpoint
    return None


DECIDING = [each for each in definitions() if each.decider is not None]


@pytest.mark.parametrize("definition", DECIDING, ids=lambda each: each.name)
def test_the_short_way_and_the_search_lead_to_the_same_command(definition: Definition) -> None:
    app = build_app(definition)
    by_door = door(app.routes)
    commands = 0
    for context in (each for each in iter_route_contexts(app.routes) if "POST" in (each.methods or ())):
        path = (context.path or "").replace("{", "").replace("}", "")
        found = by_door.find(path)
        assert (found is not None) == isinstance(context.original_route, CommandRoute), path
        if found is not None:
            commands += 1
            assert found[0].endpoint is searched(app, path), path
            assert all(name == value for name, value in found[1].items())
    assert commands > 0


@pytest.mark.parametrize("definition", DECIDING, ids=lambda each: each.name)
def test_no_command_takes_a_field_that_it_does_not_know_at_any_depth(definition: Definition) -> None:
    service: Service = build_app(definition).state.host.service
    schemas = component_schemas(service.body_models)
    assert schemas
    for name, schema in schemas.items():
        assert "properties" not in schema or schema["additionalProperties"] is False, name


def app_of(endpoint: Callable[[Request], Awaitable[JSONResponse]], *, by_door: bool) -> FastAPI:
    router = APIRouter()
    router.add_api_route("/things/{thing}/work", endpoint, methods=["POST"], route_class_override=CommandRoute)
    app = FastAPI()
    install_problems(app)
    app.include_router(router)
    if by_door:
        app.add_middleware(Door, routes=app.routes)
    return app


async def ask(app: FastAPI, method: str, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://juqu") as client:
        return await client.request(method, path)


async def told(request: Request) -> JSONResponse:
    match request.path_params["thing"]:
        case "lost":
            raise LogUnavailable("no answer")
        case "refused":
            raise Problem(HTTPStatus.CONFLICT, "rule", "No")
        case "broken":
            raise ZeroDivisionError("secret")
        case thing:
            return JSONResponse({"thing": thing})


@pytest.mark.parametrize("by_door", [True, False], ids=["by the door", "by the router"])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/things/a/work", 200),
        ("POST", "/things/%E7%94%B2/work", 200),
        ("POST", "/things/lost/work", 503),
        ("POST", "/things/refused/work", 409),
        ("POST", "/things/broken/work", 500),
        ("GET", "/things/a/work", 405),
        ("POST", "/things//work", 404),
        ("POST", "/things/a/other", 404),
        ("POST", "/things/a/work/more", 404),
        ("POST", "/", 404),
    ],
)
async def test_an_answer_is_the_same_by_either_way(by_door: bool, method: str, path: str, status: int) -> None:
    answer = await ask(app_of(told, by_door=by_door), method, path)

    assert answer.status_code == status
    assert "secret" not in answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["instance"] == path
    if status == 405:
        assert answer.headers["allow"] == "OPTIONS, POST"


def test_a_command_route_with_dependencies_is_not_taken() -> None:
    async def needed() -> None:
        raise AssertionError("nobody would ask")

    router = APIRouter(dependencies=[Depends(needed)])
    router.add_api_route("/work", told, methods=["POST"], route_class_override=CommandRoute)

    with pytest.raises(ValueError, match="no dependencies"):
        door(router.routes)
