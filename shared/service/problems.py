"""Problems in the form of RFC 9457: what went wrong, where, by which rule, on which clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from obstore.exceptions import GenericError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from shared.contracts.core import Reason, Refusal, RuleKind
from shared.eventlog.errors import CommandReused, LogUnavailable, VersionConflict
from shared.eventlog.trouble import passes
from shared.service.logs import log

STATUS = {
    RuleKind.INPUT: HTTPStatus.UNPROCESSABLE_ENTITY,
    RuleKind.STATE: HTTPStatus.CONFLICT,
    RuleKind.SCOPE: HTTPStatus.FORBIDDEN,
    RuleKind.ABSENT: HTTPStatus.NOT_FOUND,
}


class Problem(Exception):
    """An answer in the form of RFC 9457. ``rule`` is the rule's name (the last part of ``type``)."""

    def __init__(
        self,
        status: int,
        rule: str,
        title: str,
        detail: str = "",
        *,
        title_zh: str = "",
        clause: str = "",
        field: str = "",
        reasons: Sequence[Reason] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.headers = headers
        body: dict[str, object] = {"type": f"urn:juqu:rule:{rule}", "title": title, "status": status}
        optional = {"detail": detail, "title_zh": title_zh, "clause": clause, "field": field}
        body |= {name: value for name, value in optional.items() if value}
        if reasons:
            body["reasons"] = [asdict(reason) for reason in reasons]
        self.body = body

    def response(self, instance: str = "") -> JSONResponse:
        """The answer, ``application/problem+json``."""
        body = self.body | ({"instance": instance} if instance else {})
        return JSONResponse(body, self.status, self.headers, media_type="application/problem+json")


def refused(refusal: Refusal) -> Problem:
    """A domain refusal as a problem."""
    rule = refusal.rule
    return Problem(
        STATUS[rule.kind],
        rule.name,
        rule.sentence,
        refusal.detail,
        title_zh=rule.sentence_zh,
        clause=rule.clause,
        field=refusal.field,
        reasons=refusal.reasons,
    )


_MALFORMED_ZH = {
    "缺少此项": "missing",
    "没有这一项": "extra_forbidden",
    "不是有效的JSON": "json_invalid",
    "应为文字": "string_type",
    "文字过长": "string_too_long",
    "文字过短": "string_too_short",
    "项目过多": "too_long",
    "项目过少": "too_short",
    "不是可选的值": "literal_error enum",
    "应为整数": "int_type int_parsing int_from_float",
    "应为数字": "float_type float_parsing decimal_type decimal_parsing",
    "应为true或false": "bool_type bool_parsing",
    "应为日期（年-月-日）": "date_type date_parsing date_from_datetime_parsing",
    "应为日期和时间": "datetime_type datetime_parsing datetime_from_date_parsing timezone_aware",
    "应为列表": "list_type tuple_type set_type frozen_set_type",
    "应为对象": "dict_type dataclass_type model_type model_attributes_type",
    "超出范围": "greater_than greater_than_equal less_than less_than_equal",
}
"""What pydantic's kinds of error say."""
_IN_CHINESE = {kind: text for text, kinds in _MALFORMED_ZH.items() for kind in kinds.split()}


def malformed(errors: Sequence[dict[str, object]]) -> Problem:
    """What pydantic found wrong with a request, a reason a field."""
    reasons = []
    for error in errors:
        place = error.get("loc", ())
        path = ".".join(str(part) for part in place if part != "body") if isinstance(place, tuple) else str(place)
        kind = str(error.get("type", ""))
        reasons.append(
            Reason(path or "body", kind, "-", str(error.get("msg", "")), _IN_CHINESE.get(kind, "格式不符合要求"))
        )
    first = reasons[0].field if reasons else "body"
    broken = any(error.get("type") == "json_invalid" for error in errors)
    return Problem(
        HTTPStatus.BAD_REQUEST if broken else HTTPStatus.UNPROCESSABLE_ENTITY,
        "request-is-well-formed",
        "The request is not well-formed",
        title_zh="请求内容不符合要求",
        clause="-",
        field=first,
        reasons=reasons,
    )


def install_problems(app: FastAPI, *more: type[Exception]) -> None:
    """Answer every error of an app as problem+json; an unforeseen one says nothing of the inside.

    ``more`` are the errors of what this app alone is built on: SQLAlchemy's ``DBAPIError`` of a service.
    """

    async def answer(request: Request, error: Exception) -> Response:
        return answer_to(error, request.url.path)

    for kind in (*_ANSWERED, *more):
        app.add_exception_handler(kind, answer)


def answer_to(error: Exception, path: str) -> Response:
    """The answer to a request for ``path`` that ended with an error."""
    return _problem(error, path).response(path)


_ANSWERED = (
    Problem,
    RequestValidationError,
    HTTPException,
    VersionConflict,
    CommandReused,
    ClientDisconnect,
    LogUnavailable,
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # What asyncpg says of a connection that was lost between two of its steps.
    asyncpg.InternalClientError,
    # What uvloop says of it.
    RuntimeError,
    GenericError,
    Exception,
)


def _problem(error: Exception, path: str) -> Problem:
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return malformed(_without_values(error))
        case HTTPException():
            status = HTTPStatus(error.status_code)
            name, headers = status.name.lower().replace("_", "-"), dict(error.headers or {})
            return Problem(status, name, status.phrase, str(error.detail), headers=headers)
        case VersionConflict():
            return _stale(error)
        case CommandReused():
            return _reused(error)
        case ClientDisconnect():
            # Nobody hears this; the request was not read to its end, so nothing was done.
            return Problem(HTTPStatus.BAD_REQUEST, "request-is-whole", "The client went away")
        case _:
            return try_again() if may_pass(error) else _unforeseen(error, path)


def _stale(error: VersionConflict) -> Problem:
    return Problem(
        HTTPStatus.PRECONDITION_FAILED,
        "version-is-current",
        "Somebody changed this since you read it",
        f"you expected version {error.expected}, it is {error.actual}; read it again",
        title_zh="内容已被他人更新，请刷新后重试",
    )


def _reused(error: CommandReused) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "idempotency-key-is-fresh",
        "This Idempotency-Key was used for another request",
        str(error),
        field="Idempotency-Key",
    )


def may_pass(error: Exception) -> bool:
    """Whether a server is away or restarting, so that the same request may succeed in a moment."""
    of_driver = getattr(error, "orig", None)
    if isinstance(of_driver, BaseException):  # what SQLAlchemy gives on, which not every process has
        return bool(getattr(error, "connection_invalidated", False)) or passes(of_driver.__cause__ or of_driver)
    return isinstance(error, LogUnavailable | GenericError) or passes(error)


def try_again() -> Problem:
    """What is said where a server is away, or this process ends in the middle of a request."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "servers-are-available",
        "A server cannot be reached now; nothing was lost, try again with the same Idempotency-Key",
        title_zh="服务暂不可用，请稍后以相同请求重试",
        headers={"Retry-After": "2"},
    )


def _unforeseen(error: Exception, path: str) -> Problem:
    log("http").error("unforeseen", path=path, exc_info=error)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "unforeseen", "Something went wrong on our side")


def _without_values(error: RequestValidationError) -> list[dict[str, object]]:
    """The errors without the values that were given (they may be personal, or huge)."""
    return [{key: item[key] for key in ("loc", "type", "msg") if key in item} for item in error.errors()]
