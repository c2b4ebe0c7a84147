"""Conflicts of interest of an expert with a case, as far as the record shows them."""

from __future__ import annotations

from services.review.case.stages import OnFile
from shared.contracts.review import ConflictKind, Expert
from shared.programme.conflicts import Affiliation, conflicts


def conflict_of(expert: Expert, state: OnFile) -> tuple[ConflictKind, str] | None:
    """The first conflict found (same organisation as an applicant or a roster institution, same county) and why."""
    found = conflicts(
        Affiliation(organisation=expert.organisation, uscc=expert.organisation_uscc, county_code=expert.division),
        county_code=state.place.county,
        applicants=(state.packet.county_unit, state.packet.key_unit),
        institutions=state.packet.form.institutions,
    )
    return (found[0].kind, found[0].reason_zh) if found else None
