"""Reading a request's body into a command: strictly typed, bounded, unknown fields named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from http import HTTPStatus
from typing import Any, get_type_hints

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from shared.contracts.core import Command, Reason
from shared.service.problems import Problem, malformed

BODY_LIMIT = 1_048_576
"""Bytes of a JSON body; documents are uploaded apart."""

UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Controls, but for line breaks and tabs, and halves of surrogate pairs."""

_PERHAPS_UNFIT = re.compile(rb"\\[bfu]|\x7f|\xc2[\x80-\x9f]")
"""How these look in JSON, whose texts hold neither C0 controls nor surrogates but escaped (RFC 8259, section 7)."""


def body_model(command: type[Command], without: frozenset[str]) -> type[BaseModel]:
    """A model of a command's fields less its context and those in ``without`` (path parameters, facts looked up)."""
    hints = get_type_hints(command, include_extras=True)
    given: dict[str, Any] = {}
    for field in fields(command):
        if field.name == "context" or field.name in without:
            continue
        if field.default is not MISSING:
            given[field.name] = (hints[field.name], field.default)
        elif field.default_factory is not MISSING:
            given[field.name] = (hints[field.name], field.default_factory())
        else:
            given[field.name] = (hints[field.name], ...)
    return create_model(command.__name__, __config__=ConfigDict(extra="forbid", strict=True), **given)


async def read_body(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The body; raises ``Problem`` 413 once it exceeds ``limit`` bytes, without reading the rest."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body-is-not-too-large",
                "The request is too large",
                f"at most {limit} bytes",
                title_zh="请求内容过大",
            )
    return bytes(body)


def read_fields(model: type[BaseModel], body: bytes) -> dict[str, Any]:
    """The fields of a body; raises ``Problem`` 400 for what is not JSON, 422 naming each field that is wrong."""
    try:
        read = model.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise malformed([dict(item) for item in error.errors(include_url=False, include_context=False)]) from None
    except (ValueError, RecursionError):
        raise malformed([{"type": "json_invalid", "loc": (), "msg": "the body cannot be read"}]) from None
    if _PERHAPS_UNFIT.search(body) and (unfit := list(unfit_texts(json.loads(body)))):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "request-is-well-formed",
            "The request is not well-formed",
            title_zh="请求内容不符合要求",
            field=unfit[0],
            reasons=[Reason(path, "characters", "-", "it holds control characters", "含有控制字符") for path in unfit],
        )
    return dict(read.__dict__)


def unfit_texts(given: object, path: str = "body") -> Iterator[str]:
    """The paths of texts with characters that no form has and no database keeps: controls (but for line breaks and
    tabs) and halves of surrogate pairs."""
    if isinstance(given, str):
        if UNFIT.search(given):
            yield path
    elif isinstance(given, Mapping):
        for name, value in given.items():
            yield from unfit_texts(value, str(name) if path == "body" else f"{path}.{name}")
    elif isinstance(given, list):
        for index, value in enumerate(given):
            yield from unfit_texts(value, f"{path}.{index}")
