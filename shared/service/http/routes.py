"""Routes that take only what they know: the names in a query, and in a path only what can name something."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import QueryParams
from starlette.responses import Response

from shared.contracts.core import Reason
from shared.programme.values.writing import unplain
from shared.service.command_id import as_uuid
from shared.service.http.problems import Problem
from shared.service.readings.answered import what_it_tells

LONGEST_NAME = 200
"""Characters of a name in a path."""

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class Number(Convertor[int]):
    """A number of a few digits in a path (``{version:number}``); anything else is another path."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Its digits."""
        return str(value)


register_url_convertor("number", Number())


class Route(APIRoute):
    """A route whose path and query are read strictly before anything else is done. Where its answers tell of people,
    the process's ``readings`` record that before they leave: a route cannot forget it."""

    def get_route_handler(self) -> Endpoint:
        """FastAPI's handler, between the check of what was sent and the record of what was read."""
        handle, known = super().get_route_handler(), query_names(self)
        tells = what_it_tells(self.responses) if "GET" in (self.methods or ()) else None

        async def asked(request: Request) -> Response:
            refuse_unknown(request.query_params, known)
            request.scope["path_params"] = named(request.path_params)
            response = await handle(request)
            if tells is not None:
                await request.app.state.readings.record(request, response, tells)
            return response

        return asked


def router(*dependencies: Depends) -> APIRouter:
    """A router of such routes."""
    return APIRouter(route_class=Route, dependencies=dependencies)


def query_names(route: APIRoute) -> tuple[str, ...]:
    """The names that a route knows in a query, in order."""
    return tuple(sorted(set(_known(route.dependant))))


def _known(dependant: Dependant) -> Iterator[str]:
    for param in dependant.query_params:
        yield from _names(param)
    for inner in dependant.dependencies:
        yield from _known(inner)


def _names(param: ModelField) -> Iterable[str]:
    """The names of a parameter: those of its fields, where it is a model of the whole query."""
    model = param.field_info.annotation
    if isinstance(model, type) and issubclass(model, BaseModel):
        return [field.alias or name for name, field in model.model_fields.items()]
    return [param.alias]


def named(path: Mapping[str, Any]) -> dict[str, Any]:
    """The names in a path as they are stored, UUIDs in lower case; raises ``Problem`` 404 for what can name nothing."""
    return {name: _stored(name, value) for name, value in path.items()}


def _stored(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    stored = as_uuid(value) if name.endswith("_id") else value
    if not stored or not (stored.isascii() and stored.isprintable()) or len(stored) > LONGEST_NAME:
        raise no_such(name)
    return stored


def path_as_stored(path: str) -> str:
    """A path with its UUIDs in lower case: the same request, however they were written."""
    return "/".join(as_uuid(part) or part for part in path.split("/"))


def no_such(name: str) -> Problem:
    """404: a name in the path is one that nothing can have."""
    return Problem(HTTPStatus.NOT_FOUND, "it-exists", "There is no such thing", title_zh="没有该对象", field=name)


def refuse_unknown(query: QueryParams, known: Collection[str]) -> None:
    """Raise ``Problem`` 422 for a name that is not known, that is given twice, or whose value no database keeps."""
    sent = query.multi_items()
    once = [name for name, _ in sent]
    advice = f"this takes {', '.join(known) or 'none'}", f"可用的有：{'、'.join(known) or '无'}"
    reasons = [
        *(
            _wrong(name, "unknown", f"there is no such name; {advice[0]}", f"没有这一项；{advice[1]}")
            for name in once
            if name not in known
        ),
        *(
            _wrong(name, "repeated", "it is given twice", "重复给出")
            for name in dict.fromkeys(once)
            if once.count(name) > 1
        ),
        *(
            _wrong(name, "characters", "it holds control characters", "含有控制字符")
            for name, value in sent
            if unplain(value)
        ),
    ]
    if reasons:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "request-is-well-formed",
            "The request is not well-formed",
            title_zh="网址中的查询条件有误",
            field=reasons[0].field,
            reasons=reasons,
        )


def _wrong(name: str, rule: str, message: str, message_zh: str) -> Reason:
    shown = name if not unplain(name, line=True) and len(name) <= 100 else "?"
    return Reason(shown, rule, "-", message, message_zh)


__all__ = ["Route", "named", "no_such", "path_as_stored", "query_names", "refuse_unknown", "router"]
