"""Reading a request's body into a command: strictly typed, bounded, unknown fields named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from http import HTTPStatus
from math import isinf
from types import NoneType
from typing import Annotated, Any, NamedTuple, get_args, get_type_hints

from fastapi import Request
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model
from pydantic_core import PydanticCustomError
from starlette.requests import ClientDisconnect

from shared.contracts.core import Command, Reason
from shared.programme.values.entering import entered, unplain_in, untouched
from shared.programme.values.writing import unplain
from shared.service.http.problems import Problem, malformed

BODY_LIMIT = 1_048_576
"""Bytes of a JSON body; documents are uploaded apart."""

_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_UNPLAIN = "it holds control characters, or is a name with a line break or an encoded word"
_UNPLAIN_ZH = "含有控制字符，或名称中有换行、编码串"


class _Form(NamedTuple):
    """The form in which a text is read as a value, and the message for any other."""

    pattern: re.Pattern[str]
    error: str
    said: str


_FORMS: Mapping[type, _Form] = {
    date: _Form(re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), "date_parsing", "it takes a date, YYYY-MM-DD"),
    Decimal: _Form(re.compile(r"-?\d+(?:\.\d+)?", re.ASCII), "decimal_parsing", "it takes a number in digits, 88.5"),
}


_FORMLESS = (str, int, bool, float, NoneType)
"""Types whose values have no form to check."""


def _as_sent(pattern: str) -> Callable[[object], object]:
    """A check that a text has the one form in which we take such a value, before it is read as one."""
    form = re.compile(pattern, re.ASCII)

    def checked(value: object) -> object:
        if isinstance(value, str) and not form.fullmatch(value):
            raise ValueError("not in the form that is taken")
        return value

    return checked


def _as_written(value: object) -> object:
    """A number as we write it ourselves: ASCII digits without plus or leading zero. A number that names something
    signed, or a position in the log, must not have two spellings."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise PydanticCustomError("int_parsing", "Input should be a whole number in decimal digits, no leading zeros")
    return value


Day = Annotated[date, BeforeValidator(_as_sent(r"\d{4}-\d\d-\d\d"))]
"""A date in a query: YYYY-MM-DD and nothing else that pydantic reads as one (a Unix time, say)."""

Exact = BeforeValidator(_as_written)
"""On a number in a path or a query: it has one spelling."""

Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_as_sent(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)")),
]
"""A moment in a query (RFC 3339, section 5.6)."""


def body_model(command: type[Command], without: frozenset[str]) -> type[BaseModel]:
    """A model of a command's fields less its context and those in ``without`` (path parameters, facts looked up)."""
    hints = get_type_hints(command, include_extras=True)
    definitions: dict[str, Any] = {}
    for field in fields(command):
        if field.name == "context" or field.name in without:
            continue
        if field.default is not MISSING:
            definitions[field.name] = (hints[field.name], field.default)
        elif field.default_factory is not MISSING:
            definitions[field.name] = (hints[field.name], field.default_factory())
        else:
            definitions[field.name] = (hints[field.name], ...)
    return create_model(command.__name__, __config__=ConfigDict(extra="forbid", strict=True), **definitions)


def bad_header(name: str, detail: str, detail_zh: str) -> Problem:
    """422: a header that cannot be read."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "header-is-well-formed",
        "A header is not well-formed",
        detail,
        title_zh="请求标头格式不符合要求",
        detail_zh=detail_zh,
        field=name,
    )


async def read_json(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The body of a request that says it is JSON, or says nothing; raises ``Problem`` 415 for another type, and what
    ``read_body`` raises."""
    said = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if said and said != "application/json" and not said.endswith("+json"):
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "body-is-json",
            "The body is not JSON",
            "send it as application/json",
            title_zh="请求内容不是JSON",
            detail_zh="请以application/json发送",
            field="Content-Type",
        )
    return await read_body(request, limit)


async def read_body(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The body; raises ``Problem`` 413 once it exceeds ``limit`` bytes, without reading the rest."""
    body, goes_on = bytearray(), True
    while goes_on:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        goes_on = message.get("more_body", False)
        if len(body) > limit:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body-is-not-too-large",
                "The request is too large",
                f"≤ {limit} B",
                title_zh="请求内容过大",
                detail_zh=f"不超过{limit}字节",
            )
    return bytes(body)


async def plain_text(request: Request, limit: int) -> str:
    """A body of plain text in UTF-8; raises ``Problem`` 400 for other bytes, 415 for another type, 413 for more."""
    said = request.headers.get("Content-Type", "text/plain").partition(";")[0].strip().lower()
    if said != "text/plain":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "body-is-text",
            "The body is not plain text",
            "send it as text/plain",
            title_zh="请求内容不是纯文本",
            detail_zh="请以text/plain发送",
            field="Content-Type",
        )
    try:
        return (await read_body(request, limit)).decode()
    except UnicodeDecodeError:
        raise _unreadable("it is not UTF-8", "不是有效的UTF-8文本") from None


def read_fields(model: type[BaseModel], body: bytes) -> dict[str, Any]:
    """The fields of a body; raises ``Problem`` 400 for what is not JSON, 422 naming each field that is wrong."""
    sent = read_strictly(body or b"{}")
    try:
        read = model.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise malformed([dict(item) for item in error.errors(include_url=False, include_context=False)]) from None
    except (ValueError, RecursionError):
        raise _unreadable("the body cannot be read") from None
    if _has_forms(model):
        odd = [error for name, value in read.__dict__.items() for error in _read_otherwise(value, sent.get(name), name)]
        if odd:
            raise malformed(odd)
    if all(untouched(read.__dict__[name]) for name, untouched in _checks(model)):
        return dict(read.__dict__)
    return _cleaned(read.__dict__, _hints(model))


def _read_otherwise(value: object, sent: Any, path: str) -> Iterator[dict[str, object]]:
    """What pydantic reads as a day or a number beyond the form we take: a Unix time, digits of other scripts."""
    form = _FORMS.get(type(value))
    if form and isinstance(sent, str) and not form.pattern.fullmatch(sent):
        yield {"loc": (path,), "type": form.error, "msg": form.said}
    elif isinstance(value, tuple) and isinstance(sent, list):
        for number, (item, item_sent) in enumerate(zip(value, sent, strict=False)):
            yield from _read_otherwise(item, item_sent, f"{path}.{number}")
    elif is_dataclass(value) and isinstance(sent, dict):
        for field in fields(value):
            yield from _read_otherwise(getattr(value, field.name), sent.get(field.name), f"{path}.{field.name}")


@cache
def _hints(model: type[BaseModel]) -> Mapping[str, Any]:
    return {name: field.rebuild_annotation() for name, field in model.model_fields.items()}


@cache
def _checks(model: type[BaseModel]) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    return tuple((name, untouched(hint)) for name, hint in _hints(model).items())


@cache
def _has_forms(model: type[BaseModel]) -> bool:
    """Whether a value of one of ``_FORMS`` can stand anywhere within a body."""
    return any(map(_holds_a_form, _hints(model).values()))


@cache
def _holds_a_form(hint: Any) -> bool:
    """Whether a type is one of ``_FORMS``, or holds one; assumed for an unknown type."""
    hint = getattr(hint, "__origin__", hint) if hasattr(hint, "__metadata__") else hint
    if is_dataclass(hint):
        return any(map(_holds_a_form, get_type_hints(hint).values()))
    if parts := get_args(hint):
        return any(_holds_a_form(part) for part in parts if part is not Ellipsis)
    return hint not in _FORMLESS


def _cleaned(read: Mapping[str, Any], hints: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they are kept, by their types; raises ``Problem`` 422 naming each text with forbidden characters."""
    kept = {name: entered(value, hints[name]) for name, value in read.items()}
    unfit = [path for name, value in kept.items() for path in unplain_in(value, hints[name], name)]
    if unfit:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "request-is-well-formed",
            "The request is not well-formed",
            title_zh="所填内容有误，请改正后再提交",
            field=unfit[0],
            reasons=[Reason(path, "characters", "-", _UNPLAIN, _UNPLAIN_ZH) for path in unfit],
        )
    return kept


def read_strictly(body: bytes) -> Any:
    """Read a body as JSON (RFC 8259, as RFC 7493 narrows it: no name twice in an object, no NaN or infinity, no
    half of a surrogate pair); raises ``Problem`` 400 for anything else."""
    try:
        return _STRICT.decode(body.decode())
    except _Twice as twice:
        raise _unreadable(f"the name {twice} is given twice in an object", "同一对象中有重复的名称") from None
    except (ValueError, RecursionError):
        raise _unreadable("it is not JSON, or its numbers or nesting have no bounds") from None


class _Twice(Exception):
    """A name that an object has twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise _Twice(repr(name) if not unplain(name, line=True) and len(name) <= 100 else "")
        made[name] = value
    return made


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")


def _number(text: str) -> float:
    """A number with a point or an exponent; raises ``ValueError`` for one beyond what a double holds."""
    number = float(text)
    if isinf(number):
        raise ValueError("a number is too large")
    return number


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_float=_number)


def _unreadable(detail: str, detail_zh: str = "不是有效的JSON") -> Problem:
    return Problem(
        HTTPStatus.BAD_REQUEST,
        "request-is-well-formed",
        "The request is not well-formed",
        detail,
        title_zh="提交的内容无法读取",
        detail_zh=detail_zh,
        field="body",
    )
