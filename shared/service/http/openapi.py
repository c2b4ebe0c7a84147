"""The complete OpenAPI document of a process: who may ask, what a path names, and every problem that can be the answer.
FastAPI documents what it validates itself. What our routes check is added here from their declarations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import GenericAlias
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from shared.contracts.core import Role
from shared.service.identity.callers import Caller

Json = dict[str, Any]
SCHEME = "token"
_IN_PATH = re.compile(r"{(\w+)(?::\w+)?}")
_REF = "#/components/schemas/"

ABOUT = """
Refusals are problems (RFC 9457) that name the rule, its clause of the notice, the field, and what to do, in Chinese and
English. Unknown names in a query or a body are refused. `HEAD` works wherever `GET` does; `OPTIONS` tells the methods.

What is asked for by its id is never older than what the log holds: a plain `GET` right after a `201` or `200` succeeds.
A list shows a write once the read model has it: send `Juqu-After-Seq` with the `seq` of the command's answer.
""".strip()

_TAKEN_AS_THEY_COME = {"application/x-www-form-urlencoded", "application/octet-stream"}
"""Bodies of which any content type is taken."""

_PLAIN = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"
_ELSEWHERE = {"anyOf", "description", "title"}
_BOUNDS = {"ge": "minimum", "le": "maximum"}
"""Bounds that FastAPI does not translate when they exceed the integers that a double holds exactly."""

_DECIMAL = r"^[+-]?(\d+(\.\d*)?|\.\d+)$"
_RETRY = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
_CHALLENGE = {"WWW-Authenticate": {"schema": {"type": "string"}}}


@dataclass(frozen=True, slots=True)
class StatusMeaning:
    """What a status means here, and the headers that come with it."""

    description: str
    headers: Mapping[str, Any]


PROBLEMS: dict[int, StatusMeaning] = {
    400: StatusMeaning("The body cannot be read 请求内容无法读取", {}),
    401: StatusMeaning("No valid token 没有有效的身份令牌", _CHALLENGE),
    403: StatusMeaning("Not for this role or office 该身份或单位无权办理", {}),
    404: StatusMeaning("There is no such thing 没有该对象", {}),
    408: StatusMeaning("The request did not come in time 请求传输超时", {}),
    409: StatusMeaning("Not in this state 当前状态不可办理", {}),
    412: StatusMeaning("It changed since the version that If-Match names 内容已被他人更新", {}),
    413: StatusMeaning("The body is too large 请求内容过大", {}),
    415: StatusMeaning("The body is of another type 请求内容类型不符", {}),
    422: StatusMeaning("A field, a header or a name is wrong; each is named 所填内容不符合要求", {}),
    429: StatusMeaning("Too many of them 请求过于频繁", _RETRY),
    431: StatusMeaning("The head of the request is too large 请求头过大", {}),
    503: StatusMeaning("A server is away, or the read model is behind 服务暂不可用", _RETRY),
}

_REASON = {
    "type": "object",
    "description": "One of several grounds: where, by which rule, and what is wrong.",
    "required": ["field", "rule", "clause", "message", "message_zh"],
    "properties": {name: {"type": "string"} for name in ("field", "rule", "clause", "message", "message_zh")},
}
_TEXTS = ("type", "title", "title_zh", "detail", "detail_zh", "clause", "remedy", "remedy_zh", "field", "instance")
_PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457): by which rule, on which clause (`-` for none), and what to do.",
    "required": ["type", "title", "status", "title_zh", "clause", "remedy", "remedy_zh"],
    "properties": {name: {"type": "string"} for name in _TEXTS}
    | {
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "reasons": {"type": "array", "items": {"$ref": _REF + "ProblemReason"}},
    },
}


def security(roles: Sequence[Role] = (), *, public: bool = False) -> list[dict[str, list[str]]]:
    """The security of an operation: a token of one of the roles, or of any role where none is named. ``public``: or no
    token."""
    tokens = [{SCHEME: [role.value]} for role in roles] or [{SCHEME: []}]
    return [{}, *tokens] if public else tokens


def in_path(path: str) -> list[Json]:
    """The parameters that a path names: ids are UUIDs, anything else is a name."""
    return [{"name": name, "in": "path", "required": True, "schema": _named(name)} for name in _IN_PATH.findall(path)]


def _named(name: str) -> Json:
    if name.endswith("_id"):
        return {"type": "string", "format": "uuid"}
    return {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-.0-~]+$"}


def component_schemas(models: Sequence[type[BaseModel]]) -> Json:
    """The JSON Schemas of request bodies, for a document's ``components``."""
    _, schema = models_json_schema([(model, "validation") for model in models], ref_template=_REF + "{model}")
    definitions: Json = schema.get("$defs", {})
    return definitions


def complete(document: Json, routes: Sequence[BaseRoute], models: Sequence[type[BaseModel]] = ()) -> Json:
    """Add what FastAPI does not know to the document that it made; returns the same document."""
    document["info"]["description"] = ABOUT
    for path, method, context in _operations(routes):
        _complete(document["paths"][path][method], path, context)
    components = document.setdefault("components", {})
    asked, shown = component_schemas(models), components.get("schemas", {})
    schemas = (
        _taken(asked) | _set_apart(document["paths"], asked, shown) | {"Problem": _PROBLEM, "ProblemReason": _REASON}
    )
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["schemas"] = dict(sorted(schemas.items()))
    components["responses"] = {str(status): _problem(meaning) for status, meaning in PROBLEMS.items()}
    components["securitySchemes"] = {
        SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Its roles say what it may."}
    }
    return document


def _taken(schema: Json) -> Json:
    """Schemas of what is sent. Its texts hold no control characters: these are refused before anything reads them."""
    if [option.get("type") for option in schema.get("anyOf", ())] == ["number", "string"]:
        return schema | {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _DECIMAL}]}
    if schema.get("type") == "string" and not schema.keys() & {"pattern", "format", "enum", "const"}:
        return schema | {"pattern": _PLAIN}
    return {name: _each(value, _taken) for name, value in schema.items()}


def _each(value: Any, change: Callable[[Json], Json]) -> Any:
    if isinstance(value, dict):
        return change(value)
    return [_each(item, change) for item in value] if isinstance(value, list) else value


def _set_apart(paths: Json, asked: Json, shown: Json) -> Json:
    """The schemas of what is answered; one that differs from what is sent under its name gets another name."""
    others = {name: f"{name}Shown" for name, schema in shown.items() if asked.get(name, schema) != schema}

    def renamed(schema: Json) -> Json:
        referred = str(schema.get("$ref", "")).removeprefix(_REF)
        if referred in others:
            return {"$ref": _REF + others[referred]}
        return {name: _each(value, renamed) for name, value in schema.items()}

    for operation in (operation for path in paths.values() for operation in path.values()):
        operation["responses"] = renamed(operation["responses"])
    return {others.get(name, name): renamed(schema) for name, schema in shown.items()}


def _operations(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str, RouteContext]]:
    for context in iter_route_contexts(routes):
        if isinstance(context.original_route, APIRoute) and context.include_in_schema:
            for method in context.methods or ():
                yield str(context.path_format), method.lower(), context


def _complete(operation: Json, path: str, context: RouteContext) -> None:
    callers = list(_callers(context.dependant))
    operation.setdefault("security", security(callers[0].roles) if callers else [])
    operation["description"] = f"{operation.get('description', '')}\n\n{_who(operation['security'])}".strip()
    known = {(parameter["in"], parameter["name"]) for parameter in operation.get("parameters", ())}
    missing = [parameter for parameter in in_path(path) if ("path", parameter["name"]) not in known]
    if missing:
        operation["parameters"] = missing + operation.get("parameters", [])
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _as_sent(parameter)
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    for response in responses.values():
        for content in response.get("content", {}).values():
            content["schema"] = _referring(content.get("schema", {}))
    for status in _statuses(operation, path):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    operation["responses"] = dict(sorted(responses.items()))


def _as_sent(parameter: Json) -> Json:
    """The schema of a parameter: nobody can send null, and ids are UUIDs in their usual form."""
    if parameter["in"] == "path" and parameter["name"].endswith("_id"):
        return _named(parameter["name"])
    schema: Json = parameter["schema"]
    shapes = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if parameter["in"] == "query":
        shapes, schema = [_taken(shape) for shape in shapes], _taken(schema)
    said = {_BOUNDS.get(name, name): value for name, value in schema.items() if name not in _ELSEWHERE}
    return shapes[0] | said if len(shapes) == 1 else said | ({"anyOf": shapes} if shapes else {})


def _callers(dependant: Dependant) -> Iterator[Caller]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Caller):
            yield inner.call
        yield from _callers(inner)


def _who(security_of: list[dict[str, list[str]]]) -> str:
    roles = [role for scheme in security_of for role in scheme.get(SCHEME, ())]
    if not any(security_of):
        return "Open to everybody."
    token = f"Takes a token of: {', '.join(roles)}." if roles else "Takes a token of any role."
    return token if all(security_of) else "Open to everybody; a token is looked at where one is sent."


def _referring(schema: Json) -> Json:
    """A schema without what FastAPI adds for an untyped answer to the type that the route declares."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    if "$ref" in schema.get("items", {}):
        return {"type": "array", "items": {"$ref": schema["items"]["$ref"]}}
    return schema


def _statuses(operation: Json, path: str) -> list[int]:
    """The problems that any operation of such a shape can answer."""
    token, named = any(operation["security"]), "{" in path
    roles = any(scheme.get(SCHEME) for scheme in operation["security"])
    possible = {
        408: True,
        422: True,
        431: True,
        503: True,
        404: named,
        401: token,
        403: roles or (named and all(operation["security"]) and token),
    }
    body = operation.get("requestBody", {}).get("content", {})
    if body:
        possible |= {
            400: True,
            413: True,
            429: not all(operation["security"]),
            415: not body.keys() & _TAKEN_AS_THEY_COME,
        }
    return [status for status, can in possible.items() if can]


def problems(*statuses: int) -> dict[int | str, Json]:
    """Further problems that a route declares it can answer, for its ``responses``."""
    return {status: {"$ref": f"#/components/responses/{HTTPStatus(status).value}"} for status in statuses}


def answers(shape: Any, **headers: str) -> dict[int | str, dict[str, Any]]:
    """The 200 of a route, for its ``responses``: what it answers, and headers by their meaning."""
    described = {
        name.replace("_", "-"): {"description": text, "schema": {"type": "string"}} for name, text in headers.items()
    }
    return {200: {"model": shape, **({"headers": described} if described else {})}}


def lists(row: Any) -> dict[int | str, dict[str, Any]]:
    """The 200 of a route that answers a list of such rows."""
    return answers(GenericAlias(list, row))


def _problem(meaning: StatusMeaning) -> Json:
    content = {"application/problem+json": {"schema": {"$ref": _REF + "Problem"}}}
    headers = {"headers": dict(meaning.headers)} if meaning.headers else {}
    return {"description": meaning.description, **headers, "content": content}


__all__ = ["PROBLEMS", "answers", "complete", "component_schemas", "in_path", "lists", "problems", "security"]
