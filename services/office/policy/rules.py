"""The rules of adopting a policy, each a sentence in both languages."""

from __future__ import annotations

from shared.contracts.core import Rule, RuleKind

POLICY_IS_ADOPTED_BY_THE_LEAD = Rule(
    "policy-is-adopted-by-the-lead",
    "A policy is adopted by the department's lead",
    "政策版本由省科技厅负责人签发",
    "-",
    RuleKind.SCOPE,
    remedy="Ask the lead",
    remedy_zh="请由省科技厅负责人办理",
)
POLICY_EXISTS = Rule("policy-exists", "There is no such policy", "没有这一政策", "-", RuleKind.ABSENT)
POLICY_BEGINS_LATER = Rule(
    "policy-begins-on-a-later-day",
    "A policy begins on a later day, after every process knows of it",
    "政策版本的施行日期应晚于今日",
    "-",
    RuleKind.INPUT,
    remedy="Give tomorrow or a later day",
    remedy_zh="请填写明日或者之后的日期",
)
FIRST_DAY_IS_FREE = Rule(
    "first-day-is-free",
    "Another version begins on this day",
    "该日已有其他政策版本施行",
    "-",
    RuleKind.STATE,
    remedy="Give another day",
    remedy_zh="请填写其他日期",
)
POLICY_IS_NEVER_EDITED = Rule(
    "policy-is-never-edited",
    "This version is known already, and says something else or begins on another day",
    "该版本已存在，内容或者施行日期与此不同",
    "-",
    RuleKind.STATE,
    remedy="Give the change a version of its own; cases keep the one that they were filed under",
    remedy_zh="请以新的版本号签发；已申报的办件仍适用其申报时的版本",
)
POLICY_MAKES_SENSE = Rule(
    "policy-makes-sense",
    "The policy does not make sense",
    "政策内容有误",
    "-",
    RuleKind.INPUT,
    remedy="Correct the parameter named; what each may be stands in docs/policy.md",
    remedy_zh="请改正所列参数；各参数的取值范围见政策参数表",
)
