"""What would help a person, where a service's advice is for the programs that call it."""

from __future__ import annotations

from typing import Final

from shared.service.http.advice import Advice, advice_on

_TRY_AGAIN = Advice("Try again in a minute.", "请稍后再试。")
_FOR_PEOPLE: Final = {
    400: Advice("Go back, open the page anew and try once more.", "请返回，重新打开页面后再试一次。"),
    401: Advice("Sign in again.", "请重新登录。"),
    405: Advice("Go back and follow the links of the page.", "请返回，从页面上的链接进入。"),
    408: _TRY_AGAIN,
    415: Advice("Choose a PDF, DOCX, PNG or JPEG file.", "请改选 PDF、DOCX、PNG 或 JPEG 文件。"),
    429: _TRY_AGAIN,
    431: Advice("Sign out, sign in again and try once more.", "请退出后重新登录，再试一次。"),
    503: _TRY_AGAIN,
}

_SENT_BEFORE: Final = "idempotency-key-is-fresh"
_TITLES: Final = {
    _SENT_BEFORE: Advice(
        "This form was sent once already, with other words", "这份表单已经提交过一次，当时的内容与本次不同"
    )
}
_REMEDIES: Final = {
    _SENT_BEFORE: Advice(
        "See what is recorded now. If it is still to be changed, send the form once more",
        "请核对现已记录的内容；仍需更改的，再提交一次",
    )
}


def title_for_people(rule: str, title: str, title_zh: str) -> Advice:
    """What a service says of a refusal, unless it says so to programs only."""
    return _TITLES.get(rule, Advice(title, title_zh))


def remedy_for_people(rule: str, status: int, remedy: str, remedy_zh: str) -> Advice:
    """A service's remedy, unless it is one for programs."""
    said = _REMEDIES.get(rule, Advice(remedy, remedy_zh))
    return _FOR_PEOPLE.get(status, said) if said == advice_on(status) else said


__all__ = ["remedy_for_people", "title_for_people"]
