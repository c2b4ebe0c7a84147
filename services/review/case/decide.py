"""Which decision each command asks for."""

from __future__ import annotations

from typing import assert_never

from services.review import rules
from services.review.case import commands as asked
from services.review.case import decision, examination, objections, panel, visit
from services.review.case.commands import CaseCommand
from services.review.case.stages import Closed, OnFile, Stage, Unopened
from shared.contracts.core import Outcome, Refusal, Role, RuleKind


def decide(state: Stage, command: CaseCommand) -> Outcome:
    """What a command makes happen in a case, or the rule that refuses it."""
    match command:
        case asked.OpenCase():
            return examination.open_case(state, command)
        case asked.DiscontinueReview() if isinstance(state, Unopened | Closed):
            return ()
        case asked.CorrectRecord() if isinstance(state, Closed):
            return decision.correct_record(state, command)
    match state:
        case Unopened():
            return Refusal(rules.CASE_IS_KNOWN, command.case_id)
        case Closed():
            return _after_the_end(state, command)
        case OnFile():
            return _decide(state, command)


def _after_the_end(state: Closed, command: CaseCommand) -> Outcome:
    """Nothing happens any more: a fact already recorded is repeated without effect, anything else is refused."""
    outcome = _decide(state.was, command)
    if command.context.actor.has(Role.SYSTEM) or outcome in ((), (state.ending,)):
        return ()
    if isinstance(outcome, Refusal) and outcome.rule.kind is RuleKind.SCOPE:
        return outcome
    return () if isinstance(outcome, tuple) and state.ending in outcome else Refusal(rules.CASE_IS_OPEN)


def _decide(state: OnFile, command: CaseCommand) -> Outcome:
    match command:
        case (
            asked.OpenCase()
            | asked.RaiseExaminationAlert()
            | asked.IssueCorrectionNotice()
            | asked.ReceiveCorrection()
            | asked.LapseCorrection()
            | asked.Accept()
            | asked.RefuseAcceptance()
            | asked.GiveJudgement()
        ):
            return _examine(state, command)
        case (
            asked.ConvenePanel()
            | asked.DeclareConflict()
            | asked.RecuseExpert()
            | asked.ReplaceExpert()
            | asked.SubmitScoreSheet()
            | asked.ConcludeMaterialReview()
        ):
            return _review(state, command)
        case asked.ScheduleSiteVisit():
            return visit.schedule(state, command)
        case asked.RescheduleSiteVisit():
            return visit.reschedule(state, command)
        case asked.ReportSiteVisit():
            return visit.report(state, command)
        case (
            asked.StartPublicity()
            | asked.FileObjection()
            | asked.AnswerObjection()
            | asked.SetAsideObjections()
            | asked.EndPublicity()
        ):
            return _publicise(state, command)
        case (
            asked.ConcludePanel()
            | asked.Approve()
            | asked.ConfirmNotYet()
            | asked.DiscontinueReview()
            | asked.CorrectRecord()
        ):
            return _conclude(state, command)
        case _:
            assert_never(command)


def _examine(state: OnFile, command: asked.Examination) -> Outcome:
    match command:
        case asked.OpenCase():
            return examination.open_case(state, command)
        case asked.RaiseExaminationAlert():
            return examination.raise_alert(state, command)
        case asked.IssueCorrectionNotice():
            return examination.issue_notice(state, command)
        case asked.ReceiveCorrection():
            return examination.receive_correction(state, command)
        case asked.LapseCorrection():
            return examination.lapse_correction(state, command)
        case asked.Accept():
            return examination.accept(state, command)
        case asked.RefuseAcceptance():
            return examination.refuse_acceptance(state, command)
        case asked.GiveJudgement():
            return examination.give_judgement(state, command)
        case _:
            assert_never(command)


def _review(state: OnFile, command: asked.PanelWork) -> Outcome:
    match command:
        case asked.ConvenePanel():
            return panel.convene(state, command)
        case asked.DeclareConflict():
            return panel.declare_conflict(state, command)
        case asked.RecuseExpert():
            return panel.recuse(state, command)
        case asked.ReplaceExpert():
            return panel.replace_expert(state, command)
        case asked.SubmitScoreSheet():
            return panel.submit_sheet(state, command)
        case asked.ConcludeMaterialReview():
            return panel.conclude_material_review(state, command)
        case _:
            assert_never(command)


def _publicise(state: OnFile, command: asked.Publicity) -> Outcome:
    match command:
        case asked.StartPublicity():
            return decision.start_publicity(state, command)
        case asked.FileObjection():
            return objections.file_objection(state, command)
        case asked.AnswerObjection():
            return objections.answer_objection(state, command)
        case asked.SetAsideObjections():
            return objections.set_aside(state, command)
        case asked.EndPublicity():
            return decision.end_publicity(state, command)
        case _:
            assert_never(command)


def _conclude(state: OnFile, command: asked.Decision) -> Outcome:
    match command:
        case asked.ConcludePanel():
            return decision.conclude_panel(state, command)
        case asked.Approve():
            return decision.approve(state, command)
        case asked.ConfirmNotYet():
            return decision.confirm_not_yet(state, command)
        case asked.DiscontinueReview():
            return decision.discontinue(state, command)
        case asked.CorrectRecord():
            return decision.correct_record(state, command)
        case _:
            assert_never(command)
