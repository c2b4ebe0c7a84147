"""Everything the notice leaves open, as one versioned policy read from `data/policy.toml`.

A case remembers the version it was filed under and is judged by it: `policy(version)`. New cases take
`policy_in_force(on)`. Working days are those of `shared.programme.dates.calendar`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from shared.programme.policy_reading import Backdating, PolicyError, PolicyItem, ScoreCriterion, read_fields
from shared.programme.vocabulary import EvidenceKind

__all__ = [
    "Backdating",
    "Parameter",
    "Policy",
    "PolicyError",
    "PolicyItem",
    "ScoreCriterion",
    "parameters",
    "policy",
    "policy_in_force",
]


def _about(clause: str, zh: str, en: str) -> dict[str, str]:
    """What is said of a parameter: the clause it completes, and its name in both languages."""
    return {"clause": clause, "zh": zh, "en": en}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version of the policy. Each parameter names the clause it completes; see `parameters`."""

    version: str = field(metadata=_about("-", "版本", "Version"))
    effective_from: date = field(metadata=_about("-", "生效日期", "Effective from"))

    title: str = field(metadata=_about("四（六）2", "称号", "The title that is conferred"))
    title_aliases: tuple[str, ...] = field(
        metadata=_about("四（六）2", "称号的其他写法", "Other spellings of the title")
    )
    national_pilot_name: str = field(metadata=_about("四（六）2", "国家试验区名称", "Name of the national pilot zone"))

    minimum_institutions: int = field(
        metadata=_about("四（二）3", "服务机构最少家数（含）", "Fewest distinct institutions, inclusive")
    )
    required_evidence: tuple[EvidenceKind, ...] = field(
        metadata=_about("四（三）", "必备材料", "Documents without which none may file")
    )
    expected_evidence: tuple[EvidenceKind, ...] = field(
        metadata=_about("四（三）3", "建议材料", "Evidence whose lack is a warning")
    )
    correction_requires_all_seals: bool = field(
        metadata=_about("四（三）", "补正后须重新盖章", "A corrected packet needs all seals anew")
    )
    attachment_bytes_max: int = field(metadata=_about("四（三）", "单个附件上限（字节）", "Largest file, bytes"))
    attachments_max: int = field(metadata=_about("四（三）", "附件数量上限", "Most files in a packet"))
    count_max: int = field(metadata=_about("附件1", "数量字段上限", "Largest number a count may be"))
    fund_yuan_max: int = field(metadata=_about("附件1", "经费上限（元）", "Largest special fund, yuan"))
    text_max: int = field(metadata=_about("附件1", "长文本字数上限", "Longest narrative, characters"))
    name_max: int = field(metadata=_about("附件1", "名称字数上限", "Longest name, characters"))
    roster_max: int = field(metadata=_about("附件1", "机构名册上限", "Most institutions in a roster"))
    items_max: int = field(metadata=_about("-", "列表项数上限", "Most items in a list of a request"))
    address_max: int = field(metadata=_about("-", "联系地址字数上限", "Longest address or URL, characters"))
    public_text_max: int = field(
        metadata=_about("四（四）", "公众来文字数上限", "Longest text of the public, characters")
    )
    objections_open_max: int = field(
        metadata=_about("四（四）", "待答复异议上限", "Most objections of a case that wait for an answer")
    )
    code_cooldown_minutes: int = field(
        metadata=_about(
            "-", "同一订阅再次发送验证码的间隔（分钟）", "Time to the next code for one address and topic, minutes"
        )
    )
    codes_a_day: int = field(metadata=_about("-", "同一地址每日验证码上限", "Most codes to one address in 24 hours"))

    endorsement_working_days: int = field(
        metadata=_about("四（三）", "市（州）盖章时限", "Time for the city's opinion, working days")
    )
    formal_examination_working_days: int = field(
        metadata=_about("四（四）", "形式审查时限", "Time for the formal examination, working days")
    )
    correction_working_days: int = field(
        metadata=_about("四（四）", "补正时限", "Time to answer a correction notice, working days")
    )
    escalation_working_days: int = field(
        metadata=_about("四（四）", "逾期再提醒间隔", "An overdue step is escalated every, working days")
    )
    panel_size: int = field(metadata=_about("四（四）", "专家人数", "Experts on a panel, odd"))
    minimum_valid_sheets: int = field(metadata=_about("四（四）", "有效评分表最少份数", "Fewest valid score sheets"))
    pass_mark: int = field(metadata=_about("四（四）", "通过分数线", "Lowest average that passes, of 100"))
    score_criteria: tuple[ScoreCriterion, ...] = field(
        metadata=_about("四（四）", "评分项与权重", "Criteria of the score sheet, percent")
    )
    site_visit_checklist: tuple[PolicyItem, ...] = field(
        metadata=_about("四（四）", "现场考察清单", "Checklist of the site visit")
    )
    publicity_working_days: int = field(
        metadata=_about("四（四）", "公示期", "Publicity, working days counting its first day")
    )

    backdating: tuple[Backdating, ...] = field(
        metadata=_about("-", "可补记日期的事项", "Acts that may be dated back, by whom and how far")
    )
    planned_days_max: int = field(
        metadata=_about("-", "安排日期最远天数", "How far ahead a day may be set, calendar days")
    )

    term_years: int = field(metadata=_about("四（五）", "建设期限（年）", "Length of the term, years"))
    report_month: int = field(metadata=_about("五（三）", "年报截止月", "Month in which the yearly report is due"))
    report_day: int = field(metadata=_about("五（三）", "年报截止日", "Day on which the yearly report is due"))
    report_missed_after_months: int = field(
        metadata=_about("五（三）", "逾期视为未报（月）", "An overdue report counts as missed after, months")
    )
    reminder_days_before: tuple[int, ...] = field(
        metadata=_about("五（三）", "到期前提醒（日）", "Reminders before a deadline, calendar days")
    )
    overdue_days_after: tuple[int, ...] = field(
        metadata=_about("五（三）", "逾期后督办（日）", "Those above are told after a deadline, calendar days")
    )

    assessment_opens_months_before: int = field(
        metadata=_about("四（六）", "期满前启动考核（月）", "Assessment opens before the end, months")
    )
    assessment_thinking_weight: int = field(
        metadata=_about("四（六）1（1）", "工作思路和方案权重", "Weight of thinking and plan, percent")
    )
    assessment_practice_weight: int = field(
        metadata=_about("四（六）1（2）", "做法和经验权重", "Weight of practice and experience, percent")
    )
    excellent_from: int = field(metadata=_about("四（六）2", "优秀分数线", "Lowest score that is excellent"))
    qualified_from: int = field(metadata=_about("四（六）2", "合格分数线", "Lowest score that is qualified"))
    missed_report_deduction: int = field(metadata=_about("五（三）", "未报年报扣分", "Points off for a missed report"))
    late_report_deduction: int = field(metadata=_about("五（三）", "迟报年报扣分", "Points off for a late report"))
    deduction_max: int = field(metadata=_about("五（三）", "扣分上限", "Most points off in one assessment"))

    rectification_months: int = field(metadata=_about("四（六）2", "整改期限（月）", "Usual time to rectify, months"))
    rectification_months_min: int = field(
        metadata=_about("四（六）2", "最短整改期限（月）", "Shortest time to rectify, months")
    )
    rectification_months_max: int = field(
        metadata=_about("四（六）2", "最长整改期限（月）", "Longest time to rectify, months")
    )
    rectification_extensions_max: int = field(
        metadata=_about("四（六）2", "整改延期次数上限", "How often it may be extended")
    )
    rectification_extension_months_max: int = field(
        metadata=_about("四（六）2", "整改延期上限（月）", "Longest extension, months")
    )
    hearing_working_days: int = field(
        metadata=_about("四（六）2", "陈述申辩期", "Time to be heard before revocation, working days")
    )
    reconsideration_days: int = field(
        metadata=_about("行政复议法", "申请行政复议期限（日）", "Time to ask for reconsideration, days")
    )
    reconsideration_organ: PolicyItem = field(
        metadata=_about("行政复议法", "行政复议机关", "Organ of reconsideration of the province's decisions")
    )
    litigation_court: PolicyItem = field(
        metadata=_about("行政诉讼法", "行政诉讼管辖法院", "Court that hears actions against the province's decisions")
    )
    litigation_months: int = field(
        metadata=_about("行政诉讼法", "提起行政诉讼期限（月）", "Time to go to court, months")
    )

    def __post_init__(self) -> None:
        """Raise `PolicyError` unless the parameters agree with each other."""
        weights = [criterion.weight for criterion in self.score_criteria]
        agreements = {
            "the weights of the score sheet sum to 100": sum(weights) == 100,
            "the weights of the assessment sum to 100": self.assessment_thinking_weight
            + self.assessment_practice_weight
            == 100,
            "a panel is odd": self.panel_size % 2 == 1,
            "a panel can give the valid sheets": 1 <= self.minimum_valid_sheets <= self.panel_size,
            "excellent lies above qualified": 0 < self.qualified_from < self.excellent_from <= 100,
            "the usual time to rectify lies within its limits": self.rectification_months_min
            <= self.rectification_months
            <= self.rectification_months_max,
            "the report's day exists in every year": _exists(self.report_month, self.report_day),
        }
        for agreement, holds in agreements.items():
            if not holds:
                raise PolicyError(f"policy {self.version}: it does not hold that {agreement}")

    def backdated(self, act: str) -> Backdating | None:
        """What the policy says of dating an act back; `None` where it takes effect on the day it is told."""
        return next((entry for entry in self.backdating if entry.act == act), None)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a policy, for people."""

    name: str
    value: object
    clause: str
    zh: str
    en: str


def parameters(of: Policy) -> tuple[Parameter, ...]:
    """Every parameter of a policy with its clause and its names, in reading order."""
    return tuple(
        Parameter(
            name=parameter.name,
            value=getattr(of, parameter.name),
            clause=parameter.metadata["clause"],
            zh=parameter.metadata["zh"],
            en=parameter.metadata["en"],
        )
        for parameter in fields(of)
    )


def policy(version: str) -> Policy:
    """The policy of that version. Raises `PolicyError` when there is none."""
    try:
        return policies()[version]
    except KeyError:
        raise PolicyError(f"there is no policy {version!r}; known are {', '.join(policies())}") from None


def policy_in_force(on: date) -> Policy:
    """The policy for cases filed on `on`. Raises `PolicyError` before the first came into force."""
    begun = [law for law in policies().values() if law.effective_from <= on]
    if not begun:
        raise PolicyError(f"no policy was in force on {on.isoformat()}")
    return max(begun, key=lambda law: law.effective_from)


def first_day() -> date:
    """The day from which there is a policy."""
    return min(law.effective_from for law in policies().values())


@cache
def policies() -> Mapping[str, Policy]:
    """Every version, by its name, oldest first."""
    text = (files("shared.programme") / "data" / "policy.toml").read_text(encoding="utf-8")
    return read_policies(text)


def read_policies(text: str) -> Mapping[str, Policy]:
    """The versions kept in a TOML text; a version with `based_on` states only what it changes.

    Raises `PolicyError` for a parameter that is missing, unknown or of the wrong type, and for a version given twice.
    """
    known: dict[str, Mapping[str, object]] = {}
    versions: dict[str, Policy] = {}
    for table in tomllib.loads(text).get("policy", []):
        own = dict(table)
        base = known.get(str(own.pop("based_on"))) if "based_on" in own else {}
        if base is None:
            raise PolicyError(f"policy {own.get('version')!r} is based on a version that does not stand before it")
        values = {**base, **own}
        law = Policy(**read_fields(Policy, values))
        if law.version in versions:
            raise PolicyError(f"policy {law.version!r} is given twice")
        known[law.version] = values
        versions[law.version] = law
    return versions


_LEAP_DAY: Final = (2, 29)


def _exists(month: int, day: int) -> bool:
    try:
        date(2024, month, day)
    except ValueError:
        return False
    return (month, day) != _LEAP_DAY
