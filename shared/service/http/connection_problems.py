"""What a client is told below the apps, before its connection is ended."""

from __future__ import annotations

import json
from http import HTTPStatus

from shared.service.http.problems import Problem


def too_slow(what: str, what_zh: str) -> Problem:
    """408: a request that does not come in time."""
    return Problem(
        HTTPStatus.REQUEST_TIMEOUT,
        "request-comes-in-time",
        "The request takes too long to come",
        f"{what} did not come in time",
        title_zh="请求传输超时",
        detail_zh=f"{what_zh}未在规定时间内到达",
    )


def head_too_large(headers: int, octets: int) -> Problem:
    """431: more headers than anybody needs."""
    return Problem(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "request-head-is-not-too-large",
        "The head of the request is too large",
        f"at most {headers} headers and {octets} bytes",
        title_zh="请求头过大",
        detail_zh=f"请求头不超过{headers}项、{octets}字节",
    )


def too_many_connections(which: str, which_zh: str) -> Problem:
    """503: no room for another connection."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "connections-are-not-too-many",
        "There are too many connections",
        f"there are as many {which} as are held at a time",
        title_zh="连接过多",
        detail_zh=f"{which_zh}连接数已达上限",
        headers={"Retry-After": "5"},
    )


def not_http() -> Problem:
    """400: bytes that no HTTP parser reads."""
    return Problem(
        HTTPStatus.BAD_REQUEST, "request-is-http", "This is not a request of HTTP/1.1", title_zh="不是有效的HTTP请求"
    )


def written(problem: Problem) -> bytes:
    """A problem as a whole response, after which the connection ends."""
    status = HTTPStatus(problem.status)
    content = json.dumps(problem.body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/problem+json", "Content-Length": str(len(content)), "Connection": "close"}
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in (headers | (problem.headers or {})).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


__all__ = ["head_too_large", "not_http", "too_many_connections", "too_slow", "written"]
