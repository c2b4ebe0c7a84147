"""The fictitious cases of ``cases.json``, as the demonstration plays them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

CASES = Path(__file__).with_name("cases.json")
OTHER_EVIDENCE = ("management_body", "development_plan", "innovators", "institutions")


@dataclass(frozen=True, slots=True)
class Step:
    """What happens in a case on a day; ``facts`` say how."""

    case: str
    on: date
    do: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SampleCase:
    """A case: the facts of its application, its steps in order and the outcome expected."""

    name: str
    outcome: str
    facts: dict[str, Any]
    steps: tuple[Step, ...]

    @property
    def county(self) -> str:
        """The division code of the county."""
        return str(self.facts["county"])

    @property
    def city(self) -> str:
        """The division code of the city that endorses it."""
        return str(self.facts["endorser"])

    @property
    def key_unit(self) -> str:
        """The unified social credit code of the key unit, rightly written."""
        return str(self.facts["key_unit"]["uscc"])

    @property
    def has_fund(self) -> bool:
        """Whether a special fund is shown."""
        return self.facts["special_fund_yuan"] is not None

    def form(self, **changes: object) -> dict[str, Any]:
        """The application form, as the API takes it."""
        facts = self.facts
        fund = facts["special_fund_yuan"]
        form = {
            "county_code": facts["county"],
            "district_basis": facts["district_basis"],
            "key_unit_narrative": {"overview": facts["key_unit_overview"], "cases": facts["key_unit_overview"]},
            "goals_and_plan": facts["goals_and_plan"],
            "management_body": "县（区）科技主管部门设知识产权管理科（虚构）",
            "development_plan": facts["goals_and_plan"],
            "special_fund_source": "县（区）财政年度预算（虚构）" if fund else "",
            "industry_advantage": facts["district_basis"],
            "innovators": facts["district_basis"],
        }
        same = ("county_unit", "key_unit", "county_contact", "county_head", "key_unit_head", "institutions", "staff")
        return form | {name: facts[name] for name in same} | {"special_fund_yuan": fund} | changes


@dataclass(frozen=True, slots=True)
class OldCode:
    """An application under a division code that no longer holds."""

    division_code: str
    on: date
    county: str
    routed_to: str
    outcome: str
    county_unit: dict[str, str]
    key_unit: dict[str, str]


def read_cases(path: Path = CASES) -> tuple[tuple[SampleCase, ...], OldCode]:
    """The cases, and the one filed under an old code."""
    document = json.loads(path.read_text(encoding="utf-8"))
    cases = []
    for facts in document["cases"]:
        name = facts["case"]
        steps = tuple(
            Step(name, date.fromisoformat(step["on"]), step["do"], step.get("with", {})) for step in facts["steps"]
        )
        cases.append(SampleCase(name, facts["outcome"], facts, steps))
    old = document["old_code"]
    return tuple(cases), OldCode(**(old | {"on": date.fromisoformat(old["on"])}))
