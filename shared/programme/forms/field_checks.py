"""Checks of one field's value by what it holds. Each gives what is wrong, in both languages, or nothing."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NamedTuple

from shared.programme.divisions import UnknownDivision, route
from shared.programme.forms.catalogue import FieldKind
from shared.programme.policy import Policy
from shared.programme.uscc import Uscc, UsccError

_PHONE: Final = re.compile(r"(?:\+?86-?)?(?:1[3-9]\d{9}|(?:\(?0\d{2,3}\)?-?)?[0-9]\d{6,7}(?:-\d{1,6})?)")
_EMAIL: Final = re.compile(
    r"[^@\s\"<>(),;:\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.IGNORECASE
)
_LONGEST_EMAIL: Final = 254


class Wrong(NamedTuple):
    """What is wrong with a value: the rule it breaks, and how to say so."""

    rule: str
    zh: str
    en: str


def is_blank(value: object) -> bool:
    """Whether a field was left out; zero is a value."""
    return value is None or (isinstance(value, str) and not value.strip())


def wrong_with(value: object, kind: FieldKind, policy: Policy) -> Wrong | None:
    """What is wrong with a value that is not blank."""
    if isinstance(value, int):
        return _wrong_number(value, policy.fund_yuan_max if kind is FieldKind.YUAN else policy.count_max)
    text = str(value)
    longest = policy.text_max if kind is FieldKind.TEXT else policy.name_max
    if (wrong := _wrong_characters(text) or _too_long(text, longest)) is not None:
        return wrong
    check = _SHAPES.get(kind)
    return check(text) if check is not None else None


def _wrong_number(value: int, largest: int) -> Wrong | None:
    if value < 0:
        return Wrong("negative", "不能为负数", "cannot be negative")
    if value > largest:
        return Wrong("too_large", f"不能大于{largest}", f"cannot exceed {largest}")
    return None


def _wrong_characters(text: str) -> Wrong | None:
    if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\r\t" for one in text):
        return Wrong("characters", "含有不可用的控制字符", "contains control characters")
    return None


def _too_long(text: str, longest: int) -> Wrong | None:
    if len(text) > longest:
        return Wrong("too_long", f"不能超过{longest}字", f"cannot exceed {longest} characters")
    return None


def _wrong_phone(text: str) -> Wrong | None:
    if _PHONE.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text))):
        return None
    return Wrong("phone", "电话号码格式有误", "is not a telephone number")


def _wrong_email(text: str) -> Wrong | None:
    if len(text) <= _LONGEST_EMAIL and _EMAIL.fullmatch(text.strip()):
        return None
    return Wrong("email", "电子邮箱格式有误", "is not an email address")


def _wrong_uscc(text: str) -> Wrong | None:
    try:
        Uscc.parse(text)
    except UsccError as error:
        return Wrong(f"uscc_{error.rule}", error.message_zh, error.message_en)
    return None


def _wrong_division(text: str) -> Wrong | None:
    try:
        route(text, date.max)
    except UnknownDivision as error:
        return Wrong("division", error.message_zh, error.message_en)
    return None


_SHAPES: Final[Mapping[FieldKind, Callable[[str], Wrong | None]]] = {
    FieldKind.PHONE: _wrong_phone,
    FieldKind.EMAIL: _wrong_email,
    FieldKind.USCC: _wrong_uscc,
    FieldKind.DIVISION: _wrong_division,
}
