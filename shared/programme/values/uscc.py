"""Unified social credit codes (统一社会信用代码), GB 32100-2015.

Eighteen characters: registering department, category, six digits of division, nine of the organisation code
and a check character over the seventeen before it.
"""

import re
from dataclasses import dataclass
from operator import mul
from typing import Final, Literal

from shared.programme.values.writing import half_width

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015 table 2: no I, O, S, V or Z."""

LENGTH: Final = 18
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""Of the first seventeen characters, in their order."""
_WELL_SPELT: Final = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]*")

UsccRule = Literal["length", "alphabet", "check_digit"]


class UsccError(ValueError):
    """The text is not a unified social credit code; `rule` says which rule of GB 32100 it breaks.

    `expected` is the check character the first seventeen characters call for, when that is the rule broken.
    """

    def __init__(
        self, *, rule: UsccRule, text: str, message_zh: str, message_en: str, expected: str | None = None
    ) -> None:
        self.rule = rule
        self.text = text
        self.expected = expected
        self.message_zh = message_zh
        self.message_en = message_en
        super().__init__(message_en)


@dataclass(frozen=True)
class Uscc:
    """A code that keeps GB 32100. `Uscc.parse` makes one."""

    text: str

    @classmethod
    def parse(cls, text: str) -> "Uscc":
        """Read a code; full-width and lower-case letters, spaces and hyphens are normalised.

        Raises `UsccError`.
        """
        code = normalised(text)
        if len(code) != LENGTH:
            raise _wrong_length(code)
        _check_alphabet(code)
        expected = _check_character(code[:-1])
        if code[-1] != expected:
            raise _wrong_check_character(code, expected)
        return cls(code)

    def __str__(self) -> str:
        return self.text


def normalised(text: str) -> str:
    """`text` in half-width capitals, without blanks, hyphens and what nobody sees; not checked."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return re.sub(r"[\s-]", "", half_width(text)).upper()


def _check_character(body: str) -> str:
    return ALPHABET[-sum(map(mul, map(_VALUE.__getitem__, body), _WEIGHTS)) % 31]


def _check_alphabet(code: str) -> None:
    if _WELL_SPELT.fullmatch(code):
        return
    for position, character in enumerate(code, start=1):
        if character not in _VALUE:
            raise UsccError(
                rule="alphabet",
                text=code,
                message_zh=f"统一社会信用代码第{position}位“{character}”不在允许的字符内（不使用I、O、S、V、Z）",
                message_en=f"Character {position}, {character!r}, is not allowed in a unified social credit code"
                " (I, O, S, V and Z are never used)",
            )
    for position, character in enumerate(code[2:8], start=3):
        if not character.isdigit():
            raise UsccError(
                rule="alphabet",
                text=code,
                message_zh=f"统一社会信用代码第{position}位“{character}”应为行政区划代码的数字",
                message_en=f"Character {position}, {character!r}, must be a digit: it belongs to the division code",
            )


def _wrong_length(code: str) -> UsccError:
    return UsccError(
        rule="length",
        text=code,
        message_zh=f"统一社会信用代码应为{LENGTH}位，现为{len(code)}位",
        message_en=f"A unified social credit code has {LENGTH} characters, this has {len(code)}",
    )


def _wrong_check_character(code: str, expected: str) -> UsccError:
    return UsccError(
        rule="check_digit",
        text=code,
        expected=expected,
        message_zh=f"统一社会信用代码校验位错误：末位应为“{expected}”，现为“{code[-1]}”",
        message_en=f"The check character is wrong: it should be {expected!r}, not {code[-1]!r}",
    )
