"""Who may do what, by office and scope. Each gives the refusal, or ``None`` when it may be done."""

from __future__ import annotations

from services.review import rules
from services.review.case.stages import OnFile
from shared.contracts.core import Actor, Command, Refusal, Role

_EXPERT = "expert:"


def officer(command: Command) -> Refusal | None:
    """An officer of the province, lead or not."""
    if command.context.actor.has(Role.PROVINCE, Role.PROVINCE_LEAD):
        return None
    return Refusal(rules.OFFICER_OF_PROVINCE, command.context.actor.office)


def impartial_officer(state: OnFile, command: Command) -> Refusal | None:
    """An officer of the province whose act did not make the filing."""
    return officer(command) or _impartial(state, command)


def impartial_lead(state: OnFile, command: Command) -> Refusal | None:
    """A lead officer of the province whose act did not make the filing."""
    if not command.context.actor.has(Role.PROVINCE_LEAD):
        return Refusal(rules.LEAD_OF_PROVINCE, command.context.actor.office)
    return _impartial(state, command)


def _impartial(state: OnFile, command: Command) -> Refusal | None:
    subject = command.context.actor.subject
    return Refusal(rules.NOBODY_DECIDES_OWN_FILING, subject) if subject in state.filed_by else None


def system(command: Command) -> Refusal | None:
    """The service itself, for another service's event or a deadline."""
    return None if command.context.actor.has(Role.SYSTEM) else Refusal(rules.SYSTEM_DOES_THIS)


def expert_id(actor: Actor) -> str | None:
    """The id of an expert's office ``expert:<id>``; ``None`` for anybody else."""
    return actor.office.removeprefix(_EXPERT) if actor.has(Role.EXPERT) and actor.office.startswith(_EXPERT) else None
