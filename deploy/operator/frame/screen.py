"""What is shown: tables and lines on a terminal, plain text without colour in a pipe, JSON for machines."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from deploy.operator.frame.hints import typed

WIDE = 100_000
"""Columns of a pipe: nothing is cut or folded there."""


def console(file: TextIO | None = None) -> Console:
    """A console on standard output, or on another file; in a pipe without colour and without folding."""
    to = file or sys.stdout
    if to.isatty():
        return Console(file=to, highlight=False)
    return Console(file=to, highlight=False, no_color=True, force_terminal=False, width=WIDE, soft_wrap=True)


def line_by_line() -> None:
    """Give each line on as it comes, also into a pipe: whoever follows the log through `grep` waits for it."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)


def is_terminal() -> bool:
    """Whether a person watches standard output."""
    return sys.stdout.isatty()


def clean(value: object) -> str:
    """A value as text in which nothing moves the cursor or turns the line around (control and format characters)."""
    text = "" if value is None else str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(each) for each in text)


def _visible(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in {"Cc", "Cf"}:
        return character
    return f"\\u{ord(character):04x}"


def line(text: str = "", style: str = "") -> None:
    """A line of text."""
    console().print(Text(clean(text), style=style))


def aside(text: str, style: str = "dim") -> None:
    """A line for the person, on standard error, so that a pipe gets only what was asked for."""
    console(sys.stderr).print(Text(clean(text), style=style))


def hint(text: str, style: str = "dim") -> None:
    """An aside that ends with the next command."""
    aside(typed(text), style)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, styles: Mapping[str, str] | None = None) -> None:
    """Rows under their columns' names; Chinese characters count as two columns wide."""
    cells = [[clean(cell).replace("\n", " ") for cell in row] for row in rows]
    if not is_terminal():
        print_plain(columns, cells)
        return
    shown = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    for name, right in zip(columns, numeric(columns, cells), strict=True):
        shown.add_column(name, style=(styles or {}).get(name), justify="right" if right else "left", overflow="fold")
    for row in cells:
        shown.add_row(*map(Text, row))
    console().print(shown)


def print_plain(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The same as text: columns aligned, two spaces between them, nothing at the end of a line."""
    lines = [list(columns), *map(list, rows)]
    widths = [max(cell_len(row[index]) for row in lines) for index in range(len(columns))]
    right = numeric(columns, rows)
    for each in lines:
        blanks = [" " * (width - cell_len(cell)) for cell, width in zip(each, widths, strict=True)]
        cells = [
            blank + cell if to_right else cell + blank
            for cell, blank, to_right in zip(each, blanks, right, strict=True)
        ]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def short(digest: str) -> str:
    """A digest as people compare it; whole in a pipe."""
    return f"{digest[:16]}…" if is_terminal() and len(digest) > 20 else digest


def numeric(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[bool]:
    """Which columns hold whole numbers only, and stand to the right."""
    return [bool(rows) and all(row[index].isdecimal() for row in rows) for index in range(len(columns))]


def fields(pairs: Sequence[tuple[str, object]], *, indent: int = 0) -> None:
    """Names and values, one a line, the values aligned."""
    width = max((cell_len(name) for name, _ in pairs), default=0)
    out = console()
    for name, value in pairs:
        label = " " * indent + clean(name) + " " * (width - cell_len(name) + 2)
        first, *more = clean(value).split("\n")
        out.print(Text.assemble((label, "dim"), first))
        for further in more:
            out.print(Text(" " * (indent + width + 2) + further))


def as_json(value: object) -> None:
    """One JSON value on one line, for machines."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on standard error; in a pipe it shows nothing."""
    to = console(sys.stderr)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        console=to,
        disable=not sys.stderr.isatty(),
        transient=False,
    ) as bar:
        yield bar


__all__ = [
    "as_json",
    "aside",
    "clean",
    "console",
    "fields",
    "hint",
    "is_terminal",
    "line",
    "print_plain",
    "progress_bar",
    "short",
    "table",
]
