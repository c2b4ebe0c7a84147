"""Conflicts of interest of an expert with a case, as far as the record shows them."""

from __future__ import annotations

from services.review.case.state import CaseFile
from shared.contracts.review import ConflictKind, Expert
from shared.programme.conflicts import Affiliation, conflicts


def conflict_of(expert: Expert, file: CaseFile) -> tuple[ConflictKind, str] | None:
    """The first conflict on record (same organisation as an applicant or a roster institution, same county) and why."""
    known = conflicts(
        Affiliation(organisation=expert.organisation, uscc=expert.organisation_uscc, county_code=expert.division),
        county_code=file.place.county,
        applicants=(file.packet.county_unit, file.packet.key_unit),
        institutions=file.packet.form.institutions,
    )
    return (known[0].kind, known[0].reason_zh) if known else None
