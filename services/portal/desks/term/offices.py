"""Offices as people call them."""

from __future__ import annotations

from functools import cache

from services.portal.desks.term.words import Pair
from shared.programme.divisions import PROGRAMME_START, authority, counties, current_code
from shared.programme.values.offices import Office


def office_of(office: str) -> Pair:
    """An office in words; one that is not known stays as it is."""
    told = Office.parse(office)
    match told.kind:
        case "county":
            name = _counties().get(current_code(told.code), told.code)
            return f"{name}科技管理部门", f"County department of {name}"
        case "city":
            bureau = authority(told.code, PROGRAMME_START)
            name = bureau.name if bureau else told.code
            return name, f"City bureau ({name})"
        case "unit":
            return "服务业重点单位", "The key unit"
        case "province":
            return "省科技厅", "Provincial department"
        case "system":
            return "系统按期记录", "By the calendar"
        case _:
            return office, office


@cache
def _counties() -> dict[str, str]:
    return {county.code: county.name for county in counties()}


__all__ = ["office_of"]
