"""Conflicts of interest of an expert with a case, as far as the record shows them."""

from __future__ import annotations

from dataclasses import replace

from services.review import rules
from services.review.case.state import CaseFile
from shared.contracts.core import Refusal
from shared.contracts.review import ConflictKind, Expert
from shared.programme.conflicts import Affiliation, conflicts
from shared.programme.divisions import UnknownDivision, county_called


def in_a_county(expert: Expert, field: str) -> Expert | Refusal:
    """The expert with the code of their county, which may be given by name; none is given for somebody from elsewhere.

    A county that is not known would hide a conflict, and so is refused.
    """
    if not expert.division:
        return expert
    try:
        return replace(expert, division=county_called(expert.division).code)
    except UnknownDivision as unknown:
        return Refusal(
            rules.EXPERT_IS_OF_A_COUNTY, unknown.message_en, f"{field}.division", detail_zh=unknown.message_zh
        )


def conflict_of(expert: Expert, file: CaseFile) -> tuple[ConflictKind, str] | None:
    """The first conflict on record (same organisation as an applicant or a roster institution, same county) and why."""
    known = conflicts(
        Affiliation(organisation=expert.organisation, uscc=expert.organisation_uscc, county_code=expert.division),
        county_code=file.place.county,
        applicants=(file.packet.county_unit, file.packet.key_unit),
        institutions=file.packet.form.institutions,
    )
    return (known[0].kind, known[0].reason_zh) if known else None
