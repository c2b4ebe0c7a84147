"""Acting for a head: the kinds of act that may be delegated, who is a head, and how long a delegation may last.

Acts are named as the policy names them, `<service>.<Command>`. An act stands in one kind, or cannot be delegated: a
score sheet is the expert's own, and a delegation is not passed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.contracts.core import Role
from shared.programme.vocabulary import ActKind

HEADS: Final = frozenset({Role.PROVINCE_LEAD, Role.CITY, Role.COUNTY, Role.KEY_UNIT})
"""Who answers for an office, and so may let a colleague act. The province's officers act under its lead. In the others'
offices the programme knows one role, which is the office's own."""

_PROVINCE: Final = frozenset({Role.PROVINCE_LEAD})
_OFFICERS: Final = frozenset({Role.PROVINCE_LEAD, Role.CITY})
_APPLICANTS: Final = frozenset({Role.COUNTY, Role.KEY_UNIT})


@dataclass(frozen=True, slots=True)
class Delegable:
    """The acts of a kind, and the heads who have at least one of them to give."""

    acts: frozenset[str]
    by: frozenset[Role]


def _acts(service: str, *commands: str) -> frozenset[str]:
    return frozenset(f"{service}.{command}" for command in commands)


DELEGABLE: Final[Mapping[ActKind, Delegable]] = {
    ActKind.FILING: Delegable(
        _acts(
            "intake",
            *("OpenDraft", "ReviseForm", "AddAttachment", "RemoveAttachment", "CorrectUnit"),
            *("RequestEndorsement", "FileCorrection", "Withdraw"),
        ),
        _APPLICANTS,
    ),
    ActKind.SEALING: Delegable(_acts("intake", "SealPacket"), _APPLICANTS | {Role.CITY}),
    ActKind.ENDORSEMENT: Delegable(
        _acts("intake", "Endorse", "DeclineEndorsement", "ReturnForChanges"), frozenset({Role.CITY})
    ),
    ActKind.EXAMINATION: Delegable(
        _acts("review", "IssueCorrectionNotice", "Accept", "RefuseAcceptance", "GiveJudgement"), _PROVINCE
    ),
    ActKind.PANEL: Delegable(
        _acts(
            "review",
            *("ConvenePanel", "RecuseExpert", "ReplaceExpert", "ConcludeMaterialReview", "ConcludePanel"),
            *("ScheduleSiteVisit", "RescheduleSiteVisit", "ReportSiteVisit"),
        ),
        _PROVINCE,
    ),
    ActKind.PUBLICITY: Delegable(_acts("review", "StartPublicity", "AnswerObjection", "SetAsideObjections"), _PROVINCE),
    ActKind.DECISION: Delegable(_acts("review", "Approve", "ConfirmNotYet"), _PROVINCE),
    ActKind.REPORTS: Delegable(
        _acts(
            "lifecycle",
            *("FileAnnualReport", "ReportDuty", "UpdateRoster", "FileRectificationReport", "MakeStatement"),
        ),
        _APPLICANTS,
    ),
    ActKind.GUIDANCE: Delegable(_acts("lifecycle", "AcknowledgeReport", "RecordSupport"), _OFFICERS),
    ActKind.ASSESSMENT: Delegable(
        _acts("lifecycle", "OpenAssessment", "ConcludeAssessment", "RecommendNationally", "RetainTitle"), _PROVINCE
    ),
    ActKind.RECTIFICATION: Delegable(
        _acts("lifecycle", "OrderRectification", "ExtendRectification", "Reassess"), _PROVINCE
    ),
    ActKind.REVOCATION: Delegable(_acts("lifecycle", "InviteHearing", "RevokeTitle"), _PROVINCE),
    ActKind.CORRECTION: Delegable(
        _acts("intake", "CorrectRecord") | _acts("review", "CorrectRecord") | _acts("lifecycle", "CorrectRecord"),
        _OFFICERS,
    ),
}
"""What each kind has."""


def kinds_of(roles: Iterable[Role]) -> tuple[ActKind, ...]:
    """The kinds of act that somebody with these roles has to give, in the order of the programme."""
    heads = HEADS.intersection(roles)
    return tuple(kind for kind, delegable in DELEGABLE.items() if not heads.isdisjoint(delegable.by))


def acts_of(kinds: Iterable[ActKind]) -> frozenset[str]:
    """The acts of several kinds."""
    return frozenset().union(*(DELEGABLE[kind].acts for kind in kinds))


__all__ = ["DELEGABLE", "HEADS", "Delegable", "acts_of", "kinds_of"]
