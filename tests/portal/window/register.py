"""Entries of the register, as lifecycle writes them, for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.portal.window.register.entries import RegisteredDistrict, read_entry


def row(number: int = 1, **other: Any) -> dict[str, Any]:
    """An entry of lifecycle's answer."""
    said = {
        "case_id": str(UUID(int=number)),
        "title": "吉林省知识产权服务业集聚发展区",
        "key_unit": "九台示例知识产权服务有限公司（虚构）",
        "document_number": "吉科发专〔2018〕131号",
        "county": "220113",
        "county_name": "长春市九台区",
        "designated_on": "2018-08-31",
        "cycle": 1,
        "first_day": "2018-08-31",
        "last_day": "2021-08-30",
        "status": "designated",
        "since": "2018-08-31",
        "grade": None,
        "revoked_on": None,
        "revocation_document": None,
    }
    return said | {"county_unit": f"{other.get('county_name', said['county_name'])}科技主管部门（虚构）"} | other


def entry(number: int = 1, **other: Any) -> RegisteredDistrict:
    """An entry as pages use it."""
    return read_entry(row(number, **other))


JIUTAI = entry(1, cycle=2, first_day="2021-08-31", last_day="2024-08-30", grade="excellent", since="2021-08-26")
YANJI = entry(2, county="222401", county_name="延边朝鲜族自治州延吉市", document_number="吉科发专〔2019〕6号",
              designated_on="2019-01-15", key_unit="延吉示例商标专利事务所（虚构）")  # fmt: skip
DONGCHANG = entry(3, county="220502", county_name="通化市东昌区", status="rectifying", grade="unqualified",
                  designated_on="2019-08-20")  # fmt: skip
NINGJIANG = entry(4, county="220702", county_name="松原市宁江区", status="revoked", grade="unqualified",
                  designated_on="2019-12-26", revoked_on="2023-07-20",
                  revocation_document="吉科发专〔2023〕95号")  # fmt: skip
EVERY = (JIUTAI, YANJI, DONGCHANG, NINGJIANG)
