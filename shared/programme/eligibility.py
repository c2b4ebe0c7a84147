"""The conditions of 四（二）, each evaluated and explained; applicants see the same report before they file.

A rule can tell whether a fact is stated and how many institutions there are. Whether the industry is strong or
the services suffice (基本保障) is a judgement, and goes to the experts with what is known.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from shared.programme.forms import ApplicationForm, category_sum, distinct_roster
from shared.programme.policy import Policy
from shared.programme.vocabulary import EvidenceKind, IpKind, ServiceKind


class Compliance(StrEnum):
    """What can be said of a condition."""

    MET = "met"
    NOT_MET = "not_met"
    NEEDS_JUDGEMENT = "needs_judgement"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition, what can be said of it, on what that rests (form fields and evidence kinds), and what mends it."""

    key: str
    clause: str
    title_zh: str
    title_en: str
    outcome: Compliance
    reason_zh: str
    reason_en: str
    evidence: tuple[str, ...]
    remedy_zh: str = ""
    remedy_en: str = ""


@dataclass(frozen=True, kw_only=True)
class EligibilityReport:
    """Every condition of 四（二）, and the services nobody offers, for the experts."""

    policy_version: str
    conditions: tuple[Condition, ...]
    coverage_gaps: tuple[tuple[IpKind, ServiceKind], ...]

    @property
    def eligible(self) -> bool:
        """Whether no condition is unmet; what needs judgement does not stand in the way."""
        return not self.not_met

    @property
    def not_met(self) -> tuple[Condition, ...]:
        """The conditions that are not met."""
        return tuple(condition for condition in self.conditions if condition.outcome is Compliance.NOT_MET)


def assess(form: ApplicationForm, evidence: Collection[EvidenceKind], policy: Policy) -> EligibilityReport:
    """Evaluate every condition of 四（二） on the form and the kinds of evidence present."""
    present = frozenset(evidence)
    return EligibilityReport(
        policy_version=policy.version,
        conditions=(
            _management_body(form, present),
            _development_plan(form, present),
            _special_fund(form, present),
            _industry_and_innovators(form, present),
            _institutions(form, present, policy),
            _coverage(form),
        ),
        coverage_gaps=form.coverage.gaps(),
    )


def _management_body(form: ApplicationForm, present: frozenset[EvidenceKind]) -> Condition:
    rests_on = _rests_on(form, present, "management_body", EvidenceKind.MANAGEMENT_BODY)
    met = bool(rests_on)
    return Condition(
        key="management_body",
        clause="四（二）1",
        title_zh="具备比较健全的知识产权管理机构",
        title_en="A management body for intellectual property",
        outcome=Compliance.MET if met else Compliance.NOT_MET,
        reason_zh="已写明或证明知识产权管理机构" if met else "未写明知识产权管理机构，也无证明",
        reason_en="The management body is named or proved" if met else "No management body is named or proved",
        evidence=rests_on,
        remedy_zh="" if met else "写明承担知识产权管理的机构和人员，并附机构设置文件",
        remedy_en="" if met else "Name the body and its staff, and attach the document that set it up",
    )


def _development_plan(form: ApplicationForm, present: frozenset[EvidenceKind]) -> Condition:
    rests_on = _rests_on(form, present, "development_plan", EvidenceKind.DEVELOPMENT_PLAN)
    met = bool(rests_on)
    return Condition(
        key="development_plan",
        clause="四（二）1",
        title_zh="有明确的知识产权服务业发展规划",
        title_en="A clear plan for the intellectual property services",
        outcome=Compliance.MET if met else Compliance.NOT_MET,
        reason_zh="已写明或证明发展规划" if met else "未写明发展规划，也无规划文件",
        reason_en="The plan is stated or attached" if met else "No plan is stated or attached",
        evidence=rests_on,
        remedy_zh="" if met else "编制并附上知识产权服务业发展规划",
        remedy_en="" if met else "Draw up the development plan and attach it",
    )


def _special_fund(form: ApplicationForm, present: frozenset[EvidenceKind]) -> Condition:
    yuan, source = form.special_fund_yuan or 0, form.special_fund_source.strip()
    met = yuan > 0 and bool(source)
    proved = EvidenceKind.SPECIAL_FUND in present
    rests_on = (
        *(("special_fund_yuan",) if yuan > 0 else ()),
        *(("special_fund_source",) if source else ()),
        *((f"evidence.{EvidenceKind.SPECIAL_FUND.value}",) if proved else ()),
    )
    if met:
        reason_zh = f"专项经费{yuan}元，来源：{source}" + ("" if proved else "；尚缺专项经费证明")
        reason_en = f"A special fund of {yuan} yuan, from {source}" + ("" if proved else "; its proof is still missing")
    else:
        reason_zh = "无专项经费来源" if not source else "未写明专项经费金额"
        reason_en = "There is no source of a special fund" if not source else "The amount of the fund is not stated"
    return Condition(
        key="special_fund",
        clause="四（二）1",
        title_zh="有保障知识产权服务业发展的专项经费来源",
        title_en="A source of special funds",
        outcome=Compliance.MET if met else Compliance.NOT_MET,
        reason_zh=reason_zh,
        reason_en=reason_en,
        evidence=rests_on,
        remedy_zh="" if met else "落实专项经费，写明金额和来源，并附专项经费证明",
        remedy_en="" if met else "Secure a special fund, state its amount and source, and attach the proof",
    )


def _industry_and_innovators(form: ApplicationForm, present: frozenset[EvidenceKind]) -> Condition:
    rests_on = (
        *(name for name in ("industry_advantage", "innovators") if getattr(form, name).strip()),
        *((f"evidence.{EvidenceKind.INNOVATORS.value}",) if EvidenceKind.INNOVATORS in present else ()),
    )
    return Condition(
        key="industry_and_innovators",
        clause="四（二）2",
        title_zh="区内产业优势明显，集聚创新主体，服务需求较强",
        title_en="A strong industry, innovators, and their demand for services",
        outcome=Compliance.NEEDS_JUDGEMENT,
        reason_zh="受理后由省科技厅依据材料判断，再由专家组评审"
        if rests_on
        else "材料未作说明；受理后由省科技厅判断，再由专家组评审",
        reason_en="Once accepted, the province judges it on the packet, and the panel reviews it"
        if rests_on
        else "The packet says nothing of it; once accepted, the province judges it, and the panel reviews it",
        evidence=rests_on,
        remedy_zh="" if rests_on else "说明优势产业、创新主体及其服务需求，并附证明",
        remedy_en="" if rests_on else "Describe the industry, the innovators and their demand, with evidence",
    )


def _institutions(form: ApplicationForm, present: frozenset[EvidenceKind], policy: Policy) -> Condition:
    count, total, least = (
        len(distinct_roster(form.institutions)),
        category_sum(form.institutions),
        policy.minimum_institutions,
    )
    met = count >= least
    sign = "≥" if met else "<"
    aside_zh = f"（分类计数合计{total}家，不按合计判定）" if total != count else ""
    aside_en = f" (the categories add up to {total}, which decides nothing)" if total != count else ""
    return Condition(
        key="institutions_minimum",
        clause="四（二）3",
        title_zh=f"已有知识产权服务机构{least}家以上",
        title_en=f"At least {least} service institutions",
        outcome=Compliance.MET if met else Compliance.NOT_MET,
        reason_zh=f"服务机构去重后{count}家{sign}{least}家{aside_zh}",
        reason_en=f"{count} distinct institutions {sign} {least}{aside_en}",
        evidence=(
            *(("institutions",) if form.institutions else ()),
            *((f"evidence.{EvidenceKind.INSTITUTIONS.value}",) if EvidenceKind.INSTITUTIONS in present else ()),
        ),
        remedy_zh="" if met else f"再引进或培育{least - count}家服务机构后申报",
        remedy_en="" if met else f"Bring in or grow {least - count} more, then apply",
    )


def _coverage(form: ApplicationForm) -> Condition:
    gaps = form.coverage.gaps()
    cells = len(IpKind) * len(ServiceKind)
    listed_zh = "、".join(f"{ip.zh}{service.zh}" for ip, service in gaps)
    listed_en = "; ".join(f"{ip.en}: {service.en}" for ip, service in gaps)
    return Condition(
        key="service_coverage",
        clause="四（二）3",
        title_zh="能基本保障区内各类知识产权服务需求",
        title_en="The services needed are secured in the main",
        outcome=Compliance.NEEDS_JUDGEMENT,
        reason_zh=f"{cells}项服务中{len(gaps)}项空缺，是否“基本保障”，受理后由省科技厅判断，再由专家组评审"
        + (f"：{listed_zh}" if gaps else ""),
        reason_en=f"{len(gaps)} of {cells} services are not offered; after acceptance the province judges the rest"
        + (f": {listed_en}" if gaps else ""),
        evidence=("coverage",) if form.coverage.cells else (),
        remedy_zh="补充空缺服务，或说明由何处机构覆盖" if gaps else "",
        remedy_en="Fill the gaps, or say which institution elsewhere covers them" if gaps else "",
    )


def _rests_on(
    form: ApplicationForm, present: frozenset[EvidenceKind], field: str, kind: EvidenceKind
) -> tuple[str, ...]:
    stated = (field,) if getattr(form, field).strip() else ()
    return (*stated, f"evidence.{kind.value}") if kind in present else stated
