"""The headers of a command: its key, the version that it was decided on, its day of legal effect."""

from __future__ import annotations

import re
from datetime import date
from secrets import token_hex

from fastapi import Request

from shared.contracts.core import Actor, Refusal
from shared.programme.dates.chronology import (
    DATED_BACK_BY_ANOTHER,
    EFFECTIVE_ON,
    NOT_IN_THE_FUTURE,
    may_date_back,
    policy_on,
)
from shared.programme.policy import Policy
from shared.service.http.problems import refused
from shared.service.http.requests import bad_header

_KEY = re.compile(r"[ -~]{1,200}")
_VERSION = re.compile(r'(?:W/)?"?(\d{1,18})"?', re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def idempotency_key(request: Request) -> str:
    """The key that a request names, a new one where it names none. Raises ``Problem`` 422."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return token_hex(16)
    if not _KEY.fullmatch(key):
        raise bad_header(
            "Idempotency-Key", "it takes 1 to 200 printable ASCII characters", "须为1至200个可打印ASCII字符"
        )
    return key


def expected_version(request: Request) -> int | None:
    """The version that a request was decided on, ``None`` where it names none or any. Raises ``Problem`` 422."""
    text = request.headers.get("If-Match")
    if text is None or text.strip() == "*":
        return None
    version = _VERSION.fullmatch(text.strip())
    if version is None:
        raise bad_header("If-Match", "it takes the version you read, in quotes", "须为所读取的版本号，加引号")
    return int(version[1])


def effective_on(request: Request, actor: Actor, today: date) -> date:
    """The day of legal effect that a request names, today where it names none. Raises ``Problem`` 422.

    The policy says which days an actor may name (`shared.programme.dates.chronology`).
    """
    text = request.headers.get(EFFECTIVE_ON)
    if text is None:
        return today
    try:
        on = date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        on = None
    if on is None:
        raise bad_header(EFFECTIVE_ON, "it takes a date, YYYY-MM-DD", "须为日期（年-月-日）")
    if on > today:
        raise refused(Refusal(NOT_IN_THE_FUTURE, today.isoformat(), EFFECTIVE_ON))
    if on < today and not may_date_back(actor, law_on(on)):
        raise refused(Refusal(DATED_BACK_BY_ANOTHER, "", EFFECTIVE_ON))
    return on


def law_on(day: date) -> Policy:
    """The policy of a day of legal effect. Raises ``Problem`` where none was in force."""
    policy = policy_on(day)
    if isinstance(policy, Refusal):
        raise refused(policy)
    return policy
