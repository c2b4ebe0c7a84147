"""Requests about a district that was designated on 20 August 2019, and how each is refused on that day."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from shared.contracts.core import Actor
from tests.lifecycle.situations import CITY, COUNTY, LEAD, OTHER_CITY, OTHER_COUNTY, PROVINCE

POINTS: Final = {"thinking": "70", "practice": "70", "evidence": []}
FILE: Final = {"sha256": "0" * 64, "size": 10, "media_type": "application/pdf", "name": "总结.pdf"}
REPORT: Final = {"year": 2020, "summary": FILE, "plan": FILE | {"sha256": "1" * 64}}

Refused = tuple[Actor | None, str, object, int, str, str]
"""Who asks, where, with which body; the status, the rule and the field of the answer."""

REFUSED: Final[list[Refused]] = [
    (None, "/support", {}, 401, "token-is-valid", ""),
    (COUNTY, "/support", {"kind": "guidance", "held_on": "2019-08-20", "findings": "x"}, 403, "role-may-do-this", ""),
    (OTHER_CITY, "/support", {"kind": "guidance", "held_on": "2019-08-20", "findings": "x"}, 403,
     "city-of-this-district-or-province", ""),
    (CITY, "/support", {"kind": "party", "held_on": "2019-08-20", "findings": "x"}, 422, "request-is-well-formed",
     "kind"),
    (CITY, "/support", {"kind": "guidance", "held_on": "2019-02-30", "findings": "x"}, 422, "request-is-well-formed",
     "held_on"),
    (CITY, "/support", {"kind": "guidance", "held_on": "2019-08-21", "findings": "x"}, 422, "not-in-the-future",
     "held_on"),
    (CITY, "/support", {"kind": "guidance", "held_on": "2019-08-20", "findings": "x\x00"}, 422,
     "request-is-well-formed", "findings"),
    (CITY, "/support", {"kind": "guidance", "held_on": "2019-08-20", "findings": "x" * 20_001}, 422,
     "text-is-not-too-long", "findings"),
    (CITY, "/support", {"kind": "guidance", "held_on": "2019-08-20", "findings": "x" * 1_100_000}, 413,
     "body-is-not-too-large", ""),
    (CITY, "/support", {"kind": "guidance", "held_on": "2019-08-20", "findings": "x", "by": "me"}, 422,
     "request-is-well-formed", "by"),
    (CITY, "/support", ["kind"], 422, "request-is-well-formed", "body"),
    (COUNTY, "/reports", REPORT, 409, "report-year-begun", "year"),
    (OTHER_COUNTY, "/reports", REPORT, 403, "county-of-this-district", ""),
    (COUNTY, "/duties", {"duty": "planning", "text": "x", "evidence": [FILE]}, 422, "document-is-uploaded",
     "evidence.0"),
    (COUNTY, "/reports", REPORT | {"year": -1}, 422, "report-year-of-the-term", "year"),
    (COUNTY, "/reports", REPORT | {"year": "2020"}, 422, "request-is-well-formed", "year"),
    (COUNTY, "/reports", REPORT | {"year": 10**400}, 422, "report-year-of-the-term", "year"),
    (COUNTY, "/duties", {"duty": "planning", "text": "x", "evidence": [FILE | {"sha256": "../../etc/passwd"}]}, 422,
     "document-is-uploaded", "evidence.0"),
    (PROVINCE, "/report-receipts", {"year": 2020}, 409, "report-is-filed", "year"),
    (COUNTY, "/roster", {"as_of": "2019-08-20", "institutions": [{"name": "某所", "uscc": "91222401DEM0000490",
     "categories": []}]}, 422, "uscc-holds", "institutions.0.uscc"),
    (COUNTY, "/roster", {"as_of": "2019-08-20", "institutions": [{"name": "所", "uscc": "9", "categories": ["bank"]}]},
     422, "request-is-well-formed", "institutions.0.categories.0"),
    (COUNTY, "/roster", {"as_of": "2019-08-20", "institutions": []}, 422, "roster-fits", "institutions"),
    (PROVINCE, "/assessment", {}, 409, "assessment-near-the-end", ""),
    (PROVINCE, "/assessment/conclusion", POINTS, 422, "evidence-is-named", "evidence"),
    (PROVINCE, "/assessment/conclusion", POINTS | {"evidence": [{"event_id": str(uuid4()), "shows": "x"}]}, 422,
     "evidence-is-named", "evidence"),
    (PROVINCE, "/assessment/conclusion", POINTS | {"unknown_events": []}, 422, "request-is-well-formed",
     "unknown_events"),
    (PROVINCE, "/assessment/conclusion", POINTS | {"thinking": "100.01"}, 422, "points-between-0-and-100", "thinking"),
    (PROVINCE, "/assessment/conclusion", POINTS | {"thinking": "NaN"}, 422, "request-is-well-formed", "thinking"),
    (COUNTY, "/assessment/conclusion", POINTS, 403, "role-may-do-this", ""),
    (PROVINCE, "/retention", {}, 409, "title-kept-if-qualified", ""),
    (PROVINCE, "/rectification", {"requirements": "x", "months": 13}, 422, "rectification-months-allowed", "months"),
    (PROVINCE, "/rectification", {"requirements": "x"}, 409, "rectification-if-unqualified", ""),
    (PROVINCE, "/hearing", {"grounds": "x"}, 409, "heard-after-failing", ""),
    (PROVINCE, "/revocation", {}, 403, "role-may-do-this", ""),
    (LEAD, "/revocation", {"document_number": "58号", "reasons": "x"}, 422, "document-numbered", "document_number"),
    (LEAD, "/revocation", {"document_number": "吉科发〔2023〕58号", "reasons": "x"}, 409, "heard-before-revoking", ""),
]  # fmt: skip
