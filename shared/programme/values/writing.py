"""How texts are written: cleaned once where they enter, and judged by one rule, whatever Unicode the interpreter knows.

Cleaning changes what nobody sees: blanks around a text, invisible characters, how an accent is composed (NFC). The rule
refuses what would act on a screen, in a header or in a file: controls, bidi overrides, halves of surrogate pairs,
noncharacters. Every letter of every script passes, those that the interpreter has not heard of too.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, Final


class Writing(StrEnum):
    """What kind of text a field holds: a mark on its type. A field without one holds prose, which may have lines."""

    LINE = "line"
    """A name or a title: one line, and no encoded word (RFC 2047)."""
    CODE = "code"
    """A credit code or a division code: half-width capitals without blanks and hyphens."""
    EMAIL = "email"
    PHONE = "phone"


Line = Annotated[str, Writing.LINE]
Code = Annotated[str, Writing.CODE]

_BLANKS: Final = "\t\n\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_AROUND: Final = re.compile(f"^[{_BLANKS}]+|[{_BLANKS}]+$")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u202a-\u202c\u2060-\u206f\u2800\u3164\ufeff\uffa0"
    "\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
_SEEN: Final = "!-~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e"
_CLEAN: Final = re.compile(f"[{_SEEN}](?:[ {_SEEN}]*[{_SEEN}])?")
"""What most texts are: signs that are seen, and composed as they should be; there is nothing to clean."""
_UNTOUCHED: Final = re.compile(rf"(?!.*=\?)(?:{_CLEAN.pattern})?")
_CODE: Final = re.compile("[0-9A-Z]*")
_JOINER: Final = "\u200c\u200d"
_VARIANTS: Final = "\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_ALONE: Final = re.compile(
    f"(?<![\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u203c-\u2bff\U0001f000-\U0001faff\ufe0f])[{_JOINER}]+"
    f"|[{_JOINER}]+(?=[{_BLANKS}]|$)"
    f"|(?:^|(?<=[{_BLANKS}]))[{_VARIANTS}]+"
)
"""Joiners but between letters that join (Arabic, Indic, Mongolian) or pictures, and variants of nothing."""

_UNFIT: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
_BREAK: Final = re.compile("[\t\n\r\u2028\u2029]")
_ENCODED_WORD: Final = re.compile(r"=\?[^?]*\?[bq]\?.*?\?=", re.IGNORECASE)
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN: Final = re.compile(f"[{_JOINER}{_VARIANTS}]")
_NO_LETTERS: Final = frozenset({"Cc", "Cf", "Cs"})


def cleaned(text: str) -> str:
    """A text without blanks around it and without what nobody sees, in NFC; blanks within it stay as they are."""
    if _CLEAN.fullmatch(text):
        return text
    if text.isascii():
        return _AROUND.sub("", text)
    plain = _INVISIBLE.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))
    return unicodedata.normalize("NFC", _AROUND.sub("", _ALONE.sub("", _AROUND.sub("", plain))))


def half_width(text: str) -> str:
    """A cleaned text with its full-width letters, digits and signs as the usual ones and every dash a hyphen."""
    if text.isascii():
        return cleaned(text)
    return cleaned(_DASHES.sub("-", unicodedata.normalize("NFKC", _UNSEEN.sub("", cleaned(text)))))


def unplain(text: str, *, line: bool = False) -> bool:
    """Whether a text holds what no text may hold; of a ``line`` also a line break, a tab or an encoded word."""
    return _UNFIT.search(text) is not None or (
        line and (_BREAK.search(text) is not None or _ENCODED_WORD.search(text) is not None)
    )


def is_untouched(text: str, writing: Writing | None) -> bool:
    """Whether it is seen at one glance that nothing of a text is cleaned or refused, as with most; if not, look."""
    match writing:
        case None | Writing.LINE:
            return _UNTOUCHED.fullmatch(text) is not None
        case Writing.CODE:
            return _CODE.fullmatch(text) is not None
        case _:
            return False


def as_line(text: str) -> str:
    """A text older than the rule as one line: a blank for whatever may not stand in one."""
    return _BREAK.sub(" ", _UNFIT.sub(" ", text))


def is_blank(text: str) -> bool:
    """Whether there is nothing to read in a text."""
    return not cleaned(text)


def letters(text: str) -> str:
    """The letters, marks and digits of a text, without width, case, blanks and signs."""
    folded = unicodedata.normalize("NFKC", half_width(text).casefold())
    return "".join(character for character in folded if _is_of_a_name(character))


def name_key(text: str) -> str:
    """What all spellings of one name share: its letters; a name without any is itself."""
    return letters(text) or half_width(text)


def _is_of_a_name(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] not in "PSZ" and category not in _NO_LETTERS


__all__ = [
    "Code",
    "Line",
    "Writing",
    "as_line",
    "cleaned",
    "half_width",
    "is_blank",
    "is_untouched",
    "letters",
    "name_key",
    "unplain",
]
