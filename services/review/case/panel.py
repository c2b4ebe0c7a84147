"""The panel: who sits on it, who may not, and the score sheets of the material review, blind until all are in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from services.review import rules
from services.review.case import commands as asked
from services.review.case import permission
from services.review.case.interests import conflict_of
from services.review.case.stages import Accepted, Concluded, MaterialReview, OnFile, OnSite, Panel, WithPanel
from shared.contracts import review as happened
from shared.contracts.core import Event, Outcome, Reason, Refusal, Rule
from shared.contracts.review import ConflictKind, Expert, Score
from shared.programme.policy import Policy
from shared.programme.scoring import is_mark, sheet_score


def convene(state: OnFile, command: asked.ConvenePanel) -> Outcome:
    """The panel is convened; an expert with a conflict is off it and a reserve takes the place."""
    if refusal := permission.officer(command):
        return refusal
    if not isinstance(state, Accepted):
        return Refusal(rules.CASE_IS_ACCEPTED)
    if state.unmet_conditions:
        unmet = ", ".join(one.key for one in state.unmet_conditions)
        return Refusal(rules.UNMET_CONDITION_GOES_TO_NO_PANEL, unmet)
    if refusal := _wrong_panel(state.policy, command):
        return refusal
    found = _conflicts(state, (*command.experts, *command.reserves))
    free = [one for one in (*command.experts, *command.reserves) if one.expert_id not in found]
    size = len(command.experts)
    if len(free) < size:
        reasons = tuple(_as_reason(one) for one in found.values())
        return Refusal(rules.CONFLICTED_EXPERT_HAS_A_RESERVE, field="reserves", reasons=reasons)
    members, reserves = tuple(free[:size]), tuple(free[size:])
    if isinstance(state, WithPanel):
        same = (members, reserves) == (state.panel.convened, state.panel.convened_reserves)
        return () if same else Refusal(rules.PANEL_IS_CONVENED_ONCE)
    return (
        *found.values(),
        happened.PanelConvened(case_id=state.case_id, experts=members, reserves=reserves),
    )


def _wrong_panel(policy: Policy, command: asked.ConvenePanel) -> Refusal | None:
    if len(command.experts) != policy.panel_size:
        return Refusal(rules.PANEL_HAS_ITS_SIZE, f"{len(command.experts)} ≠ {policy.panel_size}", "experts")
    everybody = [one.expert_id for one in (*command.experts, *command.reserves)]
    if not all(everybody) or len(set(everybody)) != len(everybody):
        return Refusal(rules.EXPERTS_ARE_DISTINCT, field="experts")
    return None


def _conflicts(state: OnFile, experts: tuple[Expert, ...]) -> dict[str, happened.ConflictFound]:
    found = {}
    for expert in experts:
        if (conflict := conflict_of(expert, state)) is not None:
            kind, reason = conflict
            found[expert.expert_id] = happened.ConflictFound(
                case_id=state.case_id, expert=expert, kind=kind, reason=reason
            )
    return found


def _as_reason(found: happened.ConflictFound) -> Reason:
    return Reason(f"experts.{found.expert.expert_id}", found.kind.value, rules.CLAUSE, found.reason)


def declare_conflict(state: OnFile, command: asked.DeclareConflict) -> Outcome:
    """An expert says that they may not judge, and leaves."""
    expert_id = permission.expert_id(command.context.actor)
    if expert_id is None or not isinstance(state, WithPanel) or expert_id not in state.panel.known_ids:
        return Refusal(rules.EXPERT_OF_THIS_CASE)
    return _recuse(state, expert_id, command.reason)


def recuse(state: OnFile, command: asked.RecuseExpert) -> Outcome:
    """An officer takes an expert off the panel for a conflict of interest."""
    if refusal := permission.officer(command):
        return refusal
    if not isinstance(state, WithPanel):
        return _no_panel(state)
    if command.expert_id not in state.panel.known_ids:
        return Refusal(rules.EXPERT_IS_KNOWN, command.expert_id, "expert_id")
    return _recuse(state, command.expert_id, command.reason)


def _no_panel(state: OnFile) -> Refusal:
    return Refusal(rules.PANEL_IS_CONVENED if isinstance(state, Accepted) else rules.CASE_IS_ACCEPTED)


def _recuse(state: WithPanel, expert_id: str, reason: str) -> Outcome:
    if expert_id in state.panel.recused:
        return ()
    if isinstance(state, Concluded):
        return Refusal(rules.RECUSAL_PRECEDES_PANEL_CONCLUSION)
    if not reason.strip():
        return Refusal(rules.REASONS_ARE_GIVEN, field="reason")
    recused = happened.ExpertRecused(
        case_id=state.case_id, expert_id=expert_id, kind=ConflictKind.DECLARED, reason=reason
    )
    if expert_id not in state.panel.member_ids:
        return (recused,)
    return recused, *_after_recusal(state, expert_id)


def _after_recusal(state: MaterialReview | OnSite, expert_id: str) -> tuple[Event, ...]:
    """The reserve who steps in while sheets are collected; a concluded review reopens when too few sheets remain."""
    valid = tuple(sheet for sheet in state.panel.valid_sheets if sheet.expert_id != expert_id)
    minimum = state.policy.minimum_valid_sheets
    if isinstance(state, OnSite) and len(valid) >= minimum:
        return ()
    reserve = next((one for one in state.panel.reserves if one.expert_id != expert_id), None)
    stepping_in: tuple[Event, ...] = ()
    if reserve is not None:
        stepping_in = (happened.ExpertReplaced(case_id=state.case_id, expert_id=expert_id, replacement=reserve),)
    if isinstance(state, OnSite):
        reopened = happened.MaterialReviewReopened(case_id=state.case_id, valid_sheets=len(valid), minimum=minimum)
        return reopened, *stepping_in
    if reserve is None and len(valid) == len(state.panel.members) - 1 and len(valid) >= minimum:
        return (_concluded(state, len(valid), len(valid)),)
    return stepping_in


def replace_expert(state: OnFile, command: asked.ReplaceExpert) -> Outcome:
    """An officer fills an empty seat with an expert who has no conflict."""
    if refusal := permission.officer(command):
        return refusal
    if not isinstance(state, WithPanel):
        return _no_panel(state)
    newcomer = command.replacement
    if isinstance(state, MaterialReview) and command.expert_id in state.panel.empty_seats:
        if not newcomer.expert_id or newcomer.expert_id in state.panel.known_ids - _reserve_ids(state.panel):
            return Refusal(rules.EXPERTS_ARE_DISTINCT, newcomer.expert_id, "replacement.expert_id")
        if (conflict := conflict_of(newcomer, state)) is not None:
            return Refusal(rules.REPLACEMENT_IS_FREE_OF_CONFLICT, conflict[1], "replacement")
        return (happened.ExpertReplaced(case_id=state.case_id, expert_id=command.expert_id, replacement=newcomer),)
    if command.expert_id in state.panel.recused and newcomer in state.panel.members:
        return ()
    if command.expert_id not in state.panel.known_ids:
        return Refusal(rules.EXPERT_IS_KNOWN, command.expert_id, "expert_id")
    return Refusal(rules.REPLACED_EXPERT_LEFT, command.expert_id, "expert_id")


def _reserve_ids(panel: Panel) -> frozenset[str]:
    return frozenset(one.expert_id for one in panel.reserves)


def submit_sheet(state: OnFile, command: asked.SubmitScoreSheet) -> Outcome:
    """An expert's sheet, once; with the last one the material review is concluded."""
    expert_id = permission.expert_id(command.context.actor)
    if expert_id is None or not isinstance(state, WithPanel) or expert_id not in state.panel.member_ids:
        return Refusal(rules.EXPERT_OF_THIS_CASE)
    if refusal := _wrong_scores(state.policy, command.scores):
        return refusal
    given = state.panel.sheet_of(expert_id)
    if given is not None:
        return () if _same_sheet(given, command) else Refusal(rules.SHEET_IS_GIVEN_ONCE)
    if not isinstance(state, MaterialReview):
        return Refusal(rules.SHEETS_ARE_BEING_COLLECTED)
    received, expected = len(state.panel.valid_sheets) + 1, len(state.panel.members)
    events: tuple[Event, ...] = (
        happened.ScoreSheetSubmitted(
            case_id=state.case_id,
            expert_id=expert_id,
            scores=command.scores,
            total=_total(state.policy, command.scores),
            recommended=command.recommended,
            comment=command.comment,
        ),
        happened.ScoreSheetReceived(case_id=state.case_id, expert_id=expert_id, received=received, expected=expected),
    )
    if received == expected and received >= state.policy.minimum_valid_sheets:
        return *events, _concluded(state, received, expected)
    return events


def _concluded(state: MaterialReview | OnSite, valid: int, size: int) -> Event:
    return happened.MaterialReviewConcluded(case_id=state.case_id, valid_sheets=valid, panel_size=size)


def _same_sheet(given: happened.ScoreSheetSubmitted, command: asked.SubmitScoreSheet) -> bool:
    return (
        sorted(given.scores, key=_criterion) == sorted(command.scores, key=_criterion)
        and given.recommended == command.recommended
        and given.comment == command.comment
    )


def _criterion(score: Score) -> str:
    return score.criterion


def _total(policy: Policy, scores: tuple[Score, ...]) -> Decimal:
    return sheet_score({score.criterion: score.points for score in scores}, policy)


def _wrong_scores(policy: Policy, scores: tuple[Score, ...]) -> Refusal | None:
    asked_for = {one.key for one in policy.score_criteria}
    given = [score.criterion for score in scores]
    missing_or_odd = sorted(asked_for ^ set(given))
    if missing_or_odd or len(set(given)) != len(given):
        return _wrong_field(rules.SHEET_IS_COMPLETE, "scores", ", ".join(missing_or_odd or _twice(given)))
    for number, score in enumerate(scores):
        if not is_mark(score.points):
            return _wrong_field(rules.POINTS_ARE_OF_A_HUNDRED, f"scores.{number}.points", str(score.points))
    return None


def _twice(given: Sequence[str]) -> list[str]:
    return sorted({one for one in given if given.count(one) > 1})


def _wrong_field(rule: Rule, field: str, detail: str) -> Refusal:
    return Refusal(rule, detail, field)


def conclude_material_review(state: OnFile, command: asked.ConcludeMaterialReview) -> Outcome:
    """An officer goes on with enough valid sheets, though not all are in."""
    if refusal := permission.officer(command):
        return refusal
    if not isinstance(state, WithPanel):
        return _no_panel(state)
    if not isinstance(state, MaterialReview):
        return ()
    valid = len(state.panel.valid_sheets)
    if valid < state.policy.minimum_valid_sheets:
        return Refusal(rules.ENOUGH_VALID_SHEETS, f"{valid} < {state.policy.minimum_valid_sheets}")
    return (_concluded(state, valid, len(state.panel.members)),)
