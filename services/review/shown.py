"""What review answers, for its document: rows of its read models, less what not everybody is shown."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from services.review.queries import ANSWERED, INSIDE_ONLY, NOT_SHOWN, PANEL_ONLY, PAPERS, PUBLIC_COLUMNS, WHOLE_ONLY
from services.review.views import cases, conditions, members, objections, packets, sheets, timeline, visits
from shared.contracts.core import Reason
from shared.contracts.intake import Attachment, Seal
from shared.contracts.review import RecordCorrected
from shared.programme.forms import ApplicationForm, Finding
from shared.programme.values.personal import PersonalText, PersonName
from shared.programme.values.stored_file import StoredFile
from shared.service.http.rows import row_model

Case = row_model(
    "Case",
    cases.table.columns,
    {"correction_items": list[Reason], "reasons": list[dict[str, Any]], "corrections_of_record": list[RecordCorrected]},
    without=NOT_SHOWN,
    perhaps=PANEL_ONLY | INSIDE_ONLY | PAPERS | {"to_declare"},
    to_declare=bool,
)
CaseListed = row_model(
    "CaseListed",
    [column for column in cases.table.columns if column.name not in WHOLE_ONLY],
    {"correction_items": list[Reason], "reasons": list[dict[str, Any]]},
    without=NOT_SHOWN,
    perhaps=(PANEL_ONLY | INSIDE_ONLY | PAPERS | {"to_declare"}) - WHOLE_ONLY,
    to_declare=bool,
)
InPublicity = row_model("InPublicity", [cases.table.c[name] for name in PUBLIC_COLUMNS])
CasePacket = row_model(
    "CasePacket",
    packets.table.columns,
    {
        "form": ApplicationForm,
        "attachments": list[Attachment],
        "seals": list[Seal],
        "defects": list[Finding],
        "changed_parts": list[str],
    },
)
CaseCondition = row_model("CaseCondition", conditions.table.columns, {"evidence": list[str]}, perhaps=["judged_by"])
PanelMember = row_model("PanelMember", members.table.columns, {"name": PersonName, "reason": PersonalText | None})
ScoreSheets = row_model("ScoreSheets", [sheets.table.c.open, sheets.table.c.sheets], {"sheets": list[dict[str, Any]]})
SiteVisit = row_model(
    "SiteVisit",
    visits.table.columns,
    {
        "visitors": list[PersonName],
        "rescheduled": list[dict[str, str]],
        "attended_by": list[PersonName],
        "checklist": list[dict[str, Any]],
        "photographs": list[StoredFile],
    },
    perhaps=["rescheduled", "attended_by", "checklist", "photographs", "findings", "dissent", "may_report"],
    may_report=bool,
)
ObjectionShown = row_model(
    "ObjectionShown",
    objections.table.columns,
    {"objector": PersonName, "text": PersonalText, "client": PersonalText},
    perhaps=["objector", "client"],
)
ObjectionAnswer = row_model(
    "ObjectionAnswer", [*(objections.table.c[name] for name in ANSWERED), cases.table.c.county_name]
)


class CaseCounts(BaseModel):
    """How many cases there are of each stage that has one."""

    stages: dict[str, int]


class HolderOfCases(BaseModel):
    """Who holds cases that have not ended, and how many."""

    holder: str
    holder_name: str
    cases: int


class Candidate(BaseModel):
    """An expert of other panels: in how many running cases they sit, and what stands in the way in this one."""

    expert_id: str
    name: PersonName
    organisation: str
    organisation_uscc: str
    division: str
    running: int
    conflict: str | None
    reason: PersonalText | None


CaseEvent = row_model("CaseEvent", timeline.table.columns, perhaps=["actor", "office"])

__all__ = [
    "Candidate",
    "Case",
    "CaseCondition",
    "CaseCounts",
    "CaseEvent",
    "CaseListed",
    "CasePacket",
    "HolderOfCases",
    "InPublicity",
    "ObjectionAnswer",
    "ObjectionShown",
    "PanelMember",
    "ScoreSheets",
    "SiteVisit",
]
