"""Names by their pieces, so that an index finds whatever stands within one: 九台 in 长春市九台区.

A piece is a character, or two that are neighbours; the case of letters does not matter. A word of two characters finds
its one piece, a longer one all of its pairs: what they find holds the word nearly always, and the query that asks looks
once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from sqlalchemy import Column, ColumnElement, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.projections.view import Row, View


def names_view(name: str) -> View:
    """A view with a row a case: ``names`` by what they are of, and their ``pieces``."""
    table = Table(
        name,
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("names", JSONB, nullable=False, default=dict),
        Column("pieces", JSONB, nullable=False, default=list),
    )
    Index(f"{name}_by_piece", table.c.pieces, postgresql_using="gin", postgresql_ops={"pieces": "jsonb_path_ops"})
    return View(table)


def named(row: Row, **names: str) -> Row:
    """The row with these names, in the place of those that it had of the same."""
    every = row["names"] | names
    return row | {"names": every, "pieces": pieces_of(every.values())}


def pieces_of(names: Iterable[str]) -> list[str]:
    """The characters and the pairs of neighbours in names, each once, in order."""
    return sorted({piece for name in names for piece in (*name.lower(), *_pairs(name))})


def may_hold(view: View, word: str) -> ColumnElement[bool]:
    """Whether one of a case's names may hold a word: none of the others does."""
    found: ColumnElement[bool] = view.table.c.pieces.contains(sorted(set(_pairs(word))) or [word.lower()])
    return found


def _pairs(word: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(word.lower())]


__all__ = ["may_hold", "named", "names_view", "pieces_of"]
