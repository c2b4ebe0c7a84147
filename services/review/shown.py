"""What review answers, for its document: rows of its read models, less what not everybody is shown."""

from __future__ import annotations

from typing import Any

from services.review.queries import PANEL_ONLY, PUBLIC_COLUMNS
from services.review.views import cases, conditions, members, objections, packets, sheets, timeline, visits
from shared.contracts.core import Reason
from shared.contracts.intake import Attachment, Seal
from shared.programme.forms import ApplicationForm, Finding
from shared.programme.values.stored_file import StoredFile
from shared.service.http.rows import row_model

Case = row_model(
    "Case",
    cases.table.columns,
    {"correction_items": list[Reason], "reasons": list[dict[str, Any]], "corrections_of_record": list[dict[str, Any]]},
    perhaps=PANEL_ONLY,
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
PanelMember = row_model("PanelMember", members.table.columns)
ScoreSheets = row_model("ScoreSheets", [sheets.table.c.open, sheets.table.c.sheets], {"sheets": list[dict[str, Any]]})
SiteVisit = row_model(
    "SiteVisit",
    visits.table.columns,
    {
        "visitors": list[str],
        "rescheduled": list[dict[str, str]],
        "attended_by": list[str],
        "checklist": list[dict[str, Any]],
        "photographs": list[StoredFile],
    },
    perhaps=["rescheduled", "attended_by", "checklist", "photographs", "findings", "dissent"],
)
ObjectionShown = row_model("ObjectionShown", objections.table.columns, perhaps=["objector"])
CaseEvent = row_model("CaseEvent", timeline.table.columns, perhaps=["actor", "office"])

__all__ = [
    "Case",
    "CaseCondition",
    "CaseEvent",
    "CasePacket",
    "InPublicity",
    "ObjectionShown",
    "PanelMember",
    "ScoreSheets",
    "SiteVisit",
]
