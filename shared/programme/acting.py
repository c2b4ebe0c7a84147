"""Deciding what somebody asks who acts for another: within what they were let do, and where neither is forbidden to.

A rule that looks at a person (nobody decides on their own filing) is so asked of both: who acts lends their hands, and
not a clean record.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeVar

from shared.contracts.core import Actor, Command, Decider, Outcome, Refusal, Rule, RuleKind

S = TypeVar("S")
C = TypeVar("C", bound=Command)

ACT_IS_DELEGATED: Final = Rule(
    "act-is-delegated",
    "You were not let do this for somebody else",
    "该事项不在委托范围内，不能代办",
    "-",
    RuleKind.SCOPE,
    remedy="Stop acting for them, to do it in your own name, or ask them to delegate it",
    remedy_zh="如属本人职责，请先停止代办；如需代办，请委托人另行委托",
)

DELEGATION_IS_TO_YOU: Final = Rule(
    "delegation-is-to-you",
    "Nobody of your office has delegated anything to you under this id",
    "本单位没有以该编号委托您办理",
    "-",
    RuleKind.SCOPE,
    remedy="Choose one of the delegations to you, or act in your own name",
    remedy_zh="请从委托您的事项中选择，或以本人名义办理",
)
DELEGATION_IS_NOT_ENDED: Final = Rule(
    "delegation-is-not-ended",
    "This delegation was ended",
    "该项委托已终止",
    "-",
    RuleKind.STATE,
    remedy="Act in your own name, or ask for another delegation",
    remedy_zh="请以本人名义办理，或请委托人重新委托",
)
TODAY_IS_WITHIN: Final = Rule(
    "today-is-within-the-delegation",
    "This delegation does not stand today",
    "该项委托今日不在有效期内",
    "-",
    RuleKind.STATE,
    remedy="Act in your own name, or ask for another delegation",
    remedy_zh="请以本人名义办理，或请委托人重新委托",
)


def decided(decider: Decider[S, C], state: S, command: C) -> Outcome:
    """What a command makes happen; of one that is given for somebody else, unless it is forbidden to either."""
    actor = command.context.actor
    if actor.principal is None:
        return decider.decide(state, command)
    if f"{decider.category}.{type(command).__name__}" not in actor.principal.acts:
        return Refusal(ACT_IS_DELEGATED)
    as_principal = replace(command, context=replace(command.context, actor=_principal(actor)))
    outcome = decider.decide(state, as_principal)
    return outcome if isinstance(outcome, Refusal) else decider.decide(state, command)


def _principal(actor: Actor) -> Actor:
    assert actor.principal is not None
    return Actor(actor.principal.subject, actor.principal.name, actor.office, actor.roles)


__all__ = ["ACT_IS_DELEGATED", "DELEGATION_IS_NOT_ENDED", "DELEGATION_IS_TO_YOU", "TODAY_IS_WITHIN", "decided"]
