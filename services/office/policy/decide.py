"""What a version of the policy makes happen: it is recorded where it makes sense, and never edited."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from services.office.policy import rules
from services.office.policy.commands import AdoptPolicy, PolicyCommand
from services.office.policy.state import PolicyState
from shared.contracts.core import Outcome, Reason, Refusal, Role
from shared.contracts.office import PolicyAdopted
from shared.contracts.refusing import first, unless
from shared.programme.policy import Policy, PolicyError, adopted_version, with_adopted

PROGRAMME = "programme"


def decide(state: PolicyState, command: PolicyCommand) -> Outcome:
    """The adoption of a version, or the rule that refuses it; nothing where the very same is adopted already."""
    refusal = first(
        unless(command.context.actor.has(Role.PROVINCE_LEAD), rules.POLICY_IS_ADOPTED_BY_THE_LEAD),
        unless(command.policy == PROGRAMME, rules.POLICY_EXISTS),
    )
    if refusal:
        return refusal
    known = with_adopted([(each.text, each.effective_from) for each in state.adopted])
    try:
        version = adopted_version(command.text)
        if version in known:
            return () if _same(state, version, command) else Refusal(rules.POLICY_IS_NEVER_EDITED, version, "text")
        law = with_adopted([*((each.text, each.effective_from) for each in state.adopted), _told(command)])[version]
    except PolicyError as error:
        return _senseless(error)
    return _begins_wrongly(command, tuple(known.values())) or (_adopted(law, command),)


def _told(command: AdoptPolicy) -> tuple[str, date]:
    return command.text, command.effective_from


def _same(state: PolicyState, version: str, command: AdoptPolicy) -> bool:
    return any((each.version, each.text, each.effective_from) == (version, *_told(command)) for each in state.adopted)


def _begins_wrongly(command: AdoptPolicy, known: tuple[Policy, ...]) -> Refusal | None:
    on, today = command.effective_from, command.context.today
    taken = [law.version for law in known if law.effective_from == on]
    return first(
        unless(on > today, rules.POLICY_BEGINS_LATER, today.isoformat(), field="effective_from"),
        unless(not taken, rules.FIRST_DAY_IS_FREE, ", ".join(taken), field="effective_from"),
    )


def _senseless(error: PolicyError) -> Refusal:
    field = f"text.{error.parameter}" if error.parameter else "text"
    rule = rules.POLICY_MAKES_SENSE
    reason = Reason(field, rule.name, error.clause, str(error), error.message_zh)
    return Refusal(rule, str(error), field, (reason,), error.message_zh)


def _adopted(law: Policy, command: AdoptPolicy) -> PolicyAdopted:
    return PolicyAdopted(
        version=law.version,
        effective_from=law.effective_from,
        sha256=sha256(command.text.encode()).hexdigest(),
        text=command.text,
    )


__all__ = ["decide"]
