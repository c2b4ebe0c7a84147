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
from starlette.types import Scope

from shared.contracts.core import Reason, Refusal, RuleKind
from shared.eventlog.errors import CommandReused, LogUnavailable, VersionConflict
from shared.eventlog.trouble import passes
from shared.service.http.advice import Advice, advice_on
from shared.service.http.methods import allowed
from shared.service.logs import logger_of

logger = logger_of("http")

STATUS = {
    RuleKind.INPUT: HTTPStatus.UNPROCESSABLE_ENTITY,
    RuleKind.STATE: HTTPStatus.CONFLICT,
    RuleKind.SCOPE: HTTPStatus.FORBIDDEN,
    RuleKind.ABSENT: HTTPStatus.NOT_FOUND,
}


MOST_REASONS = 200
"""How many reasons one answer names. For 50,000 wrong entries the answer would be ten times the size of the request."""
_LONGEST_PATH = 200


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
        detail_zh: str = "",
        clause: str = "",
        advice: Advice | None = None,
        field: str = "",
        reasons: Sequence[Reason] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.headers = headers
        advice = advice or advice_on(status)
        body: dict[str, object] = {
            "type": f"urn:juqu:rule:{rule}",
            "title": title,
            "title_zh": title_zh or "请求未能办理",
        }
        body |= {"status": status, "clause": clause or "-", "remedy": advice.en, "remedy_zh": advice.zh}
        optional = {"detail": detail, "detail_zh": detail_zh, "field": field}
        body |= {name: value for name, value in optional.items() if value}
        if reasons:
            body["reasons"] = [asdict(reason) for reason in reasons[:MOST_REASONS]]
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
        detail_zh=refusal.detail_zh or refusal.detail,
        advice=Advice(rule.remedy, rule.remedy_zh) if rule.remedy else None,
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
    for error in errors[:MOST_REASONS]:
        loc = error.get("loc", ())
        path = ".".join(str(part) for part in loc if part != "body") if isinstance(loc, tuple) else str(loc)
        kind = str(error.get("type", ""))
        reasons.append(
            Reason(
                path[:_LONGEST_PATH] or "body",
                kind,
                "-",
                str(error.get("msg", "")),
                _IN_CHINESE.get(kind, "格式不符合要求"),
            )
        )
    first = reasons[0].field if reasons else "body"
    broken = any(error.get("type") == "json_invalid" for error in errors)
    return Problem(
        HTTPStatus.BAD_REQUEST if broken else HTTPStatus.UNPROCESSABLE_ENTITY,
        "request-is-well-formed",
        "The request is not well-formed",
        title_zh="所填内容有误，请改正后再提交",
        clause="-",
        field=first,
        reasons=reasons,
    )


def install_problems(app: FastAPI, *more: type[Exception]) -> None:
    """Answer every error of an app as problem+json; an unforeseen one reveals nothing internal.

    ``more`` are errors of libraries that only this app uses: SQLAlchemy's ``DBAPIError`` for a service.
    """

    async def answer(request: Request, error: Exception) -> Response:
        return answer_to(error, request.scope)

    for kind in (*ANSWERED, *more):
        app.add_exception_handler(kind, answer)


def answer_to(error: Exception, scope: Scope) -> Response:
    """The answer to a request that ended with an error."""
    return _problem(error, scope).response(scope["path"])


ANSWERED = (
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


def _problem(error: Exception, scope: Scope) -> Problem:
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return malformed(_without_values(error))
        case HTTPException():
            return _of_http(error, scope)
        case VersionConflict():
            return _stale(error) if _sent(scope, b"if-match") else _contended()
        case CommandReused():
            return _reused()
        case ClientDisconnect():
            # Nobody hears this; the request was not read to its end, so nothing was done.
            return Problem(HTTPStatus.BAD_REQUEST, "request-is-whole", "The client went away", title_zh="客户端已断开")
        case _:
            return try_again() if may_pass(error) else _unforeseen(error, scope["path"])


def _sent(scope: Scope, header: bytes) -> bool:
    return any(name == header for name, _ in scope["headers"])


_HTTP_EN = {
    404: "There is nothing at this path",
    405: "This path does not take this method",
}
_HTTP_ZH = {
    404: "该路径下没有内容",
    405: "该路径不支持此方法",
    413: "请求内容过大",
    415: "请求内容类型不符",
}


def _of_http(error: HTTPException, scope: Scope) -> Problem:
    """What the framework refuses by itself; 405 with every method that there is (RFC 9110, section 15.5.6)."""
    status = HTTPStatus(error.status_code)
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED and "app" in scope:
        headers["Allow"] = ", ".join(allowed(scope["app"].routes, scope))
    detail = error.detail if error.detail != status.phrase else ""
    name = status.name.lower().replace("_", "-")
    title, title_zh = _HTTP_EN.get(status, status.phrase), _HTTP_ZH.get(status, "")
    return Problem(
        status, name, title, detail, title_zh=title_zh, detail_zh=title_zh if detail else "", headers=headers
    )


def _contended() -> Problem:
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "others-are-done",
        "Others change this at the same time, again and again; nothing was done",
        title_zh="他人正在同时修改同一内容，本次请求未办理",
        headers={"Retry-After": "1"},
    )


def _stale(error: VersionConflict) -> Problem:
    return Problem(
        HTTPStatus.PRECONDITION_FAILED,
        "version-is-current",
        "Somebody changed this since you read it",
        f"you expected version {error.expected}, it is {error.actual}",
        title_zh="内容已被他人更新",
        detail_zh=f"请求依据第{error.expected}版，现为第{error.actual}版",
    )


def _reused() -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "idempotency-key-is-fresh",
        "This Idempotency-Key was used for another request",
        title_zh="该幂等键已用于另一请求",
        field="Idempotency-Key",
    )


def may_pass(error: Exception) -> bool:
    """Whether a server is away or restarting, so that the same request may succeed in a moment."""
    of_driver = getattr(error, "orig", None)
    if isinstance(of_driver, BaseException):  # what SQLAlchemy gives on, which not every process has
        return bool(getattr(error, "connection_invalidated", False)) or passes(of_driver.__cause__ or of_driver)
    return isinstance(error, LogUnavailable | GenericError) or passes(error)


def try_again() -> Problem:
    """The answer when a server is away, or when this process ends in the middle of a request."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "servers-are-available",
        "A server cannot be reached now; nothing was lost",
        title_zh="服务暂不可用，数据未丢失",
        headers={"Retry-After": "2"},
    )


def _unforeseen(error: Exception, path: str) -> Problem:
    logger.error("unforeseen", path=path, exc_info=error)
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "unforeseen", "Something went wrong on our side", title_zh="系统内部错误"
    )


def _without_values(error: RequestValidationError) -> list[dict[str, object]]:
    """The errors without the values that were given (they may be personal, or huge), by the names that were sent."""
    kept = [{key: item[key] for key in ("loc", "type", "msg") if key in item} for item in error.errors()]
    return [item | {"loc": tuple(item["loc"])[1:]} for item in kept]
