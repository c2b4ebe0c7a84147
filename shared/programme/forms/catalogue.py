"""Every single-valued field of the form, with its clause and its names: what pages label and `findings` check."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.programme.forms.values import ApplicationForm


class FieldKind(StrEnum):
    """What a field holds, and so how it is checked."""

    TEXT = "text"
    NAME = "name"
    COUNT = "count"
    YUAN = "yuan"
    PHONE = "phone"
    EMAIL = "email"
    USCC = "uscc"
    DIVISION = "division"


@dataclass(frozen=True)
class FormField:
    """One field: `path` is dotted from `ApplicationForm`; `required` means that none may file without it."""

    path: str
    kind: FieldKind
    zh: str
    en: str
    clause: str = "附件1"
    required: bool = True

    def value_in(self, form: ApplicationForm) -> object:
        """What the form holds there."""
        value: object = form
        for name in self.path.split("."):
            value = getattr(value, name)
        return value


FIELDS: Final = (
    FormField("county_code", FieldKind.DIVISION, "县（区）代码", "Division code of the county", "四（一）"),
    FormField("county_unit.name", FieldKind.NAME, "申报单位1", "Unit 1, the county department", "四（一）"),
    FormField("county_unit.uscc", FieldKind.USCC, "申报单位1统一社会信用代码", "Credit code of unit 1", "四（一）"),
    FormField("key_unit.name", FieldKind.NAME, "申报单位2", "Unit 2, the key service unit", "四（一）"),
    FormField("key_unit.uscc", FieldKind.USCC, "申报单位2统一社会信用代码", "Credit code of unit 2", "四（一）"),
    FormField("county_contact.name", FieldKind.NAME, "县（区）科技部门联系人", "County contact"),
    FormField("county_contact.post", FieldKind.NAME, "联系人职务", "Post of the county contact", required=False),
    FormField("county_contact.phone", FieldKind.PHONE, "联系人电话", "Telephone of the county contact"),
    FormField("county_contact.email", FieldKind.EMAIL, "联系人电子邮箱", "Email of the county contact"),
    FormField(
        "district_basis", FieldKind.TEXT, "集聚区工作基础和现实情况", "Basis and present situation of the district"
    ),
    FormField("staff.total", FieldKind.COUNT, "专业工作人员数量", "Professional staff, total"),
    FormField("staff.patent_agents", FieldKind.COUNT, "专利代理师数量", "Patent attorneys"),
    FormField("staff.lawyers", FieldKind.COUNT, "律师数量", "Lawyers"),
    FormField("county_head.name", FieldKind.NAME, "县（区）科技部门负责人", "Head of the county department"),
    FormField(
        "county_head.post", FieldKind.NAME, "县（区）科技部门负责人职务", "Post of the head of the county department"
    ),
    FormField("county_head.phone", FieldKind.PHONE, "县（区）科技部门负责人电话", "Telephone of that head"),
    FormField("county_head.email", FieldKind.EMAIL, "县（区）科技部门负责人邮箱", "Email of that head", required=False),
    FormField(
        "key_unit_narrative.overview", FieldKind.TEXT, "服务业重点单位服务概述", "Overview of the key unit's services"
    ),
    FormField(
        "key_unit_narrative.cases", FieldKind.TEXT, "典型案例和成功案例", "Typical and successful cases", required=False
    ),
    FormField(
        "key_unit_narrative.new_services",
        FieldKind.TEXT,
        "新增服务或模式创新",
        "New services or models",
        required=False,
    ),
    FormField(
        "key_unit_narrative.signed_projects", FieldKind.TEXT, "已签订重大项目", "Signed major projects", required=False
    ),
    FormField("key_unit_head.name", FieldKind.NAME, "服务业重点单位负责人", "Head of the key unit"),
    FormField("key_unit_head.post", FieldKind.NAME, "服务业重点单位负责人职务", "Post of the head of the key unit"),
    FormField(
        "key_unit_head.phone", FieldKind.PHONE, "服务业重点单位负责人电话", "Telephone of the head of the key unit"
    ),
    FormField(
        "key_unit_head.email",
        FieldKind.EMAIL,
        "服务业重点单位负责人邮箱",
        "Email of the head of the key unit",
        required=False,
    ),
    FormField("goals_and_plan", FieldKind.TEXT, "未来三年发展目标和规划", "Three-year goals and plan"),
    FormField("management_body", FieldKind.TEXT, "知识产权管理机构", "Management body", "四（二）1", required=False),
    FormField(
        "development_plan", FieldKind.TEXT, "知识产权服务业发展规划", "Development plan", "四（二）1", required=False
    ),
    FormField("special_fund_yuan", FieldKind.YUAN, "专项经费（元）", "Special fund, yuan", "四（二）1", required=False),
    FormField(
        "special_fund_source", FieldKind.TEXT, "专项经费来源", "Source of the special fund", "四（二）1", required=False
    ),
    FormField("industry_advantage", FieldKind.TEXT, "区内优势产业", "Industry advantage", "四（二）2", required=False),
    FormField("innovators", FieldKind.TEXT, "创新主体", "Innovators", "四（二）2", required=False),
)
