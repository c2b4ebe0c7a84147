"""Corrections of the record: which value of an event is meant, what stands there, and what may stand there instead.

A correction goes into the public register and into letters. So it names a field that the event has, says what is
recorded there, and puts in its place what such a field can hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final, Protocol
from uuid import UUID

from shared.contracts.core import Due, Event, Outcome, Refusal, Rule, RuleKind
from shared.programme.values.document_number import DocumentNumber
from shared.programme.values.email_address import EmailAddress
from shared.programme.values.telephone import Telephone
from shared.programme.values.uscc import Uscc
from shared.programme.values.writing import cleaned, is_blank, unplain

CORRECTED_FIELD_IS_KNOWN: Final = Rule(
    "corrected-field-is-known",
    "The event has no such field to correct",
    "该记录没有这一可更正的字段",
    "-",
    RuleKind.INPUT,
)
RECORD_SAYS_SO: Final = Rule(
    "record-says-what-was",
    "The record does not say this",
    "原记录内容与所填的更正前内容不符",
    "-",
    RuleKind.INPUT,
)
FIELD_CAN_SAY_SO: Final = Rule(
    "corrected-value-fits-its-field",
    "The field cannot hold this value",
    "更正后的内容不符合该字段的要求",
    "-",
    RuleKind.INPUT,
)

_NEVER: Final = ("case_id", "policy_version", "signature")
_NEVER_ENDING: Final = ("_id", "sha256")
_MARKUP: Final = "<>"
_POINTS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of the record, the day it took effect, and what was corrected of it so far: fields and what is right,
    in order."""

    event: Event
    effective_on: date
    corrections: tuple[tuple[str, str], ...] = ()


class Correction(Protocol):
    """A request to correct the record, as every service takes it."""

    @property
    def case_id(self) -> str: ...
    @property
    def corrects(self) -> UUID: ...
    @property
    def field(self) -> str: ...
    @property
    def was(self) -> str: ...
    @property
    def now(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def on_word_of(self) -> str: ...


class CorrectionEvent(Protocol):
    """A service's ``RecordCorrected``."""

    def __call__(
        self, *, case_id: str, corrects: UUID, field: str, was: str, now: str, why: str, on_word_of: str
    ) -> Event: ...


def blank_part(correction: Correction) -> str | None:
    """The first that is blank of: the field, what is right, why, and on whose word. ``was`` may be blank."""
    said = {
        "field": correction.field,
        "now": correction.now,
        "why": correction.why,
        "on_word_of": correction.on_word_of,
    }
    return next((name for name, text in said.items() if is_blank(text)), None)


def decide_correction(
    correction: Correction, recorded: Recorded, event: CorrectionEvent, made: Container[Event]
) -> Outcome:
    """The event that corrects ``recorded``; nothing where it was ``made`` before; a refusal where it cannot be so."""
    corrected = event(
        case_id=correction.case_id,
        corrects=correction.corrects,
        field=correction.field,
        was=correction.was,
        now=correction.now,
        why=correction.why,
        on_word_of=correction.on_word_of,
    )
    if corrected in made:
        return ()
    wrong = wrong_correction(recorded, field=correction.field, was=correction.was, now=correction.now)
    return wrong or (corrected,)


def wrong_correction(recorded: Recorded, *, field: str, was: str, now: str) -> Refusal | None:
    """Refuses a field that the event does not have, what the record does not say, and what the field cannot hold."""
    value = _value(recorded, field)
    if value is None:
        return Refusal(CORRECTED_FIELD_IS_KNOWN, field="field")
    said = next((right for name, right in reversed(recorded.corrections) if name == field), _text(value))
    if cleaned(was) != cleaned(said):
        shown = said if len(said) <= 100 else f"{said[:100]}…"
        return Refusal(RECORD_SAYS_SO, f"it says: {shown}", "was", detail_zh=f"原记录为：{shown}")
    if not _fits(field.rpartition(".")[2], value, now):
        return Refusal(FIELD_CAN_SAY_SO, field="now")
    return None


def _value(recorded: Recorded, path: str) -> object:
    """The value at a path of names and numbers, joined by points; ``None`` where there is none that words correct."""
    last = path.rpartition(".")[2]
    if last in _NEVER or last.endswith(_NEVER_ENDING):
        return None
    value: object = recorded.event
    if path == "effective_on":
        return recorded.effective_on
    for part in path.split("."):
        value = _part(value, part)
    named = getattr(value, "name", None) if is_dataclass(value) else None
    value = named if isinstance(named, str) else value
    return value if isinstance(value, str | int | date | Decimal | Enum | Due) else None


def _part(value: object, part: str) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return getattr(value, part) if part in {field.name for field in fields(value)} else None
    if isinstance(value, tuple) and part.isascii() and part.isdecimal() and len(part) <= 4 and int(part) < len(value):
        return value[int(part)]
    return None


def _text(value: object) -> str:
    match value:
        case Due(on=on):
            return on.isoformat()
        case Enum():
            return str(value.value)
        case bool():
            return str(value).lower()
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _fits(name: str, was: object, now: str) -> bool:
    """Whether a field of this name, which holds a value of that kind, can hold a text."""
    if is_blank(now) or any(character in _MARKUP for character in now):
        return False
    match was:
        case Enum():
            return now in {str(member.value) for member in type(was)}
        case bool():
            return now in {"true", "false"}
        case datetime():
            return _reads(datetime.fromisoformat, now)
        case Due() | date():
            return len(now) == len("2018-04-28") and _reads(date.fromisoformat, now)
        case int():
            return now.isascii() and now.isdecimal() and len(now) <= 15
        case Decimal():
            return _POINTS.fullmatch(now) is not None
        case _:
            return _WORDS.get(name, _any_words)(now)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _is_code(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isdecimal()


def _any_words(_text: str) -> bool:
    return True


_WORDS: Final[dict[str, Callable[[str], bool]]] = {
    "document_number": lambda text: _reads(DocumentNumber.parse, text),
    "uscc": lambda text: _reads(Uscc.parse, text),
    "county": _is_code,
    "county_code": _is_code,
    "code_given": _is_code,
    "endorser": _is_code,
    "division": _is_code,
    "email": lambda text: _reads(EmailAddress.parse, text),
    "phone": lambda text: _reads(Telephone.parse, text),
    "name": lambda text: not unplain(text, line=True),
    "title": lambda text: not unplain(text, line=True),
}
"""What texts of these names are held to, beyond being plain."""

__all__ = [
    "CORRECTED_FIELD_IS_KNOWN",
    "FIELD_CAN_SAY_SO",
    "RECORD_SAYS_SO",
    "Correction",
    "CorrectionEvent",
    "Recorded",
    "blank_part",
    "decide_correction",
    "wrong_correction",
]
