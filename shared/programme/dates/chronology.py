"""Dates are not free: which acts may be dated back, by whom, how far, and never before what they rest on.

Which acts those are is a table of the policy (`backdating`). Whatever does not stand in it takes effect on the day it
is told: a seal, a notice that starts somebody's time, a decision against somebody. Dates a day is planned for
(`planned_days_max`) and days on which paper arrived are held to the same policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shared.contracts.core import Actor, Command, Envelope, Refusal, Role, Rule, RuleKind
from shared.programme.policy import Policy, PolicyError, first_day, policy, policy_in_force
from shared.programme.policy_reading import Backdating

EFFECTIVE_ON: Final = "Juqu-Effective-On"
"""The header with which a request names the day of legal effect."""

WITHIN_AN_OFFICE: Final = frozenset({"review.CaseClaimed", "review.CaseReleased", "review.CaseHandedOver"})
"""Events that say who in an office does its work. No act rests on them."""

NOT_IN_THE_FUTURE: Final = Rule(
    "effect-is-not-in-the-future",
    "The effective date lies in the future",
    "生效日期晚于今日",
    "-",
    RuleKind.INPUT,
)
PRECEDES_THE_POLICY: Final = Rule(
    "effect-follows-the-policy",
    "The date lies before the first policy came into force",
    "该日期早于首个政策版本的施行日期",
    "-",
    RuleKind.INPUT,
)
TAKES_EFFECT_WHEN_TOLD: Final = Rule(
    "act-takes-effect-when-told",
    "This act takes effect on the day it is told and cannot be dated back",
    "该事项自告知之日起生效，不得倒签日期",
    "-",
    RuleKind.INPUT,
)
DATED_BACK_BY_ANOTHER: Final = Rule(
    "act-is-dated-back-by-whom-the-policy-names",
    "Your role may not date this act back",
    "您的角色无权补记该事项的日期",
    "-",
    RuleKind.SCOPE,
)
DATED_BACK_TOO_FAR: Final = Rule(
    "act-is-dated-back-within-the-policys-days",
    "The effective date lies further back than the policy allows",
    "生效日期早于政策允许的补记期限",
    "-",
    RuleKind.INPUT,
)
PRECEDES_ITS_BASIS: Final = Rule(
    "effect-follows-what-it-rests-on",
    "The effective date precedes what the act rests on",
    "生效日期早于所依据的事项",
    "-",
    RuleKind.INPUT,
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days from the first to the last, both included."""

    first: date
    last: date

    def __contains__(self, on: date) -> bool:
        return self.first <= on <= self.last

    def __str__(self) -> str:
        return f"{self.first.isoformat()} - {self.last.isoformat()}"


def untimely(act: str, command: Command, history: Sequence[Envelope]) -> Refusal | None:
    """Why a command may not take effect on its date; ``None`` where it may.

    ``act`` is ``<service>.<Command>``, ``history`` the aggregate's stream. What takes effect today, and what the
    system does by its deadlines, always may.
    """
    context = command.context
    today = context.today
    if context.actor.has(Role.SYSTEM):
        return None
    if context.effective_on > today:
        return Refusal(NOT_IN_THE_FUTURE, today.isoformat(), EFFECTIVE_ON)
    if context.effective_on == today:
        return None
    allowed = policy(context.policy_version).backdated(act)
    if allowed is None:
        return Refusal(TAKES_EFFECT_WHEN_TOLD, today.isoformat(), EFFECTIVE_ON)
    if not any(Role(role) in context.actor.roles for role in allowed.by):
        return Refusal(DATED_BACK_BY_ANOTHER, "、".join(allowed.by), EFFECTIVE_ON)
    return _too_early(context.effective_on, today, allowed, history)


def policy_on(on: date) -> Policy | Refusal:
    """The policy in force on a day; refuses a day before the first."""
    try:
        return policy_in_force(on)
    except PolicyError:
        return Refusal(PRECEDES_THE_POLICY, first_day().isoformat(), EFFECTIVE_ON)


def may_date_back(actor: Actor, by: Policy) -> bool:
    """Whether the actor has a role that may date back anything at all."""
    return any(Role(role) in actor.roles for act in by.backdating for role in act.by)


def _too_early(on: date, today: date, allowed: Backdating, history: Sequence[Envelope]) -> Refusal | None:
    if on < (earliest := today - timedelta(days=allowed.days)):
        return Refusal(DATED_BACK_TOO_FAR, earliest.isoformat(), EFFECTIVE_ON)
    basis = _basis(allowed, history)
    return Refusal(PRECEDES_ITS_BASIS, basis.isoformat(), EFFECTIVE_ON) if basis is not None and on < basis else None


def _basis(allowed: Backdating, history: Sequence[Envelope]) -> date | None:
    """The day before which the act cannot take effect: of the last event it rests on, or of the stream's first."""
    rests_on = [envelope for envelope in history if _is_basis(allowed, envelope.type)]
    return max((envelope.effective_on for envelope in (*history[:1], *rests_on)), default=None)


def _is_basis(allowed: Backdating, event: str) -> bool:
    return event in allowed.rests_on if allowed.rests_on else event not in WITHIN_AN_OFFICE


def earliest_receipt(act: str, today: date, by: Policy) -> date:
    """The earliest day on which what is keyed in today may have been received: within the act's days, not before the
    policy."""
    allowed = by.backdated(act)
    return max(by.effective_from, today - timedelta(days=allowed.days if allowed else 0))


def planned_days(today: date, by: Policy) -> Days:
    """The days for which something may be planned today."""
    return Days(today, today + timedelta(days=by.planned_days_max))
