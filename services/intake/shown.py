"""The shapes of intake's answers, for the document of its API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel

from services.intake.application.changes import DocumentChange
from services.intake.views import applications, documents, timeline
from shared.contracts.core import Reason
from shared.contracts.intake import Attachment, FilingRoute, RecordCorrected
from shared.programme.divisions import County, EndorsingAuthority, FormerCode
from shared.programme.eligibility import Condition
from shared.programme.forms import ApplicationForm, Finding, Unit
from shared.programme.values.personal import DocumentName, Personal, PersonalText, Sealed
from shared.programme.values.stored_file import StoredFile
from shared.programme.vocabulary import EvidenceKind
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
    "corrections_of_record": list[RecordCorrected],
}
Application = row_model("Application", applications.columns, _SHAPES)
ListedApplication = row_model("ListedApplication", applications.columns, _SHAPES, without=WHOLE_ONLY)
TimelineEvent = row_model("TimelineEvent", timeline.columns)


@dataclass(frozen=True, slots=True)
class DocumentVersion(StoredFile):
    """A version of a document: its file, the title it then had, the day it was added."""

    version: int
    title: DocumentName
    added_on: date


Document = row_model("Document", documents.columns, {"title": DocumentName, "versions": list[DocumentVersion]})


class Applications(BaseModel):
    """A list of applications."""

    applications: list[ListedApplication]  # type: ignore[valid-type]


class Timeline(BaseModel):
    """What happened, in order."""

    events: list[TimelineEvent]  # type: ignore[valid-type]


class Attachments(BaseModel):
    """The documents of an application."""

    attachments: list[Document]  # type: ignore[valid-type]


class HashedDocument(BaseModel):
    """A document as the packet names it: by its content, not by its file's name."""

    attachment_id: str
    kind: EvidenceKind
    title: DocumentName
    version: int
    sha256: str


class PacketContents(BaseModel):
    """What is hashed."""

    form: ApplicationForm
    county_unit: Unit
    key_unit: Unit
    attachments: list[HashedDocument]


class PacketAsHashed(BaseModel):
    """The packet, the very text that is hashed, and the seals."""

    packet_sha256: str
    packet: PacketContents
    canonical: PersonalText
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


WhatItHolds = Annotated[Any, Sealed(Personal.TEXT)]
"""Of the contact's telephone number as of the plan: which field it is, only the answer says."""


class ChangedField(BaseModel):
    """A field of the form: what it held, and what it holds."""

    field: str
    was: WhatItHolds
    now: WhatItHolds


class ChangesSinceNotice(BaseModel):
    """What of a packet is not as a correction notice found it."""

    notice_no: int
    fields: list[ChangedField]
    documents: list[DocumentChange]


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
