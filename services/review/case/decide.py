"""Which decision each command asks for."""

from __future__ import annotations

from typing import assert_never

from services.review import rules
from services.review.case import (
    commands,
    corrections,
    decision,
    examination,
    holding,
    objections,
    panel,
    permission,
    publicity,
    recounting,
    sheets,
    visit,
)
from services.review.case.commands import CaseCommand
from services.review.case.state import Closed, Stage, Unopened
from shared.contracts.core import Outcome, Refusal, Role, RuleKind


def decide(state: Stage, command: CaseCommand) -> Outcome:
    """What a command makes happen in a case, or the rule that refuses it."""
    if isinstance(state, Unopened):
        return _before_it_is_open(command)
    if refusal := permission.not_theirs(state, command):
        return refusal
    match command:
        case commands.OpenCase():
            return examination.open_again(state, command)
        case commands.CorrectRecord():
            return decision.correct_record(state, command)
        case _ if isinstance(state, Closed):
            return _after_the_end(state, command)
        case commands.RaiseExaminationAlert():
            return examination.raise_alert(state, command)
        case commands.CountAgain():
            return recounting.count_again(state, command)
        case commands.ClaimCase():
            return holding.claim(state, command)
        case commands.ReleaseCase():
            return holding.release(state, command)
        case commands.HandOverCase():
            return holding.hand_over(state, command)
        case commands.IssueCorrectionNotice():
            return corrections.issue_notice(state, command)
        case commands.ReceiveCorrection():
            return corrections.receive_correction(state, command)
        case commands.LapseCorrection():
            return corrections.lapse_correction(state, command)
        case commands.Accept():
            return examination.accept(state, command)
        case commands.RefuseAcceptance():
            return examination.refuse_acceptance(state, command)
        case commands.GiveJudgement():
            return examination.give_judgement(state, command)
        case commands.ConvenePanel():
            return panel.convene(state, command)
        case commands.DeclareImpartiality():
            return panel.declare_impartiality(state, command)
        case commands.DeclareConflict():
            return panel.declare_conflict(state, command)
        case commands.RecuseExpert():
            return panel.recuse(state, command)
        case commands.ReplaceExpert():
            return panel.replace_expert(state, command)
        case commands.SubmitScoreSheet():
            return sheets.submit(state, command)
        case commands.ConcludeMaterialReview():
            return sheets.conclude_material_review(state)
        case commands.ScheduleSiteVisit():
            return visit.schedule(state, command)
        case commands.RescheduleSiteVisit():
            return visit.reschedule(state, command)
        case commands.ReportSiteVisit():
            return visit.report(state, command)
        case commands.ConcludePanel():
            return panel.conclude(state)
        case commands.StartPublicity():
            return publicity.start(state, command)
        case commands.FileObjection():
            return objections.file_objection(state, command)
        case commands.AnswerObjection():
            return objections.answer_objection(state, command)
        case commands.SetAsideObjections():
            return objections.set_aside(state, command)
        case commands.EndPublicity():
            return publicity.end(state, command)
        case commands.Approve():
            return decision.approve(state, command)
        case commands.ConfirmNotYet():
            return decision.confirm_not_yet(state, command)
        case commands.DiscontinueReview():
            return decision.discontinue(state, command)
        case _:
            assert_never(command)


def _before_it_is_open(command: CaseCommand) -> Outcome:
    """A filing opens the case, and a withdrawal finds nothing to end. There is nothing else to act on."""
    match command:
        case commands.OpenCase():
            return permission.system(command.context.actor) or examination.open_case(command)
        case commands.DiscontinueReview():
            return ()
        case _:
            return Refusal(rules.CASE_IS_KNOWN, command.case_id)


def _after_the_end(state: Closed, command: CaseCommand) -> Outcome:
    """A fact already recorded is repeated without effect. Commands of the system are ignored; all else is refused."""
    outcome = decide(state.was, command)
    if command.context.actor.has(Role.SYSTEM) or outcome == ():
        return ()
    if isinstance(outcome, Refusal):
        return outcome if outcome.rule.kind is RuleKind.SCOPE else Refusal(rules.CASE_IS_OPEN)
    return () if state.ending in outcome else Refusal(rules.CASE_IS_OPEN)
