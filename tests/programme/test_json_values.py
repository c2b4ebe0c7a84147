"""Values as JSON values, exactly or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from shared.programme.forms import EvidenceKind, Unit
from shared.programme.values.json_values import as_json, as_object, canonical


def test_values_without_an_exact_form_in_json_are_refused() -> None:
    assert as_json({"d": date(2018, 6, 11), "n": Decimal("1.50")}) == {"d": "2018-06-11", "n": "1.50"}
    assert as_json(frozenset({"b", "a"})) == ["a", "b"]
    with pytest.raises(TypeError, match="float"):
        as_json(1.5)


def test_a_record_is_an_object_and_nothing_else_is() -> None:
    unit = Unit(name="九台示例（虚构）", uscc="91220113DEM0000224")
    assert as_object(unit) == {"name": "九台示例（虚构）", "uscc": "91220113DEM0000224"}
    assert as_json((unit, UUID(int=7), None, True, 3)) == [as_object(unit), str(UUID(int=7)), None, True, 3]
    assert as_json({EvidenceKind.WORK_PLAN: EvidenceKind.OTHER}) == {"work_plan": "other"}
    with pytest.raises(TypeError, match="tuple"):
        as_object((unit,))


def test_what_is_no_number_has_no_text() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))  # type: ignore[arg-type]


def test_one_value_has_one_text() -> None:
    assert (
        canonical({"乙": [1, None], "a": "甲"}) == canonical({"a": "甲", "乙": [1, None]}) == '{"a":"甲","乙":[1,null]}'
    )
