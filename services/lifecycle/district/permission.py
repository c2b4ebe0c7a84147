"""Who may do what to a district: by office, and never on one's own filing."""

from __future__ import annotations

from datetime import date

from services.lifecycle import rules
from services.lifecycle.district.state import District
from shared.contracts.core import Actor, Context, Refusal, Role
from shared.contracts.lifecycle import ReportReceiver
from shared.contracts.refusing import first, unless
from shared.programme.divisions import Endorsed, current_code, route
from shared.programme.values.uscc import normalised
from shared.programme.values.writing import is_blank


def is_system(context: Context) -> bool:
    """Whether the calendar speaks, not a person."""
    return context.actor.has(Role.SYSTEM)


def is_own_county(actor: Actor, district: District) -> bool:
    """Whether this is the district's county department, under its old code or its new one."""
    kind, _, code = actor.office.partition(":")
    return kind == "county" and actor.has(Role.COUNTY) and current_code(code) == current_code(district.place.county)


def is_own_key_unit(actor: Actor, district: District) -> bool:
    """Whether this is the district's key service unit."""
    kind, _, code = actor.office.partition(":")
    return kind == "unit" and actor.has(Role.KEY_UNIT) and normalised(code) == normalised(district.key_unit.uscc)


def competent_city(district: District, on: date) -> str | None:
    """The division of the city bureau that a district belongs to on a day; ``None`` for one that files directly."""
    way = route(district.place.county, on)
    return way.authority.code if isinstance(way, Endorsed) else None


def receiver(actor: Actor, district: District, on: date) -> ReportReceiver | None:
    """For whom an officer gives receipts of this district's reports; ``None`` where for nobody."""
    if is_province(actor):
        return ReportReceiver.PROVINCE
    city = competent_city(district, on)
    own = city is not None and actor.has(Role.CITY) and actor.office == f"city:{city}"
    return ReportReceiver.CITY if own else None


def is_province(actor: Actor) -> bool:
    """Whether this is an officer (or a head) of the provincial department."""
    return actor.office == "province" and actor.has(Role.PROVINCE, Role.PROVINCE_LEAD)


def county_only(context: Context, district: District) -> Refusal | None:
    """Refuses whoever is not of the district's county department."""
    return unless(is_own_county(context.actor, district), rules.OWN_COUNTY)


def applicant_only(context: Context, district: District) -> Refusal | None:
    """Refuses whoever is neither of the district's county department nor of its key unit."""
    mine = is_own_county(context.actor, district) or is_own_key_unit(context.actor, district)
    return unless(mine, rules.OWN_APPLICANT)


def province_only(context: Context, district: District) -> Refusal | None:
    """Refuses whoever is not of the province, and whoever filed something for this district."""
    return first(
        unless(is_province(context.actor), rules.PROVINCE_ONLY),
        unless(context.actor.subject not in district.filers, rules.NOT_ONES_OWN),
    )


def lead_only(context: Context, district: District) -> Refusal | None:
    """Refuses whoever is not a head of the provincial department."""
    return first(
        unless(context.actor.has(Role.PROVINCE_LEAD), rules.LEAD_ONLY),
        province_only(context, district),
    )


def uploaded(not_uploaded: tuple[str, ...]) -> Refusal | None:
    """Refuses the first document that was not uploaded, or is not what the filing says."""
    return Refusal(rules.DOCUMENT_STORED, field=not_uploaded[0]) if not_uploaded else None


def said(text: str, field: str) -> Refusal | None:
    """Refuses a blank text."""
    return unless(not is_blank(text), rules.TEXT_GIVEN, field=field)
