"""What was typed into a section's page, as a part of the form. Nothing is judged here: what is no number stays a text,
and the service says so at its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from services.portal.desks.filing.sections import Form, FormSection
from services.portal.frame.forms import SentForm
from shared.programme.forms import FieldKind, FormField
from shared.programme.values.writing import half_width
from shared.programme.vocabulary import ServiceCategory

NAMED: Final = "form."
"""Before each field's name, as in the command that saves the form."""
_WHOLE: Final = re.compile(r"[0-9]{1,15}")


def written(section: FormSection, sent: SentForm, stored: Form) -> dict[str, Any]:
    """The section's part of the form as it was typed. What its page does not show stays as it is stored."""
    part = {name: stored[name] for name in section.parts}
    for field in section.fields:
        name = NAMED + field.path
        if name in sent.values:
            part = _with(part, field.path.split("."), _value(field, sent.text(name)))
    read = _LISTS.get(section.key)
    return read(part, sent) if read else part


def whole(text: str) -> int | str | None:
    """A count or a sum of money: digits in any width, with separators of thousands or without. Anything else as it was
    typed; nothing for nothing."""
    if not text.strip():
        return None
    digits = half_width(text).replace(",", "").replace(" ", "")
    return int(digits) if _WHOLE.fullmatch(digits) else text


def numbered(sent: SentForm, name: str) -> tuple[int, ...]:
    """The numbers of the rows of a list that were sent, in order: ``0`` of ``form.institutions.0.name``."""
    begin = f"{NAMED}{name}."
    rows = {key[len(begin) :].partition(".")[0] for key in sent.values if key.startswith(begin)}
    return tuple(sorted(int(row) for row in rows if _WHOLE.fullmatch(row)))


def roster_rows(sent: SentForm) -> list[dict[str, Any]]:
    """The rows of the roster as they were typed, blank ones too."""
    rows = []
    for row in numbered(sent, "institutions"):
        at = f"{NAMED}institutions.{row}."
        categories = [each for each in sent.texts(at + "categories") if each in set(ServiceCategory)]
        rows.append({"name": sent.text(at + "name"), "uscc": sent.text(at + "uscc"), "categories": categories})
    return rows


def qualification_rows(sent: SentForm) -> list[dict[str, Any]]:
    """The other qualifications as they were typed, blank ones too."""
    rows = []
    for row in numbered(sent, "staff.others"):
        at = f"{NAMED}staff.others.{row}."
        rows.append({"name": sent.text(at + "name"), "count": whole(sent.text(at + "count"))})
    return rows


def pasted_rows(text: str) -> list[dict[str, Any]]:
    """Rows of the roster out of a spreadsheet: name, credit code, categories; a row a line."""
    lines = (re.split(r"[\t,，;；]", line) for line in text.splitlines())
    return [_pasted([cell.strip() for cell in cells]) for cells in lines if any(cell.strip() for cell in cells)]


def without_blanks(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows in which something is written."""
    return [dict(row) for row in rows if any(value not in ("", None, []) for value in row.values())]


def _pasted(cells: Sequence[str]) -> dict[str, Any]:
    name, uscc, *rest = [*cells, "", ""]
    said = [word for cell in rest for word in re.split(r"[、/\s]+", cell) if word]
    categories = [each.value for each in ServiceCategory if any(_is(each, word) for word in said)]
    return {"name": name, "uscc": uscc, "categories": categories}


def _is(category: ServiceCategory, word: str) -> bool:
    try:
        return ServiceCategory(word) is category
    except ValueError:
        return False


def _with(part: dict[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    name, *rest = path
    return part | {name: _with(dict(part.get(name) or {}), rest, value) if rest else value}


def _value(field: FormField, text: str) -> Any:
    return whole(text) if field.kind in (FieldKind.COUNT, FieldKind.YUAN) else text


def _with_roster(part: dict[str, Any], sent: SentForm) -> dict[str, Any]:
    return part | {"institutions": without_blanks(roster_rows(sent))}


def _with_qualifications(part: dict[str, Any], sent: SentForm) -> dict[str, Any]:
    return part | {"staff": part["staff"] | {"others": without_blanks(qualification_rows(sent))}}


_LISTS: Final[Mapping[str, Callable[[dict[str, Any], SentForm], dict[str, Any]]]] = {
    "roster": _with_roster,
    "staff": _with_qualifications,
}

__all__ = [
    "NAMED",
    "numbered",
    "pasted_rows",
    "qualification_rows",
    "roster_rows",
    "whole",
    "without_blanks",
    "written",
]
