"""The shapes of intake's answers, for the document of its API."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel

from services.intake.views import applications, documents, timeline
from shared.contracts.core import Reason
from shared.contracts.intake import Attachment, FilingRoute
from shared.programme.divisions import County, EndorsingAuthority, FormerCode
from shared.programme.eligibility import Condition
from shared.programme.forms import ApplicationForm, Finding, Unit
from shared.service.http.rows import row_model

WHOLE_ONLY = frozenset({"form", "attachments", "defects", "correction_items", "corrections_of_record", "blocked_by"})
"""Columns that a list leaves out; they are in the whole row."""

_SHAPES: dict[str, Any] = {
    "county_unit": Unit,
    "key_unit": Unit,
    "paper_seals": list[str],
    "defects": list[Finding],
    "form": ApplicationForm | None,
    "attachments": dict[str, Attachment],
    "seals": list[dict[str, Any]],
    "correction_items": list[Reason],
    "blocked_by": list[Reason],
    "corrections_of_record": list[dict[str, Any]],
}
Application = row_model("Application", applications.columns, _SHAPES)
ListedApplication = row_model("ListedApplication", applications.columns, _SHAPES, without=WHOLE_ONLY)
TimelineEvent = row_model("TimelineEvent", timeline.columns)
Document = row_model("Document", documents.columns, {"versions": list[dict[str, Any]]})


class Applications(BaseModel):
    """A list of applications."""

    applications: list[ListedApplication]  # type: ignore[valid-type]


class Timeline(BaseModel):
    """What happened, in order."""

    events: list[TimelineEvent]  # type: ignore[valid-type]


class Attachments(BaseModel):
    """The documents of an application."""

    attachments: list[Document]  # type: ignore[valid-type]


class PacketAsHashed(BaseModel):
    """The packet, the very text that is hashed, and the seals."""

    packet_sha256: str
    packet: dict[str, Any]
    canonical: str
    seals: list[dict[str, Any]]
    seals_wanting: list[Reason]


class Findings(BaseModel):
    """What is wrong with a packet."""

    findings: list[Finding]


class Eligibility(BaseModel):
    """Every condition, and the services that nobody offers."""

    policy_version: str
    eligible: bool
    conditions: list[Condition]
    coverage_gaps: list[tuple[str, str]]


class CheckedEligibility(Eligibility):
    """The same with what is wrong with the form."""

    findings: list[Finding]


class Divisions(BaseModel):
    """The county-level units and who endorses them."""

    counties: list[County]
    former_codes: list[FormerCode]
    authorities: list[EndorsingAuthority]


class Explained(BaseModel):
    """Why an old code leads where it leads."""

    zh: str
    en: str


class Division(BaseModel):
    """Where a code leads on a day."""

    county: str
    county_name: str
    endorser: str
    endorser_name: str
    route: FilingRoute
    code_given: str
    note: str
    on: date
    explanation: Explained | None
