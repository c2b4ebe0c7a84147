"""What the page of a section shows: its fields with their values, what is wrong, what somebody else wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.portal.calling.explanation import field_named
from services.portal.desks.filing.saving import Clash
from services.portal.desks.filing.sections import Form, FormSection, fingerprint_of, value_at
from services.portal.desks.filing.standing import CaseHead
from services.portal.desks.filing.tasks import Found, of_this_section
from services.portal.desks.filing.written import NAMED
from services.portal.desks.words import Bilingual
from shared.programme.forms import FieldKind, FormField
from shared.programme.values.writing import is_blank
from shared.programme.vocabulary import ServiceCategory

HINTS: Final[Mapping[str, Bilingual]] = {
    "county_contact.phone": Bilingual("手机，或区号-号码", "A mobile number, or area code and number"),
    "county_contact.email": Bilingual("补正通知和回执发到这里", "Notices and receipts are sent here"),
    "district_basis": Bilingual(
        "主导产业、企业和机构数量、服务平台、存在的不足", "Industries, firms, institutions, platforms, what is weak"
    ),
    "industry_advantage": Bilingual("哪些产业、规模多大、需要哪些服务", "Which, how large, what services they need"),
    "innovators": Bilingual(
        "高新技术企业、专利密集企业、高校院所等", "High-tech firms, firms with many patents, universities, institutes"
    ),
    "staff.total": Bilingual("按人头计，一人只计一次", "Heads: everybody once"),
    "key_unit_narrative.overview": Bilingual(
        "近三年服务了谁、做成了什么", "Whom it served in three years, to what effect"
    ),
    "goals_and_plan": Bilingual(
        "机构、人员、服务企业数等目标，分年度写", "Goals by year: institutions, staff, firms served"
    ),
    "development_plan": Bilingual(
        "规划名称、文号、印发单位；另附文件", "Its name, number and issuer; attach the document"
    ),
    "management_body": Bilingual("机构名称、批准文号、编制人数", "Its name, the document that set it up, its posts"),
    "special_fund_yuan": Bilingual("单位：元，只填数字", "In yuan, digits only"),
    "special_fund_source": Bilingual("例如：县级财政年度预算", "For example: the county's yearly budget"),
}
_NUMBERS: Final = (FieldKind.COUNT, FieldKind.YUAN)
_CONDITIONS: Final = "四（二）"
"""Fields of this clause may be left out of the form, but a condition asks for them."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of the form, as a page asks for it: ``look`` is how (area, number, or a kind of line)."""

    name: str
    label: Bilingual
    hint: Bilingual
    look: str
    required: bool
    value: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field that two people wrote differently, in the words of both."""

    name: str
    label: Bilingual
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Something still lacking or wrong in a section, and the field where it is mended."""

    field: str
    text: Bilingual
    clause: str
    grave: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """The page of a section. ``rows`` are those of its list, where it has one; ``draft`` is when what was typed and not
    saved was kept."""

    head: CaseHead
    section: FormSection
    fields: tuple[ShownField, ...]
    rows: tuple[Mapping[str, Any], ...]
    read: str
    troubles: tuple[Lack, ...]
    disagreements: tuple[Disagreement, ...] = ()
    draft: datetime | None = None

    @property
    def path(self) -> str:
        """The path of the page."""
        return f"{self.head.path}/form/{self.section.key}"

    @property
    def categories(self) -> tuple[ServiceCategory, ...]:
        """The categories in which an institution may serve."""
        return tuple(ServiceCategory)


def shown_fields(section: FormSection, form: Form) -> tuple[ShownField, ...]:
    """The fields of a section with the values that are stored."""
    return tuple(
        ShownField(
            NAMED + field.path,
            Bilingual(field.zh, field.en),
            HINTS.get(field.path, Bilingual("", "")),
            _look(field),
            field.required or field.clause.startswith(_CONDITIONS),
            _text(value_at(form, field.path)),
        )
        for field in section.fields
    )


def lacks_of(section: FormSection, findings: Sequence[Found]) -> tuple[Lack, ...]:
    """What is still lacking or wrong in a section."""
    return tuple(
        Lack(
            NAMED + field_named(each["field"]),
            Bilingual(each["message_zh"], each["message_en"]),
            each["clause"],
            each["severity"] == "error",
        )
        for each in of_this_section(section, findings)
    )


def disagreements(section: FormSection, clash: Clash) -> tuple[Disagreement, ...]:
    """Field by field where the two differ; a list is one field."""
    single = [
        Disagreement(NAMED + field.path, Bilingual(field.zh, field.en), *_both(clash, field.path))
        for field in section.fields
    ]
    lists = [
        Disagreement(NAMED + path, label, listed(value_at(clash.theirs, path)), listed(value_at(clash.mine, path)))
        for path, label in _LISTS.get(section.key, ())
    ]
    return tuple(each for each in (*single, *lists) if each.theirs != each.mine)


def taken(section: FormSection, clash_names: Sequence[str], stored: Form, mine: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with the other's words in the fields that are named."""
    result = dict(mine)
    for name in clash_names:
        path = name.removeprefix(NAMED)
        if section.holds(path):
            result = _put(result, path.split("."), value_at(stored, path))
    return result


def listed(rows: Any) -> str:
    """A list of rows as a text, a row a line."""
    return "\n".join(_row(row) for row in rows or ())


def fingerprint_shown(section: FormSection, form: Form) -> str:
    """The fingerprint of what a section's page shows."""
    return fingerprint_of(section.of(form))


_LISTS: Final[Mapping[str, tuple[tuple[str, Bilingual], ...]]] = {
    "roster": (("institutions", Bilingual("服务机构名册", "The roster")),),
    "staff": (("staff.others", Bilingual("其他资质", "Other qualifications")),),
}


def _row(row: Mapping[str, Any]) -> str:
    categories = "、".join(ServiceCategory(each).zh for each in row.get("categories", ()))
    told = (row.get("name"), row.get("uscc"), categories, row.get("count"))
    return "　".join(str(each) for each in told if each not in (None, ""))


def _look(field: FormField) -> str:
    if field.kind is FieldKind.TEXT:
        return "area"
    return "number" if field.kind in _NUMBERS else field.kind.value


def _both(clash: Clash, path: str) -> tuple[str, str]:
    return _text(value_at(clash.theirs, path)), _text(value_at(clash.mine, path))


def _text(value: Any) -> str:
    return "" if value is None or is_blank(str(value)) else str(value)


def _put(part: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    name, *rest = path
    return {**part, name: _put(part.get(name) or {}, rest, value) if rest else value}


__all__ = [
    "Disagreement",
    "Lack",
    "SectionPage",
    "ShownField",
    "disagreements",
    "fingerprint_shown",
    "lacks_of",
    "listed",
    "shown_fields",
    "taken",
]
