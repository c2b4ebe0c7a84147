"""Telephone numbers: one rule says which can be called, and which of those take short messages.

These can be called (电信网编号计划 is the numbering plan):

- mainland mobiles, and landlines with or without area code and extension;
- 400 and 800 numbers, and public lines of five or six digits such as 12345 and 12330;
- numbers of other regions, with their ``+``.

On the mainland only mobiles take short messages. Which numbers of another region do, whoever sends there looks up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from shared.programme.values.writing import half_width

_SPELLED: Final = re.compile(r"\+?[0-9](?:[ .-]{0,3}[0-9]){2,19}")
_BRACKETS: Final = re.compile(r"\((\+?[0-9]{1,4}|(?:转|分机|ext\.?|x)[ :]*[0-9]{1,6})\)", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"(.+?)[ -]*(?:转|分机|ext\.?|x|#|-)[ :]*([0-9]{1,6})", re.IGNORECASE)
_MAINLAND: Final = re.compile(r"(?:\+|00)860?|86(?=1[3-9][0-9]{9}$)|860?(?=[1-9][0-9]{8,10}$)")
_ABROAD: Final = re.compile(r"(?:\+|00)(?!86)([1-9][0-9]{6,14})")
_MOBILE: Final = re.compile(r"1(?:3[0-9]|4[57]|5[0-35-9]|6[25-7]|7[0-35-8]|8[0-9]|9[0-35-9])[0-9]{8}")
_OF_MACHINES: Final = re.compile(r"(?:14[689]|174)[0-9]{8}")
"""Of data cards, things and satellites: they can be called, and take no short messages from us."""
_LANDLINE: Final = re.compile(r"(?:0(?:10|2[0-57-9])[2-9][0-9]{7}|0[3-9][0-9]{2}[2-9][0-9]{6,7}|[2-9][0-9]{6,7})")
_SERVICE: Final = re.compile(r"[48]00[0-9]{7}")
_PUBLIC_LINE: Final = re.compile(r"(?:0(?:10|2[0-57-9]|[3-9][0-9]{2}))?(?:1[02][0-9]{3}|9[56][0-9]{3,4})")
"""Hotlines (12345, 12330), carriers (10086), firms (95598), a province's (96118); those of a city by its area code."""
_FICTITIOUS: Final = re.compile(r"0000[0-9]{7}")


class PhoneError(ValueError):
    """The text is no telephone number. What is said of it never repeats it."""

    message_zh = "不是可以拨打的电话号码"
    message_en = "is not a telephone number that can be called"

    def __init__(self) -> None:
        super().__init__(self.message_en)


@dataclass(frozen=True, slots=True)
class Telephone:
    """A number that can be called: ``digits`` with its area code where it was given, a foreign one with ``+``.

    ``parse`` makes one.
    """

    digits: str
    extension: str = ""

    @classmethod
    def parse(cls, text: str) -> Telephone:
        """Read a number however it is written: full-width, with blanks, hyphens, brackets, ``+86``, ``0086``, 转.

        Raises ``PhoneError``.
        """
        plain = _BRACKETS.sub(r" \1 ", clean_phone(text)).strip().replace("+86 0 ", "+86 ")
        whole = _digits(plain)
        if whole and (_is_landline(whole) or _stands_alone(whole)):
            return cls(whole)
        split = _EXTENSION.fullmatch(plain)
        number = _digits(split[1]) if split else ""
        if not (split and (_is_landline(number) or _SERVICE.fullmatch(number))):
            raise PhoneError
        return cls(number, split[2])

    @property
    def mobile(self) -> str:
        """The number in E.164 where it is a mainland mobile, which takes short messages; else empty."""
        return f"+86{self.digits}" if _MOBILE.fullmatch(self.digits) and not self.extension else ""

    @property
    def is_abroad(self) -> bool:
        """Whether it is of another region than the mainland."""
        return self.digits.startswith("+")

    @property
    def is_fictitious(self) -> bool:
        """Whether it is ``0000-NNNNNNN``, which nobody has: the numbers of examples."""
        return _FICTITIOUS.fullmatch(self.digits) is not None

    def __str__(self) -> str:
        return f"{self.digits}-{self.extension}" if self.extension else self.digits


def clean_phone(text: str) -> str:
    """A number as it was written, half-width, without what copying leaves around it; not judged."""
    return " ".join(half_width(text).split())


def _digits(plain: str) -> str:
    """The digits of a number, a mainland one without its country code; empty where other things stand in it."""
    if not _SPELLED.fullmatch(plain):
        return ""
    bare = re.sub(r"[ .-]", "", plain)
    if abroad := _ABROAD.fullmatch(bare):
        return f"+{abroad[1]}"
    prefix = _MAINLAND.match(bare)
    home = bare[prefix.end() :] if prefix else ""
    if not home:
        return bare
    return home if _MOBILE.fullmatch(home) or _SERVICE.fullmatch(home) else f"0{home}"


def _is_landline(digits: str) -> bool:
    return _LANDLINE.fullmatch(digits) is not None


def _stands_alone(digits: str) -> bool:
    return (
        any(of.fullmatch(digits) for of in (_MOBILE, _OF_MACHINES, _SERVICE, _PUBLIC_LINE, _FICTITIOUS))
        or digits[0] == "+"
    )


__all__ = ["PhoneError", "Telephone", "clean_phone"]
