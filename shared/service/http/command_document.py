"""What the document of an API says of a command: its headers, its body, its answers."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from shared.programme.dates.chronology import EFFECTIVE_ON
from shared.service.http.openapi import problems
from shared.service.identity.acting import ACTING_PARAMETER

HEADERS: list[dict[str, Any]] = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key with the same request gives the first answer again 重复请求只办理一次",
        "schema": {"type": "string", "pattern": "^[ -~]{1,200}$"},
    },
    {
        "name": "If-Match",
        "in": "header",
        "description": "The version you read (its ETag), or * 所依据的版本",
        "schema": {"type": "string", "pattern": r'^(\*|(W/)?"\d{1,18}")$'},
    },
    {
        "name": EFFECTIVE_ON,
        "in": "header",
        "description": "The day of legal effect, for acts that the policy lets be dated back 生效日期",
        "schema": {"type": "string", "format": "date"},
    },
    ACTING_PARAMETER,
    {
        "name": "X-Correlation-Id",
        "in": "header",
        "schema": {"type": "string"},
        "description": "a UUID, a trace id or a traceparent; for anything else a new id is drawn and answered",
    },
]
_ANSWERED = {
    "ETag": {"description": "The version now 当前版本", "schema": {"type": "string"}},
    "Juqu-Seq": {"description": "For Juqu-After-Seq", "schema": {"type": "string", "pattern": r"^\d+$"}},
}
_LOCATION = {"Location": {"description": "Where it can be read", "schema": {"type": "string"}}}


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """A body of JSON that a route reads itself into a model."""
    required = any(field.is_required() for field in model.model_fields.values())
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def command_answers(
    parameter: str, *, opens: bool = False, located: bool = False, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The answers of a command on what ``parameter`` names. ``opens``: it makes one; ``located``: which can be read;
    ``more``: further fields."""
    fields = {
        parameter: {"type": "string"},
        "seq": {"type": "integer", "description": "The last seq written; 0 where nothing changed"},
        "version": {"type": "integer"},
        "replayed": {"type": "boolean", "description": "This request was answered before"},
        "events": {"type": "array", "items": {"type": "string"}},
    }
    schema = {"type": "object", "required": list(fields), "properties": fields | (more or {})}
    headers = _ANSWERED | (_LOCATION if opens and located else {})
    done = {"headers": headers, "content": {"application/json": {"schema": schema}}}
    refused_by = {str(status): answer for status, answer in problems(403, 404, 409, 412).items()}
    return {"201" if opens else "200": done, **refused_by}
