"""The bytes that an event's hash is taken of."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.notary.leaf import COLUMNS, leaf_data, leaf_hash, row_of

ROW = [
    "7", "1772413200000001", "6b1c4a9e-0000-5000-8000-000000000001", "6b1c4a9e-0000-4000-8000-000000000002", None,
    "2026-03-02", "3", "1", "0", "false", "intake/application/1", "intake.ApplicationEndorsed", "li", "city:220100",
    "corr-1", "2026-1", '{"opinion":"同意"}',
]  # fmt: skip
LEAF = (
    "1:7,16:1772413200000001,36:6b1c4a9e-0000-5000-8000-000000000001,36:6b1c4a9e-0000-4000-8000-000000000002,-,"
    "10:2026-03-02,1:3,1:1,1:0,5:false,20:intake/application/1,26:intake.ApplicationEndorsed,2:li,11:city:220100,"
    '6:corr-1,6:2026-1,20:{"opinion":"同意"},'
)


def test_a_leaf_is_netstrings_of_the_columns() -> None:
    assert leaf_data(ROW).decode() == LEAF
    assert leaf_hash(leaf_data(ROW)) == sha256(b"\x00" + LEAF.encode()).digest()


def test_a_row_is_known_by_its_columns() -> None:
    assert row_of(dict(zip(COLUMNS, ROW, strict=True))) == ROW
    with pytest.raises(KeyError):
        row_of({"seq": "1"})
    with pytest.raises(ValueError, match="extra"):
        row_of({**dict(zip(COLUMNS, ROW, strict=True)), "extra": "1"})


@pytest.mark.parametrize("row", [[], ROW[:-1], [*ROW, "one more"], ["同", *ROW]])
def test_what_has_not_the_columns_has_no_leaf(row: list[str | None]) -> None:
    with pytest.raises(ValueError, match="17 columns"):
        leaf_data(row)


@given(st.lists(st.none() | st.text(), min_size=17, max_size=17))
def test_any_row_has_the_leaf_that_the_definition_says(row: list[str | None]) -> None:
    expected = b"".join(
        b"-," if each is None else str(len(each.encode())).encode() + b":" + each.encode() + b"," for each in row
    )
    assert leaf_data(row) == expected
    assert leaf_data(tuple(row)) == expected
