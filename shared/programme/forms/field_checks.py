"""Checks of one field's value by what it holds. Each gives what is wrong, in both languages, or nothing."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NamedTuple

from shared.programme.divisions import UnknownDivision, route
from shared.programme.forms.catalogue import FieldKind
from shared.programme.policy import Policy
from shared.programme.values.email_address import EmailAddress, EmailError
from shared.programme.values.telephone import PhoneError, Telephone
from shared.programme.values.uscc import Uscc, UsccError
from shared.programme.values.writing import is_blank, unplain


class Wrong(NamedTuple):
    """What is wrong with a value: the rule it breaks, and how to say so."""

    rule: str
    zh: str
    en: str


def is_left_out(value: object) -> bool:
    """Whether a field was left out; zero is a value."""
    return value is None or (isinstance(value, str) and is_blank(value))


def wrong_with(value: object, kind: FieldKind, policy: Policy) -> Wrong | None:
    """What is wrong with a value that is not blank."""
    if isinstance(value, int):
        return _wrong_number(value, policy.fund_yuan_max if kind is FieldKind.YUAN else policy.count_max)
    text = str(value)
    longest = policy.text_max if kind is FieldKind.TEXT else policy.name_max
    if (wrong := _wrong_characters(text, kind) or _too_long(text, longest)) is not None:
        return wrong
    check = _SHAPES.get(kind)
    return check(text) if check is not None else None


def nobody_has(value: object, kind: FieldKind) -> Wrong | None:
    """Where a value that is written rightly is one that examples use, and nothing is sent to."""
    if kind is FieldKind.EMAIL and EmailAddress.parse(str(value)).is_reserved:
        return Wrong("fictitious", "是示例专用域名，不会收到邮件", "is of a domain for examples: no mail arrives there")
    if kind is FieldKind.PHONE and Telephone.parse(str(value)).is_fictitious:
        return Wrong("fictitious", "是虚构号码，无法拨通", "is a fictitious number, which nobody answers")
    return None


def _wrong_number(value: int, largest: int) -> Wrong | None:
    if value < 0:
        return Wrong("negative", "不能为负数", "cannot be negative")
    if value > largest:
        return Wrong("too_large", f"不能大于{largest}", f"cannot exceed {largest}")
    return None


def _wrong_characters(text: str, kind: FieldKind) -> Wrong | None:
    if not unplain(text, line=kind is not FieldKind.TEXT):
        return None
    if unplain(text):
        return Wrong("characters", "含有不可用的控制字符", "contains control characters")
    return Wrong("characters", "应为一行文字，不含编码串", "is one line of text, without encoded words")


def _too_long(text: str, longest: int) -> Wrong | None:
    if len(text) > longest:
        return Wrong("too_long", f"不能超过{longest}字", f"cannot exceed {longest} characters")
    return None


def _wrong_phone(text: str) -> Wrong | None:
    try:
        Telephone.parse(text)
    except PhoneError as error:
        return Wrong("phone", error.message_zh, error.message_en)
    return None


def _wrong_email(text: str) -> Wrong | None:
    try:
        EmailAddress.parse(text)
    except EmailError as error:
        return Wrong("email", error.message_zh, error.message_en)
    return None


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
