"""What is wrong with a form and its packet, told all at once, each finding with its field, rule and clause.

An error keeps an online form from being filed; a paper form is recorded with its errors. A warning is shown only.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.core import Reason
from shared.programme.forms.catalogue import FIELDS, FieldKind
from shared.programme.forms.counts import derived_counts
from shared.programme.forms.field_checks import is_left_out, nobody_has, wrong_with
from shared.programme.forms.values import ApplicationForm, Institution, OtherQualification
from shared.programme.policy import Policy
from shared.programme.values.firms import identities, same_firm
from shared.programme.values.uscc import normalised
from shared.programme.vocabulary import EvidenceKind, IpKind, ServiceKind


class Severity(StrEnum):
    """Whether a finding keeps a form from being filed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong: where, by which rule, under which clause, and in plain words."""

    severity: Severity
    field: str
    rule: str
    clause: str
    message_zh: str
    message_en: str

    def as_reason(self, form: str = "") -> Reason:
        """As a reason of a refusal; ``form`` is the path of the form (``form.``) before the field's."""
        return Reason(f"{form}{self.field}", self.rule, self.clause, self.message_en, self.message_zh)


def findings(form: ApplicationForm, evidence: Collection[EvidenceKind], policy: Policy) -> tuple[Finding, ...]:
    """Everything wrong with the form and the evidence kinds present, in the form's order."""
    return (
        *_fields(form, policy),
        *_units(form),
        *_staff(form),
        *_other_qualifications(form, policy),
        *_roster(form, policy),
        *_declared(form, policy),
        *_coverage(form),
        *_evidence(evidence, policy),
    )


def errors(among: Collection[Finding]) -> tuple[Finding, ...]:
    """Those of the findings that keep a form from being filed."""
    return tuple(finding for finding in among if finding.severity is Severity.ERROR)


def _error(field: str, rule: str, zh: str, en: str, clause: str = "附件1") -> Finding:
    return Finding(severity=Severity.ERROR, field=field, rule=rule, clause=clause, message_zh=zh, message_en=en)


def _warning(field: str, rule: str, zh: str, en: str, clause: str = "附件1") -> Finding:
    return Finding(severity=Severity.WARNING, field=field, rule=rule, clause=clause, message_zh=zh, message_en=en)


def _fields(form: ApplicationForm, policy: Policy) -> Iterator[Finding]:
    for field in FIELDS:
        value = field.value_in(form)
        if is_left_out(value):
            if field.required:
                yield _error(field.path, "missing", f"{field.zh}未填写", f"{field.en}: missing", field.clause)
        elif (wrong := wrong_with(value, field.kind, policy)) is not None:
            yield _error(field.path, wrong.rule, f"{field.zh}：{wrong.zh}", f"{field.en}: {wrong.en}", field.clause)
        elif (doubt := nobody_has(value, field.kind)) is not None:
            yield _warning(field.path, doubt.rule, f"{field.zh}：{doubt.zh}", f"{field.en}: {doubt.en}", field.clause)


def _units(form: ApplicationForm) -> Iterator[Finding]:
    if same_firm(form.county_unit, form.key_unit):
        yield _error(
            "key_unit.uscc",
            "same_unit",
            "两个申报单位不能是同一单位，应为县（区）科技部门与服务业重点单位联合申报",
            "The two applicants cannot be one unit: the county department and a key unit apply jointly",
            "四（一）",
        )


def _staff(form: ApplicationForm) -> Iterator[Finding]:
    staff = form.staff
    if staff.total is None or staff.total < 0:
        return
    parts = [
        ("staff.patent_agents", "专利代理师数", "The number of patent attorneys", staff.patent_agents or 0),
        ("staff.lawyers", "律师人数", "The number of lawyers", staff.lawyers or 0),
        *(
            (
                f"staff.others[{i}].count",
                f"其他资质（{other.name or '未写明'}）人数",
                "The number of others",
                other.count or 0,
            )
            for i, other in enumerate(staff.others)
        ),
    ]
    for field, zh, en, count in parts:
        if count > staff.total:
            yield _error(
                field,
                "part_exceeds_total",
                f"{zh}{count}大于从业人员总数{staff.total}",
                f"{en}, {count}, exceeds the total of {staff.total}",
            )
    together = sum(count for *_, count in parts)
    if together > staff.total:
        yield _warning(
            "staff.total",
            "sum_exceeds_total",
            f"各类资质人数合计{together}大于总数{staff.total}，请确认是否有双重资质",
            f"The qualifications add up to {together}, more than the total of {staff.total}; some may hold two",
        )


def _other_qualifications(form: ApplicationForm, policy: Policy) -> Iterator[Finding]:
    if len(form.staff.others) > policy.roster_max:
        limit = policy.roster_max
        yield _error("staff.others", "too_many", f"不能超过{limit}项", f"There can be at most {limit} qualifications")
        return
    for i, qualification in enumerate(form.staff.others):
        yield from _other_qualification(f"staff.others[{i}]", qualification, policy)


def _other_qualification(field: str, qualification: OtherQualification, policy: Policy) -> Iterator[Finding]:
    if is_left_out(qualification.name):
        yield _error(
            f"{field}.name", "unnamed_qualification", "其他资质未写明名称", "The other qualification is not named"
        )
    elif (wrong := wrong_with(qualification.name, FieldKind.NAME, policy)) is not None:
        yield _error(f"{field}.name", wrong.rule, f"资质名称：{wrong.zh}", f"Name of the qualification: {wrong.en}")
    if qualification.count is None:
        yield _error(f"{field}.count", "missing", "其他资质人数未填写", "Number of others: missing")
    elif (wrong := wrong_with(qualification.count, FieldKind.COUNT, policy)) is not None:
        yield _error(f"{field}.count", wrong.rule, f"其他资质人数：{wrong.zh}", f"Number of others: {wrong.en}")


def _roster(form: ApplicationForm, policy: Policy) -> Iterator[Finding]:
    if not form.institutions:
        yield _error("institutions", "missing", "服务机构名册未填写", "The roster of institutions: missing")
    if len(form.institutions) > policy.roster_max:
        limit = policy.roster_max
        yield _error("institutions", "too_many", f"机构不能超过{limit}家", f"There can be at most {limit} institutions")
        return
    for i, institution in enumerate(form.institutions):
        yield from _institution(f"institutions[{i}]", institution, policy)
    lines = identities(form.institutions)
    for identity, times in Counter(lines).items():
        if identity and times > 1:
            first = form.institutions[lines.index(identity)]
            firm = normalised(first.uscc) or first.name
            yield _warning(
                "institutions",
                "duplicate_institution",
                f"{firm}在名册中出现{times}次，按1家计",
                f"{firm} stands {times} times in the roster and counts as one institution",
                "四（二）3",
            )


def _institution(field: str, institution: Institution, policy: Policy) -> Iterator[Finding]:
    for name, kind, zh, en in (
        ("name", FieldKind.NAME, "机构名称", "Name"),
        ("uscc", FieldKind.USCC, "机构代码", "Code"),
    ):
        value = getattr(institution, name)
        if is_left_out(value):
            yield _error(f"{field}.{name}", "missing", f"{zh}未填写", f"{en} of the institution: missing")
        elif (wrong := wrong_with(value, kind, policy)) is not None:
            yield _error(f"{field}.{name}", wrong.rule, f"{zh}：{wrong.zh}", f"{en} of the institution: {wrong.en}")
    if not institution.categories:
        yield _error(f"{field}.categories", "missing", "机构服务类别未填写", "Categories of the institution: missing")


def _declared(form: ApplicationForm, policy: Policy) -> Iterator[Finding]:
    derived = derived_counts(form.institutions)
    for i, stated in enumerate(form.declared_counts):
        if (wrong := wrong_with(stated.count, FieldKind.COUNT, policy)) is not None:
            yield _error(f"declared_counts[{i}]", wrong.rule, f"{stated.category.zh}：{wrong.zh}", f"Count: {wrong.en}")
        elif stated.count != derived[stated.category]:
            yield _warning(
                f"declared_counts[{i}]",
                "counts_differ",
                f"{stated.category.zh}填报{stated.count}家，按名册为{derived[stated.category]}家，以名册为准",
                f"{stated.category.en}: {stated.count} stated, {derived[stated.category]} in the roster, which holds",
            )


def _coverage(form: ApplicationForm) -> Iterator[Finding]:
    most = len(IpKind) * len(ServiceKind)
    if len(form.coverage.cells) > most:
        yield _error(
            "coverage.cells", "too_many", f"不能超过{most}格", f"There can be at most {most} cells", "四（二）3"
        )
        return
    known = {normalised(institution.uscc) for institution in form.institutions}
    for i, cell in enumerate(form.coverage.cells):
        for code in cell.institutions:
            if normalised(code) not in known:
                yield _error(
                    f"coverage.cells[{i}].institutions",
                    "unknown_institution",
                    f"{cell.ip.zh}{cell.service.zh}：{code}不在机构名册中",
                    f"{cell.ip.en}, {cell.service.en}: {code} is not in the roster",
                    "四（二）3",
                )


def _evidence(present: Collection[EvidenceKind], policy: Policy) -> Iterator[Finding]:
    for kinds, say in ((policy.required_evidence, _error), (policy.expected_evidence, _warning)):
        for kind in kinds:
            if kind not in present:
                yield say(
                    f"evidence.{kind.value}", "evidence_missing", f"缺{kind.zh}", f"{kind.en}: missing", kind.clause
                )
