"""Where an application comes from and who endorses it, on a day (the notice's addressees)."""

from __future__ import annotations

from datetime import date

from services.intake import rules
from shared.contracts.core import Reason, Refusal
from shared.contracts.intake import FilingRoute, Place
from shared.programme.divisions import Direct, Endorsed, UnknownDivision, route


def place_of(code: str, on: date) -> Place | Refusal:
    """The place that a division code stands for on a day; an old code is routed, and ``note`` explains how."""
    try:
        way = route(code, on)
    except UnknownDivision as unknown:
        rule = rules.UNKNOWN_DIVISION
        reason = Reason("division_code", rule.name, rule.clause, unknown.message_en, unknown.message_zh)
        return Refusal(rule, unknown.message_en, "division_code", (reason,))
    return as_place(way)


def as_place(way: Endorsed | Direct) -> Place:
    """A route as the place that events carry."""
    authority = way.authority if isinstance(way, Endorsed) else None
    return Place(
        county=way.county.code,
        county_name=f"{way.county.prefecture}{way.county.name}",
        endorser=authority.code if authority else "",
        endorser_name=authority.name if authority else "",
        route=FilingRoute.ENDORSED if authority else FilingRoute.DIRECT,
        code_given=way.code_given,
        note=way.explanation.zh if way.explanation else "",
    )
