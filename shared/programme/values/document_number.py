"""Numbers of official documents (发文字号), as in 吉科发专〔2018〕76号: agency, year in brackets, serial number.

GB/T 9704-2012, 7.2.5 asks for hexagonal brackets 〔〕; people write others, so all are read and 〔〕 is written.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from shared.programme.values.writing import half_width

_PAIRS: Final = {"〔": "〕", "【": "】", "[": "]", "(": ")", "﹝": "﹞", "〖": "〗"}
_SHAPE: Final = re.compile(
    r"(?P<agency>[^\d〔【\[(﹝〖]*)(?P<open>[〔【\[(﹝〖])(?P<year>[^〕】\])﹞〗]*)(?P<close>[〕】\])﹞〗])(?P<rest>.*)"
)
_SERIAL: Final = re.compile(r"第?(?P<serial>\d+)号")
_AGENCY: Final = re.compile(r"[一-鿿]{1,20}")
FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2099
LONGEST_SERIAL: Final = 6

DocumentNumberRule = Literal["shape", "brackets", "agency", "year", "serial"]


class DocumentNumberError(ValueError):
    """The text is not a document number; `rule` names the part that is wrong."""

    def __init__(self, *, rule: DocumentNumberRule, text: str, message_zh: str, message_en: str) -> None:
        self.rule = rule
        self.text = text
        self.message_zh = message_zh
        self.message_en = message_en
        super().__init__(message_en)


@dataclass(frozen=True, kw_only=True, order=True)
class DocumentNumber:
    """One document number; `str()` gives its canonical form. Two spellings of one number are equal."""

    agency: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        text = f"{self.agency}〔{self.year}〕{self.serial}号"
        if not _AGENCY.fullmatch(self.agency):
            raise _error("agency", text, "发文机关代字应为汉字", "the agency prefix must be Chinese characters")
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise _error(
                "year", text, f"年份应为{FIRST_YEAR}至{LAST_YEAR}", f"the year must be {FIRST_YEAR} to {LAST_YEAR}"
            )
        if not 0 < self.serial < 10**LONGEST_SERIAL:
            raise _error("serial", text, "发文顺序号应为正整数", "the serial number must be a positive number")

    @classmethod
    def parse(cls, text: str) -> "DocumentNumber":
        """Read a number written with any of the usual brackets. Raises `DocumentNumberError`."""
        plain = re.sub(r"\s", "", half_width(text).replace("﹝", "〔").replace("﹞", "〕"))
        parts = _SHAPE.fullmatch(plain)
        if parts is None:
            raise _error("shape", text, "应形如“吉科发专〔2018〕76号”", "it should look like 吉科发专〔2018〕76号")
        if _PAIRS[parts["open"]] != parts["close"]:
            raise _error("brackets", text, "年份两侧的括号不成对", "the brackets round the year do not match")
        if not re.fullmatch(r"[0-9]{4}", parts["year"]):
            raise _error("year", text, "括号内应为四位年份", "four digits of a year must stand in the brackets")
        serial = _SERIAL.fullmatch(parts["rest"])
        if serial is None or len(serial["serial"]) > LONGEST_SERIAL:
            raise _error("serial", text, "应以“顺序号+号”结尾", "it must end with a serial number and 号")
        return cls(agency=parts["agency"], year=int(parts["year"]), serial=int(serial["serial"]))

    def __str__(self) -> str:
        return f"{self.agency}〔{self.year}〕{self.serial}号"


def _error(rule: DocumentNumberRule, text: str, zh: str, en: str) -> DocumentNumberError:
    return DocumentNumberError(
        rule=rule, text=text, message_zh=f"发文字号“{text}”有误：{zh}", message_en=f"Document number {text!r}: {en}"
    )
