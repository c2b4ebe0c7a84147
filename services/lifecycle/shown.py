"""What lifecycle answers, for its document: rows of its read models, and the entries of the public register."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel

from services.lifecycle.queries import NOT_SHOWN
from services.lifecycle.views import assessments, districts, duties, reports, rosters, support, timeline
from services.lifecycle.views.districts import Status
from shared.programme.values.stored_file import StoredFile
from shared.service.http.rows import row_model

_OBJECTS = list[dict[str, Any]]
District = row_model(
    "District",
    districts.table.columns,
    {"cycles": _OBJECTS, "standings": _OBJECTS, "corrections": _OBJECTS},
    without=NOT_SHOWN,
)
LISTED = {
    "reports": row_model("Report", reports.table.columns, {"summary": StoredFile | None, "plan": StoredFile | None}),
    "rosters": row_model("Roster", rosters.table.columns, {"institutions": _OBJECTS, "counts": dict[str, int]}),
    "support": row_model("SupportGiven", support.table.columns),
    "duties": row_model("DutyDone", duties.table.columns, {"evidence": list[StoredFile]}),
    "assessments": row_model(
        "Assessment",
        assessments.table.columns,
        {"late_years": list[int], "missed_years": list[int], "evidence": _OBJECTS},
    ),
}
"""The rows of the lists of a district, by their names."""

DistrictEvent = row_model("DistrictEvent", timeline.table.columns, {"says": dict[str, Any], "corrections": _OBJECTS})


class RegisterEntry(BaseModel):
    """What the public register says of a district."""

    case_id: str
    title: str
    county_unit: str
    key_unit: str
    document_number: str
    county: str
    county_name: str
    designated_on: date
    cycle: int
    first_day: date
    last_day: date
    status: Status
    since: date
    grade: str | None
    revoked_on: date | None
    revocation_document: str | None
