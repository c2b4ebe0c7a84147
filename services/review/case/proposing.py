"""What an officer proposes to whoever decides, and that nobody signs what they examined alone."""

from __future__ import annotations

from services.review import rules
from services.review.case import commands
from services.review.case.state import Accepted, CaseFile, Correcting, Examining, OnFile
from shared.contracts import review as events
from shared.contracts.core import Context, Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.policy import policy_in_force
from shared.programme.vocabulary import ProposedDecision


def propose(state: OnFile, command: commands.ProposeDecision) -> Outcome:
    """The opinion, while what it proposes can still be decided."""
    refusal = first(
        _not_to_be_decided_now(state, command.decision),
        unless(bool(command.opinion.strip()), rules.REASONS_ARE_GIVEN, field="opinion"),
    )
    proposed = events.DecisionProposed(
        case_id=state.file.case_id,
        decision=command.decision,
        opinion=command.opinion,
        proposed_by=command.context.actor.subject,
    )
    if refusal:
        return refusal
    return () if state.file.proposed == proposed else (proposed,)


def signed_alone(file: CaseFile, context: Context) -> Refusal | None:
    """Refuses whoever would decide with too few others having examined the case."""
    persons, fewest = len(file.examined_by | {context.actor.subject}), _fewest(context)
    return unless(persons >= fewest, rules.EXAMINED_AND_DECIDED_BY_SEVERAL, f"{persons} < {fewest}")


def _not_to_be_decided_now(state: OnFile, decision: ProposedDecision) -> Refusal | None:
    if decision is ProposedDecision.REFUSAL:
        under_way = isinstance(state, Examining | Correcting)
        return unless(under_way, rules.EXAMINATION_IS_UNDER_WAY, field="decision")
    return unless(isinstance(state, Accepted), rules.CASE_IS_ACCEPTED, field="decision")


def _fewest(context: Context) -> int:
    return policy_in_force(context.effective_on).deciding_persons_min
