"""The application form (附件1) in sections, each a page of its own: which parts of the form it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from shared.programme.forms import FIELDS, ApplicationForm, FormField
from shared.programme.values.json_values import as_object, canonical

Form = Mapping[str, Any]
"""The form as its service shows it: JSON."""

BLANK: Final[Form] = as_object(ApplicationForm())
"""A form nobody has written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """A page of the form. ``parts`` are the form's own names of what it holds; ``conditions`` those of 四（二） that
    are mended here."""

    key: str
    zh: str
    en: str
    lede_zh: str
    lede_en: str
    parts: tuple[str, ...]
    conditions: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Its fields with one value each, in the form's order."""
        return tuple(field for field in FIELDS if top(field.path) in self.parts)

    def of(self, form: Form) -> dict[str, Any]:
        """Its part of a form."""
        return {name: form[name] for name in self.parts}

    def holds(self, path: str) -> bool:
        """Whether a field of the form belongs to it."""
        return top(path) in self.parts


SECTIONS: Final = (
    FormSection(
        key="people",
        zh="联系人和负责人",
        en="Contact and head of the county department",
        lede_zh="县（区）科技主管部门由谁联系、由谁负责。通知和回执会发给联系人。",
        lede_en="Who answers for the county department, and who heads it. Notices go to the contact.",
        parts=("county_contact", "county_head"),
    ),
    FormSection(
        key="district",
        zh="集聚区基础",
        en="The district",
        lede_zh="区内产业、创新主体和知识产权服务的现状。专家据此判断服务需求是否较强。",
        lede_en="Industry, innovators and services of the district as they are. The experts judge the demand by it.",
        parts=("district_basis", "industry_advantage", "innovators"),
        conditions=("industry_and_innovators",),
    ),
    FormSection(
        key="roster",
        zh="服务机构名册",
        en="Roster of institutions",
        lede_zh="区内每家知识产权服务机构一行。同一家机构服务多类的，勾选多类，只计一家。",
        lede_en="A row for each institution of the district. One that serves in several categories counts once.",
        parts=("institutions",),
        conditions=("institutions_minimum",),
    ),
    FormSection(
        key="staff",
        zh="专业人员",
        en="Professional staff",
        lede_zh="区内各服务机构专业人员合计。一人有两种资质的，两项都计。",
        lede_en="Staff of all institutions together. Somebody with two qualifications is counted under both.",
        parts=("staff",),
    ),
    FormSection(
        key="coverage",
        zh="服务覆盖",
        en="Services offered",
        lede_zh="六类知识产权、六类服务，各由名册中哪些机构提供。空缺不影响提交；是否“基本保障”，受理后由省科技厅判断，再由专家组评审。",
        lede_en="Which institutions offer which service. Gaps do not stop you; the province judges them once accepted.",
        parts=("coverage",),
        conditions=("service_coverage",),
    ),
    FormSection(
        key="key-unit",
        zh="服务业重点单位情况",
        en="The key unit’s work",
        lede_zh="由服务业重点单位填写：近三年服务情况、典型案例，以及单位负责人。",
        lede_en="For the key unit to fill in: its services of the last three years, cases, and its head.",
        parts=("key_unit_narrative", "key_unit_head"),
    ),
    FormSection(
        key="plan",
        zh="目标和规划",
        en="Goals and plan",
        lede_zh="未来三年要达到什么、怎样达到。",
        lede_en="What is to be reached in three years, and how.",
        parts=("goals_and_plan", "development_plan"),
        conditions=("development_plan",),
    ),
    FormSection(
        key="means",
        zh="机构和经费保障",
        en="Management body and funds",
        lede_zh="由哪个机构管理，有多少专项经费、从哪里来。",
        lede_en="Which body manages it, and what special funds there are.",
        parts=("management_body", "special_fund_yuan", "special_fund_source"),
        conditions=("management_body", "special_fund"),
    ),
)

UNITS: Final = ("county_code", "county_unit", "key_unit")
"""The parts of the form that name the applicants. They are the application's own, and corrected apart."""


def section(key: str) -> FormSection | None:
    """The section of that key."""
    return next((each for each in SECTIONS if each.key == key), None)


def top(path: str) -> str:
    """The form's own name of what a field is in: ``staff`` of ``form.staff.others[0].name``."""
    return re.split(r"[.\[]", path.removeprefix("form."), maxsplit=1)[0]


def value_at(form: Form, path: str) -> Any:
    """What the form holds at a dotted path; ``None`` where it holds nothing."""
    value: Any = form
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def fingerprint_of(part: Mapping[str, Any]) -> str:
    """A short text that two equal parts of a form share, and no other."""
    return sha256(canonical(dict(part)).encode()).hexdigest()[:16]


def is_filled(value: Any) -> bool:
    """Whether anything was written into a part of the form."""
    if isinstance(value, Mapping):
        return any(map(is_filled, value.values()))
    return bool(value) or (value == 0 and value is not False)


__all__ = [
    "BLANK",
    "SECTIONS",
    "UNITS",
    "Form",
    "FormSection",
    "fingerprint_of",
    "is_filled",
    "section",
    "top",
    "value_at",
]
