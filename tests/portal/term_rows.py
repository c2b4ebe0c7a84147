"""Rows as lifecycle answers them, for tests of what pages make of them."""

from __future__ import annotations

from typing import Any

CASE = "0b6f0c9e-6f6e-5a52-8f0e-8f6f6a3f0a01"


def awaited(year: int, due: str, *, missed: bool = False) -> dict[str, Any]:
    """A report that is not filed."""
    return {"year": year, "due": due, "provisional": False, "overdue": missed, "missed": missed}


def district_row(**changes: Any) -> dict[str, Any]:
    """A district in its first term, of which the report of 2021 is awaited."""
    row = {
        "case_id": CASE,
        "version": 4,
        "status": "designated",
        "county_name": "东昌区",
        "county_unit": "县（区）科技主管部门（虚构）",
        "key_unit": "东昌示例医药知识产权服务中心有限公司（虚构）",
        "title": "知识产权服务业集聚发展区",
        "document_number": "吉科发专〔2019〕140号",
        "designated_on": "2019-08-20",
        "cycle": 1,
        "first_day": "2019-08-20",
        "last_day": "2022-08-19",
        "grade": None,
        "score": None,
        "rectification_due": None,
        "rectification_reported_on": None,
        "hearing_due": None,
        "statements": 0,
        "recommended_for": None,
        "revoked_on": None,
        "revocation_document": None,
        "policy_version": "2018-04-28.1",
        "awaited": [awaited(2021, "2021-03-31"), awaited(2022, "2022-03-31")],
    }
    return row | changes


def report_row(year: int, **changes: Any) -> dict[str, Any]:
    """A yearly report that is owed."""
    row = {
        "year": year,
        "cycle": 1,
        "owed": True,
        "due": f"{year}-03-31",
        "filed_on": None,
        "late_by": None,
        "overdue": False,
        "missed": False,
    }
    return row | changes


def event_row(kind: str, on: str, says: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """An event of the time line, recorded at nine in the morning of its day."""
    row = {
        "event_id": f"{kind} {on}",
        "type": f"lifecycle.{kind}",
        "term": "某事",
        "clause": "五（三）",
        "effective_on": on,
        "recorded_at": f"{on}T01:00:00Z",
        "actor": "county-220502",
        "office": "county:220502",
        "says": says or {},
        "corrections": [],
    }
    return row | changes


__all__ = ["CASE", "awaited", "district_row", "event_row", "report_row"]
