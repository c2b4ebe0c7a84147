"""What lifecycle answers, for its document: rows of its read models, and the entries of the public register."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.lifecycle.queries import NOT_SHOWN, PUBLISHED_COLUMNS, WHOLE_ONLY
from services.lifecycle.views import assessments, districts, duties, reports, rosters, support, timeline
from services.lifecycle.views.districts import Status, TitleGroup
from shared.programme.values.personal import PersonalText, PersonName
from shared.programme.values.stored_file import StoredFile
from shared.service.http.rows import row_model

_OBJECTS = list[dict[str, Any]]


class AwaitedReport(BaseModel):
    """A yearly report that a district has not filed."""

    year: int
    due: date
    provisional: bool
    overdue: bool
    missed: bool


class DistrictAct(BaseModel):
    """An act by its command's name, and the year whose report it concerns."""

    command: str
    year: int | None


class DistrictCorrected(BaseModel):
    """What was corrected of the record, when it was so and when it was known."""

    model_config = ConfigDict(extra="allow")

    corrects: str
    field: str
    was: PersonalText
    now: PersonalText


District = row_model(
    "District",
    districts.table.columns,
    {"cycles": _OBJECTS, "standings": _OBJECTS, "corrections": list[DistrictCorrected]},
    without=NOT_SHOWN,
    awaited=list[AwaitedReport],
)
DistrictListed = row_model(
    "DistrictListed",
    districts.table.columns,
    {"cycles": _OBJECTS, "standings": _OBJECTS},
    without=NOT_SHOWN | WHOLE_ONLY,
    awaited=list[AwaitedReport],
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


class DistrictFacts(BaseModel):
    """The plain facts of an event, by their names; a correction's tell of people."""

    model_config = ConfigDict(extra="allow")

    was: PersonalText | None = None
    now: PersonalText | None = None
    on_word_of: PersonName | None = None


class FactCorrected(BaseModel):
    """What a later event corrected of one."""

    field: str
    was: PersonalText
    now: PersonalText
    why: str
    by: str


DistrictEvent = row_model(
    "DistrictEvent", timeline.table.columns, {"says": DistrictFacts, "corrections": list[FactCorrected]}
)

RegisterEvent = row_model("RegisterEvent", [timeline.table.c[name] for name in PUBLISHED_COLUMNS])


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


class CountedDistricts(BaseModel):
    """How many districts of a county are in a group, with a grade (empty: not assessed)."""

    county: str
    standing: TitleGroup
    grade: str
    number: int


class RegisterFigures(BaseModel):
    """The register's figures, and of each county and group the district that was designated first."""

    counts: list[CountedDistricts]
    first: list[RegisterEntry]
