"""Conflicts of interest of an expert with a case, 四（四）: found here, or declared by the expert."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.programme.divisions import counties, current_code
from shared.programme.forms import Institution, Unit
from shared.programme.values.uscc import normalised
from shared.programme.values.writing import name_key
from shared.programme.vocabulary import ConflictKind

__all__ = ["Affiliation", "Conflict", "ConflictKind", "conflicts"]


@dataclass(frozen=True, kw_only=True)
class Affiliation:
    """Where an expert works: the organisation's name and credit code, and the county it is in; blank if unknown."""

    organisation: str = ""
    uscc: str = ""
    county_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One conflict of interest, with its reason in both languages."""

    kind: ConflictKind
    reason_zh: str
    reason_en: str


def conflicts(
    expert: Affiliation,
    *,
    county_code: str,
    applicants: Iterable[Unit],
    institutions: Iterable[Institution] = (),
    declared: str | None = None,
) -> tuple[Conflict, ...]:
    """Every conflict of the expert with a case: its two applicants, its roster, its county, and what was declared.

    Old and current codes of a county are the same county. `declared` is the expert's own reason, None when none.
    """
    known: list[Conflict] = []
    parties = [
        *((party.name, party.uscc) for party in applicants),
        *((party.name, party.uscc) for party in institutions),
    ]
    involved = dict.fromkeys(name for name, uscc in parties if _same_organisation(expert, name, uscc))
    known += [
        Conflict(
            kind=ConflictKind.SAME_ORGANISATION,
            reason_zh=f"专家所在单位即申报单位“{name}”",
            reason_en=f"The expert belongs to {name}, which takes part in the case",
        )
        for name in involved
    ]
    if expert.county_code and current_code(expert.county_code) == current_code(county_code):
        county = _county_name(county_code)
        known.append(
            Conflict(
                kind=ConflictKind.SAME_COUNTY,
                reason_zh=f"专家所在的{county}即申报县（市、区）",
                reason_en=f"The expert works in the county that applies, {county}",
            )
        )
    if declared is not None:
        reason = declared.strip() or "-"
        known.append(
            Conflict(
                kind=ConflictKind.DECLARED,
                reason_zh=f"专家自行申报利益冲突：{reason}",
                reason_en=f"The expert declared a conflict of interest: {reason}",
            )
        )
    return tuple(known)


def _county_name(code: str) -> str:
    """A county as people call it; the code itself where it is not known."""
    now = current_code(code)
    return next((f"{county.prefecture}{county.name}" for county in counties() if county.code == now), code)


def _same_organisation(expert: Affiliation, name: str, uscc: str) -> bool:
    """One by its code or by its name: in doubt an expert stands aside."""
    same_code = bool(code := normalised(expert.uscc)) and code == normalised(uscc)
    return same_code or (bool(own := name_key(expert.organisation)) and own == name_key(name))
