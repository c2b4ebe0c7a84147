"""Everything the notice leaves open, as one versioned policy read from `data/policy.toml`.

A case remembers the version it was filed under and is judged by it: `policy(version)`. New cases take
`policy_in_force(on)`, and so do acts where a parameter is that of their own day (`Governs`). Working days are those of
`shared.programme.dates`.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from shared.programme.policy_reading import Backdating, PolicyError, PolicyItem, ScoreCriterion, read_fields
from shared.programme.values.json_values import as_json, canonical
from shared.programme.vocabulary import EvidenceKind

__all__ = [
    "Backdating",
    "Governs",
    "Parameter",
    "Policy",
    "PolicyError",
    "PolicyItem",
    "ScoreCriterion",
    "parameters",
    "policy",
    "policy_in_force",
]


class Governs(StrEnum):
    """Whose policy sets a parameter: that of the day on which a case was filed (a letter sent), or that of the day of
    the act itself."""

    FILING = "filing"
    ACT = "act"


def _about(
    clause: str, zh: str, en: str, *, within: tuple[int, int] | None = None, governs: Governs = Governs.FILING
) -> dict[str, Any]:
    """What is said of a parameter: the clause it completes, its name in both languages, for a number the least and the
    most that makes sense, and whose policy sets it."""
    return {"clause": clause, "zh": zh, "en": en, "within": within, "governs": governs}


def _of_the_act(clause: str, zh: str, en: str, *, within: tuple[int, int] | None = None) -> dict[str, Any]:
    return _about(clause, zh, en, within=within, governs=Governs.ACT)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version of the policy. Each parameter names the clause it completes; see `parameters`."""

    version: str = field(metadata=_about("-", "版本", "Version"))
    effective_from: date = field(metadata=_about("-", "生效日期", "Effective from"))

    title: str = field(metadata=_of_the_act("四（六）2", "称号", "The title that is conferred"))
    national_pilot_name: str = field(
        metadata=_of_the_act("四（六）2", "国家试验区名称", "Name of the national pilot zone")
    )

    minimum_institutions: int = field(
        metadata=_about(
            "四（二）3", "服务机构最少家数（含）", "Fewest distinct institutions, inclusive", within=(1, 100)
        )
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
    attachment_bytes_max: int = field(
        metadata=_of_the_act("四（三）", "单个附件上限（字节）", "Largest file, bytes", within=(1, 104_857_600))
    )
    attachments_max: int = field(
        metadata=_about("四（三）", "附件数量上限", "Most files in a packet", within=(1, 1000))
    )
    count_max: int = field(
        metadata=_about("附件1", "数量字段上限", "Largest number a count may be", within=(1, 10_000_000))
    )
    fund_yuan_max: int = field(
        metadata=_about("附件1", "经费上限（元）", "Largest special fund, yuan", within=(1, 10_000_000_000_000))
    )
    text_max: int = field(
        metadata=_about("附件1", "长文本字数上限", "Longest narrative, characters", within=(1, 200_000))
    )
    name_max: int = field(metadata=_about("附件1", "名称字数上限", "Longest name, characters", within=(1, 1000)))
    roster_max: int = field(
        metadata=_about("附件1", "机构名册上限", "Most institutions in a roster", within=(1, 10_000))
    )
    items_max: int = field(
        metadata=_of_the_act("-", "列表项数上限", "Most items in a list of a request", within=(1, 10_000))
    )
    address_max: int = field(
        metadata=_of_the_act("-", "联系地址字数上限", "Longest address or URL, characters", within=(1, 2000))
    )
    public_text_max: int = field(
        metadata=_about("四（四）", "公众来文字数上限", "Longest text of the public, characters", within=(1, 50_000))
    )
    objections_open_max: int = field(
        metadata=_about(
            "四（四）", "待答复异议上限", "Most objections of a case that wait for an answer", within=(1, 100_000)
        )
    )
    code_cooldown_minutes: int = field(
        metadata=_about(
            "-",
            "同一订阅再次发送验证码的间隔（分钟）",
            "Time to the next code for one address and topic, minutes",
            within=(1, 1440),
        )
    )
    codes_a_day: int = field(
        metadata=_about("-", "同一地址每日验证码上限", "Most codes to one address in 24 hours", within=(1, 100))
    )

    endorsement_working_days: int = field(
        metadata=_about("四（三）", "市（州）盖章时限", "Time for the city's opinion, working days", within=(1, 60))
    )
    formal_examination_working_days: int = field(
        metadata=_about("四（四）", "形式审查时限", "Time for the formal examination, working days", within=(1, 60))
    )
    correction_working_days: int = field(
        metadata=_about("四（四）", "补正时限", "Time to answer a correction notice, working days", within=(1, 120))
    )
    panel_size: int = field(metadata=_about("四（四）", "专家人数", "Experts on a panel, odd", within=(1, 99)))
    minimum_valid_sheets: int = field(
        metadata=_about("四（四）", "有效评分表最少份数", "Fewest valid score sheets", within=(1, 99))
    )
    pass_mark: int = field(
        metadata=_about("四（四）", "通过分数线", "Lowest average that passes, of 100", within=(1, 100))
    )
    score_criteria: tuple[ScoreCriterion, ...] = field(
        metadata=_about("四（四）", "评分项与权重", "Criteria of the score sheet, percent")
    )
    site_visit_checklist: tuple[PolicyItem, ...] = field(
        metadata=_about("四（四）", "现场考察清单", "Checklist of the site visit")
    )
    publicity_working_days: int = field(
        metadata=_about("四（四）", "公示期", "Publicity, working days counting its first day", within=(1, 60))
    )

    backdating: tuple[Backdating, ...] = field(
        metadata=_about("-", "可补记日期的事项", "Acts that may be dated back, by whom and how far")
    )
    planned_days_max: int = field(
        metadata=_about("-", "安排日期最远天数", "How far ahead a day may be set, calendar days", within=(0, 3650))
    )

    delegation_days_max: int = field(
        metadata=_of_the_act("-", "委托办理最长天数", "Longest delegation, calendar days", within=(1, 3650))
    )
    letter_working_days: int = field(
        metadata=_about("-", "来信答复期限", "A letter is answered within, working days", within=(1, 60))
    )
    feedback_working_days: int = field(
        metadata=_about(
            "国办发〔2019〕51号",
            "差评整改反馈期限",
            "Feedback of the two lowest levels is answered within, working days",
            within=(1, 60),
        )
    )
    feedback_published_from: int = field(
        metadata=_about(
            "国办发〔2019〕51号",
            "公布评价结果的最少评价数",
            "Fewest ratings of a step whose figures are published",
            within=(2, 1000),
        )
    )

    term_years: int = field(metadata=_about("四（五）", "建设期限（年）", "Length of the term, years", within=(1, 10)))
    report_month: int = field(
        metadata=_about("五（三）", "年报截止月", "Month in which the yearly report is due", within=(1, 12))
    )
    report_day: int = field(
        metadata=_about("五（三）", "年报截止日", "Day on which the yearly report is due", within=(1, 31))
    )
    report_missed_after_months: int = field(
        metadata=_about(
            "五（三）", "逾期视为未报（月）", "An overdue report counts as missed after, months", within=(1, 24)
        )
    )
    reminder_days_before: tuple[int, ...] = field(
        metadata=_about("五（三）", "到期前提醒（日）", "Reminders before a deadline, calendar days", within=(1, 365))
    )
    overdue_days_after: tuple[int, ...] = field(
        metadata=_about(
            "五（三）", "逾期后督办（日）", "Those above are told after a deadline, calendar days", within=(1, 365)
        )
    )

    assessment_opens_months_before: int = field(
        metadata=_about("四（六）", "期满前启动考核（月）", "Assessment opens before the end, months", within=(1, 24))
    )
    assessment_thinking_weight: int = field(
        metadata=_about("四（六）1（1）", "工作思路和方案权重", "Weight of thinking and plan, percent", within=(0, 100))
    )
    assessment_practice_weight: int = field(
        metadata=_about(
            "四（六）1（2）", "做法和经验权重", "Weight of practice and experience, percent", within=(0, 100)
        )
    )
    excellent_from: int = field(
        metadata=_about("四（六）2", "优秀分数线", "Lowest score that is excellent", within=(1, 100))
    )
    qualified_from: int = field(
        metadata=_about("四（六）2", "合格分数线", "Lowest score that is qualified", within=(1, 100))
    )
    missed_report_deduction: int = field(
        metadata=_about("五（三）", "未报年报扣分", "Points off for a missed report", within=(0, 100))
    )
    late_report_deduction: int = field(
        metadata=_about("五（三）", "迟报年报扣分", "Points off for a late report", within=(0, 100))
    )
    deduction_max: int = field(
        metadata=_about("五（三）", "扣分上限", "Most points off in one assessment", within=(0, 100))
    )

    rectification_months: int = field(
        metadata=_about("四（六）2", "整改期限（月）", "Usual time to rectify, months", within=(1, 60))
    )
    rectification_months_min: int = field(
        metadata=_about("四（六）2", "最短整改期限（月）", "Shortest time to rectify, months", within=(1, 60))
    )
    rectification_months_max: int = field(
        metadata=_about("四（六）2", "最长整改期限（月）", "Longest time to rectify, months", within=(1, 60))
    )
    rectification_extensions_max: int = field(
        metadata=_about("四（六）2", "整改延期次数上限", "How often it may be extended", within=(0, 10))
    )
    rectification_extension_months_max: int = field(
        metadata=_about("四（六）2", "整改延期上限（月）", "Longest extension, months", within=(0, 60))
    )
    hearing_working_days: int = field(
        metadata=_about("四（六）2", "陈述申辩期", "Time to be heard before revocation, working days", within=(1, 60))
    )
    reconsideration_days: int = field(
        metadata=_of_the_act(
            "行政复议法", "申请行政复议期限（日）", "Time to ask for reconsideration, days", within=(60, 365)
        )
    )
    reconsideration_organ: PolicyItem = field(
        metadata=_of_the_act("行政复议法", "行政复议机关", "Organ of reconsideration of the province's decisions")
    )
    litigation_court: PolicyItem = field(
        metadata=_of_the_act(
            "行政诉讼法", "行政诉讼管辖法院", "Court that hears actions against the province's decisions"
        )
    )
    litigation_months: int = field(
        metadata=_of_the_act("行政诉讼法", "提起行政诉讼期限（月）", "Time to go to court, months", within=(6, 60))
    )

    def __post_init__(self) -> None:
        """Raise `PolicyError` unless each number makes sense, and the parameters agree with each other."""
        for parameter in parameters(self):
            self._check(parameter)
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

    def _check(self, parameter: "Parameter") -> None:
        if parameter.within is None:
            return
        least, most = parameter.within
        values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
        if wrong := [value for value in values if not least <= value <= most]:
            zh = f"政策{self.version}：{parameter.zh}（{parameter.clause}）为{wrong[0]}，应为{least}至{most}"
            raise PolicyError(
                f"policy {self.version}: {parameter.name} ({parameter.en}, {parameter.clause}) is {wrong[0]};"
                f" it is {least} to {most} / {zh}",
                parameter=parameter.name,
                clause=parameter.clause,
                message_zh=zh,
            )

    def backdated(self, act: str) -> Backdating | None:
        """What the policy says of dating an act back; `None` where it takes effect on the day it is told."""
        return next((entry for entry in self.backdating if entry.act == act), None)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a policy, for people; ``within`` is the least and the most that a number may be, ``governs``
    whose policy sets it."""

    name: str
    value: object
    clause: str
    zh: str
    en: str
    within: tuple[int, int] | None
    governs: Governs


def parameters(of: Policy) -> tuple[Parameter, ...]:
    """Every parameter of a policy with its clause and its names, in reading order."""
    return tuple(
        Parameter(
            name=parameter.name,
            value=getattr(of, parameter.name),
            clause=parameter.metadata["clause"],
            zh=parameter.metadata["zh"],
            en=parameter.metadata["en"],
            within=parameter.metadata["within"],
            governs=parameter.metadata["governs"],
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


def policies() -> Mapping[str, Policy]:
    """Every version, by its name: those that are shipped, oldest first, then those that were adopted."""
    return _known or shipped_policies()


@cache
def shipped_policies() -> Mapping[str, Policy]:
    """The versions of the data file."""
    return read_policies(_shipped_text())


def with_adopted(adopted: Sequence[tuple[str, date]]) -> Mapping[str, Policy]:
    """The shipped versions and, in their order, those that were adopted: the text of each (TOML) and its first day.

    Raises `PolicyError`, also for a text that is no TOML or says a first day of its own.
    """
    return _read_tables([*_tables(_shipped_text()), *(_adopted_table(text, on) for text, on in adopted)])


def adopted_version(text: str) -> str:
    """The version that a text to be adopted names. Raises `PolicyError`."""
    version = _toml(text).get("version")
    if not isinstance(version, str) or not version.strip():
        raise PolicyError("parameter 'version' is missing", parameter="version", message_zh="未填写版本")
    return version


def take_adopted(adopted: Sequence[tuple[str, date]]) -> None:
    """Take over what the log holds: from here on these are the adopted versions that this process knows of."""
    global _known  # noqa: PLW0603 - a process has one log, and so one law
    _known = with_adopted(adopted) if adopted else {}


_known: Mapping[str, Policy] = {}


def changed_since_used(kept: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The parameters of shipped versions (`version parameter`) that are no longer what they were when they came into
    use, by the digests that were kept then."""
    return tuple(
        f"{version} {name}"
        for version, digests in kept.items()
        for name, digest in digests.items()
        if version not in shipped_policies() or parameter_digests(shipped_policies()[version]).get(name) != digest
    )


def kept_digests() -> Mapping[str, Mapping[str, str]]:
    """The digests of each shipped version's parameters, as they were kept when it came into use."""
    kept: Mapping[str, Mapping[str, str]] = json.loads((_DATA / "policy.digests.json").read_text(encoding="utf-8"))
    return kept


def refuse_edited() -> None:
    """Raise `PolicyError` where a shipped version is not what it was when it came into use: cases were judged by it."""
    if changed := changed_since_used(kept_digests()):
        raise PolicyError(
            f"a policy in use was edited: {', '.join(changed)}; a change is a new version"
            f" / 已施行的政策版本被修改：{'、'.join(changed)}；修改须作为新版本"
        )


def parameter_digests(of: Policy) -> dict[str, str]:
    """SHA-256 of each parameter's value, as hex."""
    return {each.name: sha256(canonical(as_json(each.value)).encode()).hexdigest() for each in parameters(of)}


def read_policies(text: str) -> Mapping[str, Policy]:
    """The versions kept in a TOML text; a version with `based_on` states only what it changes.

    Raises `PolicyError` for a parameter that is missing, unknown or of the wrong type, and for a version given twice.
    """
    return _read_tables(_tables(text))


_DATA: Final = files("shared.programme") / "data"


def _shipped_text() -> str:
    return (_DATA / "policy.toml").read_text(encoding="utf-8")


def _tables(text: str) -> list[dict[str, object]]:
    return list(tomllib.loads(text).get("policy", []))


def _adopted_table(text: str, on: date) -> dict[str, object]:
    table = _toml(text)
    if "effective_from" in table:
        raise PolicyError("the first day is not the text's to say", parameter="effective_from")
    return table | {"effective_from": on}


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyError(f"this is no TOML: {error}", message_zh="不是TOML格式") from None


def _read_tables(tables: Iterable[Mapping[str, object]]) -> Mapping[str, Policy]:
    known: dict[str, Mapping[str, object]] = {}
    versions: dict[str, Policy] = {}
    for table in tables:
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


_COMMON_YEAR: Final = 2019


def _exists(month: int, day: int) -> bool:
    try:
        date(_COMMON_YEAR, month, day)
    except ValueError:
        return False
    return True
