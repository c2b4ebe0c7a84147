"""A roster of institutions as a text: one a line, as it is copied from a spreadsheet or stands in a file of one."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from services.portal.calling.explanation import PlainProblem, Remark
from shared.programme.vocabulary import ServiceCategory

_COMMA: Final = re.compile(r"[,，]")
_AMONG: Final = re.compile(r"[、;；/|]")
MOST_BYTES: Final = 786_432
"""Bytes of a file: some 10,000 institutions, which as a text still fit into one field of a form."""


def listed(institutions: Iterable[Mapping[str, Any]]) -> str:
    """A roster as a text."""
    return "\n".join(map(_line, institutions))


def institutions_of(text: str) -> list[dict[str, Any]]:
    """The institutions of a text; blank lines are left out. A category that nobody knows stays as it was typed, so that
    the service says what is wrong with it."""
    return [_institution(_cells(line)) for _, line in _lines(text)]


def text_of(content: bytes) -> str:
    """A roster as it stands in a CSV file, commas or tabs between; a file of a Chinese spreadsheet is no UTF-8. Raises
    ``ValueError`` for what is no text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    if "\0" in text:
        raise ValueError("no text")
    head = text.partition("\n")[0]
    rows = csv.reader(text.splitlines(), delimiter="\t" if "\t" in head else ",")
    return listed(_institution(row) for row in rows if any(cell.strip() for cell in row) and not _is_head(row))


def at_their_lines(explanation: PlainProblem, text: str, field: str) -> PlainProblem:
    """A refusal whose remarks on institutions name the lines, and stand at the ``field`` with the text."""
    numbers = [number for number, _ in _lines(text)]
    return replace(explanation, remarks=tuple(_at_its_line(each, field, numbers) for each in explanation.remarks))


def _at_its_line(remark: Remark, field: str, numbers: Sequence[int]) -> Remark:
    found = re.match(rf"{re.escape(field)}\.(\d+)", remark.field)
    if found is None or int(found[1]) >= len(numbers):
        return remark
    line = numbers[int(found[1])]
    return replace(remark, field=field, text=f"Line {line}: {remark.text}", text_zh=f"第{line}行：{remark.text_zh}")


def _lines(text: str) -> list[tuple[int, str]]:
    return [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _line(institution: Mapping[str, Any]) -> str:
    """A line with commas between, with tabs where a name has a comma itself."""
    kinds = "、".join(map(_in_words, institution["categories"]))
    return ("\t" if _COMMA.search(institution["name"]) else "，").join(
        (institution["name"], institution["uscc"], kinds)
    )


def _cells(line: str) -> Sequence[str]:
    return line.split("\t") if "\t" in line else _COMMA.split(line)


def _institution(cells: Sequence[str]) -> dict[str, Any]:
    """What a line says: name, credit code, categories. Whatever follows belongs to the categories."""
    name, uscc, *rest = (cell.strip() for cell in [*cells, "", ""])
    said = [word.strip() for cell in rest for word in _AMONG.split(cell) if word.strip()]
    return {"name": name, "uscc": uscc, "categories": [kind for word in said for kind in _kinds(word)]}


def _kinds(word: str) -> Sequence[str]:
    """The categories that a word names, or several with blanks between; an unknown one as it is."""
    parts = [_known(part) for part in (word, *word.split())]
    return [parts[0]] if parts[0] else [part for part in parts[1:] if part] if all(parts[1:]) else [word]


def _known(word: str) -> str:
    try:
        return ServiceCategory(word).value
    except ValueError:
        return ""


def _in_words(category: str) -> str:
    known = _known(category)
    return ServiceCategory(known).zh if known else category


def _is_head(row: Sequence[str]) -> bool:
    """Whether a row has the titles of the columns: no digit stands where the code does."""
    return len(row) > 1 and "代码" in row[1] and not re.search(r"\d", row[1])


__all__ = ["MOST_BYTES", "at_their_lines", "institutions_of", "listed", "text_of"]
