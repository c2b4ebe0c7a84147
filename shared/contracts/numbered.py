"""The events that bear a document number of the province's own, and what a correction of one may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.contracts import lifecycle, review
from shared.contracts.core import Event, Refusal
from shared.programme.record import Correction, Recorded
from shared.programme.unique import Elsewhere, renumbered, second_title
from shared.programme.vocabulary import NumberedAct

NUMBER: Final = "document_number"
COUNTY: Final = "place.county"
"""The field of an approval that says whose title it is."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The decision that a number is of, and the field of the event that has its date (or its day of effect)."""

    act: NumberedAct
    dated: str


NUMBERED: Final[Mapping[type[Event], Numbering]] = {
    review.AcceptanceRefused: Numbering(NumberedAct.REFUSAL, "effective_on"),
    review.NotYetConfirmed: Numbering(NumberedAct.NOT_YET, "effective_on"),
    review.DesignationApproved: Numbering(NumberedAct.APPROVAL, "approved_on"),
    lifecycle.DistrictDesignated: Numbering(NumberedAct.APPROVAL, "designated_on"),
    lifecycle.TitleRevoked: Numbering(NumberedAct.REVOCATION, "revoked_on"),
}
"""Every event with a number of the province's own. The term repeats that of its approval."""


def taken(correction: Correction, recorded: Recorded, elsewhere: Elsewhere) -> Refusal | None:
    """Why a decision may not be corrected to this number, or its title to this county; ``None`` where it may.

    A number is held to the date that the record says now, so a wrong date is corrected before it.
    """
    numbering = NUMBERED.get(type(recorded.event))
    if numbering is None:
        return None
    if correction.field == NUMBER:
        return renumbered(correction, recorded, dated=numbering.dated, act=numbering.act, elsewhere=elsewhere)
    return second_title(elsewhere, "now") if correction.field == COUNTY else None


__all__ = ["COUNTY", "NUMBER", "NUMBERED", "Numbering", "taken"]
