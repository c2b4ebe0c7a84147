"""The panel: who sits on it, who may not, who steps in, and what it concludes."""

from __future__ import annotations

from services.review import rules
from services.review.case import commands, permission
from services.review.case.interests import conflict_of, in_a_county
from services.review.case.sheets import material_review_concluded
from services.review.case.state import (
    Accepted,
    Concluded,
    MaterialReview,
    OnFile,
    OnSite,
    UnderReview,
    WithPanel,
)
from shared.contracts import review as events
from shared.contracts.core import Event, Outcome, Reason, Refusal
from shared.contracts.refusing import first, unless
from shared.contracts.review import ConflictKind, Expert
from shared.programme.scoring import Sheet, panel_result


def convene(state: OnFile, command: commands.ConvenePanel) -> Outcome:
    """The panel is convened; an expert with a conflict is off it and a reserve takes the place."""
    if not isinstance(state, Accepted):
        return Refusal(rules.CASE_IS_ACCEPTED)
    size = len(command.experts)
    placed = _placed(command)
    if isinstance(placed, Refusal):
        return placed
    conflicts = _conflicts(state, placed)
    free = tuple(expert for expert in placed if expert.expert_id not in conflicts)
    refusal = first(
        _no_case_for_a_panel(state),
        _wrong_size(state, size),
        unless(_distinct(placed), rules.EXPERTS_ARE_DISTINCT, field="experts"),
        _too_few(free, size, conflicts),
    )
    if refusal:
        return refusal
    members, reserves = free[:size], free[size:]
    if isinstance(state, WithPanel):
        same = (members, reserves) == (state.panel.convened, state.panel.convened_reserves)
        return unless(same, rules.PANEL_IS_CONVENED_ONCE) or ()
    convened = events.PanelConvened(case_id=state.file.case_id, experts=members, reserves=reserves, declare_first=True)
    return (*conflicts.values(), convened)


def _placed(command: commands.ConvenePanel) -> tuple[Expert, ...] | Refusal:
    """All who are named, each with the code of their county; or what is wrong with the first that is not known."""
    fields = [f"experts.{index}" for index in range(len(command.experts))]
    fields += [f"reserves.{index}" for index in range(len(command.reserves))]
    named = zip((*command.experts, *command.reserves), fields, strict=True)
    placed = [in_a_county(expert, field) for expert, field in named]
    unknown = next((each for each in placed if isinstance(each, Refusal)), None)
    return unknown or tuple(each for each in placed if isinstance(each, Expert))


def _no_case_for_a_panel(state: Accepted) -> Refusal | None:
    unmet = ", ".join(condition.key for condition in state.assessment.unmet)
    return unless(not unmet, rules.UNMET_CONDITION_GOES_TO_NO_PANEL, unmet)


def _wrong_size(state: Accepted, size: int) -> Refusal | None:
    right = state.file.policy.panel_size
    return unless(size == right, rules.PANEL_HAS_ITS_SIZE, f"{size} ≠ {right}", field="experts")


def _distinct(experts: tuple[Expert, ...]) -> bool:
    ids = [expert.expert_id for expert in experts]
    return all(ids) and len(set(ids)) == len(ids)


def _too_few(free: tuple[Expert, ...], size: int, conflicts: dict[str, events.ConflictFound]) -> Refusal | None:
    if len(free) >= size:
        return None
    reasons = tuple(
        Reason(f"experts.{expert_id}", conflict.kind.value, rules.CLAUSE, conflict.reason)
        for expert_id, conflict in conflicts.items()
    )
    return Refusal(rules.CONFLICTED_EXPERT_HAS_A_RESERVE, field="reserves", reasons=reasons)


def _conflicts(state: OnFile, experts: tuple[Expert, ...]) -> dict[str, events.ConflictFound]:
    """The conflict of each expert who has one, by the expert's id."""
    conflicts = {}
    for expert in experts:
        if (conflict := conflict_of(expert, state.file)) is not None:
            kind, reason = conflict
            conflicts[expert.expert_id] = events.ConflictFound(
                case_id=state.file.case_id, expert=expert, kind=kind, reason=reason
            )
    return conflicts


def declare_impartiality(state: OnFile, command: commands.DeclareImpartiality) -> Outcome:
    """An expert says that nothing ties them to the applicants."""
    ident = permission.expert_id(command.context.actor)
    if ident is None or not isinstance(state, WithPanel) or state.panel.member(ident) is None:
        return Refusal(rules.EXPERT_OF_THIS_CASE)
    if ident in state.panel.impartial:
        return ()
    return (events.ImpartialityDeclared(case_id=state.file.case_id, expert_id=ident),)


def declare_conflict(state: OnFile, command: commands.DeclareConflict) -> Outcome:
    """An expert says that they may not judge, and leaves."""
    expert_id = permission.expert_id(command.context.actor)
    if expert_id is None or not isinstance(state, WithPanel) or expert_id not in state.panel.known_ids:
        return Refusal(rules.EXPERT_OF_THIS_CASE)
    return _recuse(state, expert_id, command.reason)


def recuse(state: OnFile, command: commands.RecuseExpert) -> Outcome:
    """An officer takes an expert off the panel for a conflict of interest."""
    if not isinstance(state, WithPanel):
        return no_panel(state)
    known = command.expert_id in state.panel.known_ids
    return unless(known, rules.EXPERT_IS_KNOWN, command.expert_id, field="expert_id") or _recuse(
        state, command.expert_id, command.reason
    )


def _recuse(state: WithPanel, expert_id: str, reason: str) -> Outcome:
    if expert_id in state.panel.recused:
        return ()
    if isinstance(state, Concluded):
        return Refusal(rules.RECUSAL_PRECEDES_PANEL_CONCLUSION)
    if not reason.strip():
        return Refusal(rules.REASONS_ARE_GIVEN, field="reason")
    recused = events.ExpertRecused(
        case_id=state.file.case_id, expert_id=expert_id, kind=ConflictKind.DECLARED, reason=reason
    )
    seated = expert_id in state.panel.member_ids
    return (recused, *_after_recusal(state, expert_id)) if seated else (recused,)


def _after_recusal(state: UnderReview, expert_id: str) -> tuple[Event, ...]:
    """The reserve who steps in while sheets are collected.

    A material review that was concluded reopens when too few sheets remain.
    """
    valid = sum(sheet.expert_id != expert_id for sheet in state.panel.valid_sheets)
    minimum = state.file.policy.minimum_valid_sheets
    stepping_in = _stepping_in(state, expert_id)
    if isinstance(state, OnSite):
        if valid >= minimum:
            return ()
        reopened = events.MaterialReviewReopened(case_id=state.file.case_id, valid_sheets=valid, minimum=minimum)
        return reopened, *stepping_in
    all_in = valid == len(state.panel.members) - 1
    if not stepping_in and all_in and valid >= minimum:
        return (material_review_concluded(state, valid, valid),)
    return stepping_in


def _stepping_in(state: UnderReview, expert_id: str) -> tuple[Event, ...]:
    return tuple(
        events.ExpertReplaced(case_id=state.file.case_id, expert_id=expert_id, replacement=reserve)
        for reserve in state.panel.reserves[:1]
    )


def replace_expert(state: OnFile, command: commands.ReplaceExpert) -> Outcome:
    """An officer fills an empty seat with an expert who has no conflict."""
    if not isinstance(state, WithPanel):
        return no_panel(state)
    seat, newcomer = command.expert_id, in_a_county(command.replacement, "replacement")
    if isinstance(newcomer, Refusal):
        return newcomer
    if isinstance(state, MaterialReview) and seat in state.panel.empty_seats:
        return _unfit(state, newcomer) or (
            events.ExpertReplaced(case_id=state.file.case_id, expert_id=seat, replacement=newcomer),
        )
    if seat in state.panel.recused and newcomer in state.panel.members:
        return ()
    known = seat in state.panel.known_ids
    return Refusal(rules.REPLACED_EXPERT_LEFT if known else rules.EXPERT_IS_KNOWN, seat, "expert_id")


def _unfit(state: MaterialReview, newcomer: Expert) -> Refusal | None:
    reserve_ids = {reserve.expert_id for reserve in state.panel.reserves}
    is_new = bool(newcomer.expert_id) and newcomer.expert_id not in state.panel.known_ids - reserve_ids
    _, reason = conflict_of(newcomer, state.file) or (None, "")
    return first(
        unless(is_new, rules.EXPERTS_ARE_DISTINCT, newcomer.expert_id, field="replacement.expert_id"),
        unless(not reason, rules.REPLACEMENT_IS_FREE_OF_CONFLICT, reason, field="replacement"),
    )


def no_panel(state: OnFile) -> Refusal:
    """Why a case has no panel: it is not convened, or the case not even accepted."""
    return Refusal(rules.PANEL_IS_CONVENED if isinstance(state, Accepted) else rules.CASE_IS_ACCEPTED)


def conclude(state: OnFile) -> Outcome:
    """The average over the valid sheets, and whether the majority recommends."""
    if isinstance(state, Concluded):
        return ()
    if not isinstance(state, Accepted):
        return Refusal(rules.CASE_IS_ACCEPTED)
    if not isinstance(state, OnSite) or state.visit is None or state.visit.report is None:
        return Refusal(rules.VISIT_PRECEDES_PANEL_CONCLUSION)
    sheets = state.panel.valid_sheets
    policy = state.file.policy
    result = panel_result([Sheet(score=sheet.total, recommended=sheet.recommended) for sheet in sheets], policy)
    if result.average is None:
        return Refusal(rules.ENOUGH_VALID_SHEETS, f"{len(sheets)} < {policy.minimum_valid_sheets}")
    return (
        events.PanelConcluded(
            case_id=state.file.case_id,
            average=result.average,
            valid_sheets=result.valid_sheets,
            recommended=result.recommended,
            totals=tuple(sheet.total for sheet in sheets),
        ),
    )
