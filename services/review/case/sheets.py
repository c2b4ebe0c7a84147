"""The score sheets of the material review, blind until all are in, and its end."""

from __future__ import annotations

from collections.abc import Sequence

from services.review import rules
from services.review.case import commands, permission
from services.review.case.state import Accepted, MaterialReview, OnFile, UnderReview, WithPanel
from shared.contracts import review as events
from shared.contracts.core import Event, Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.contracts.review import Score
from shared.programme.policy import Policy
from shared.programme.scoring import is_mark, sheet_score


def submit(state: OnFile, command: commands.SubmitScoreSheet) -> Outcome:
    """An expert's sheet, once; with the last one the material review is concluded."""
    expert_id = permission.expert_id(command.context.actor)
    if expert_id is None or not isinstance(state, WithPanel) or expert_id not in state.panel.member_ids:
        return Refusal(rules.EXPERT_OF_THIS_CASE)
    policy = state.file.policy
    if refusal := _wrong_scores(policy, command.scores):
        return refusal
    submitted = state.panel.sheet_of(expert_id)
    if submitted is not None:
        return unless(_same_sheet(submitted, command), rules.SHEET_IS_GIVEN_ONCE) or ()
    if not isinstance(state, MaterialReview):
        return Refusal(rules.SHEETS_ARE_BEING_COLLECTED)
    if state.panel.awaits_declaration(expert_id):
        return Refusal(rules.IMPARTIALITY_IS_DECLARED_FIRST)
    case_id = state.file.case_id
    received, expected = len(state.panel.valid_sheets) + 1, len(state.panel.members)
    sheet: tuple[Event, ...] = (
        events.ScoreSheetSubmitted(
            case_id=case_id,
            expert_id=expert_id,
            scores=command.scores,
            total=sheet_score({score.criterion: score.points for score in command.scores}, policy),
            recommended=command.recommended,
            comment=command.comment,
        ),
        events.ScoreSheetReceived(case_id=case_id, expert_id=expert_id, received=received, expected=expected),
    )
    if received == expected and received >= policy.minimum_valid_sheets:
        return *sheet, material_review_concluded(state, received, expected)
    return sheet


def _same_sheet(submitted: events.ScoreSheetSubmitted, command: commands.SubmitScoreSheet) -> bool:
    return (
        sorted(submitted.scores, key=_criterion) == sorted(command.scores, key=_criterion)
        and submitted.recommended == command.recommended
        and submitted.comment == command.comment
    )


def _criterion(score: Score) -> str:
    return score.criterion


def _wrong_scores(policy: Policy, scores: tuple[Score, ...]) -> Refusal | None:
    criteria = {criterion.key for criterion in policy.score_criteria}
    scored = [score.criterion for score in scores]
    wrong = sorted(criteria ^ set(scored)) or _twice(scored)
    return first(
        unless(not wrong, rules.SHEET_IS_COMPLETE, ", ".join(wrong), field="scores"),
        *(
            unless(
                is_mark(score.points), rules.POINTS_ARE_OF_A_HUNDRED, str(score.points), field=f"scores.{index}.points"
            )
            for index, score in enumerate(scores)
        ),
    )


def _twice(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def conclude_material_review(state: OnFile) -> Outcome:
    """An officer goes on with enough valid sheets, though not all are in."""
    if not isinstance(state, WithPanel):
        return Refusal(rules.PANEL_IS_CONVENED if isinstance(state, Accepted) else rules.CASE_IS_ACCEPTED)
    if not isinstance(state, MaterialReview):
        return ()
    valid, minimum = len(state.panel.valid_sheets), state.file.policy.minimum_valid_sheets
    return unless(valid >= minimum, rules.ENOUGH_VALID_SHEETS, f"{valid} < {minimum}") or (
        material_review_concluded(state, valid, len(state.panel.members)),
    )


def material_review_concluded(state: UnderReview, valid_sheets: int, panel_size: int) -> Event:
    """The end of the material review, with the sheets that count and the size of the panel then."""
    return events.MaterialReviewConcluded(case_id=state.file.case_id, valid_sheets=valid_sheets, panel_size=panel_size)
