"""Who may do what, by office, and by who made the filing."""

from __future__ import annotations

from typing import assert_never

from services.review import rules
from services.review.case import commands
from services.review.case.commands import CaseCommand
from services.review.case.state import OnFile, WithPanel
from shared.contracts.core import Actor, Refusal, Role
from shared.contracts.refusing import first, unless
from shared.programme.values.offices import Office
from shared.programme.values.personal import ERASED
from shared.programme.values.writing import name_key


def not_theirs(state: OnFile, command: CaseCommand) -> Refusal | None:
    """Refuses whoever may not do this in any opened case. Which experts a case has, its panel says."""
    actor = command.context.actor
    match command:
        case (
            commands.OpenCase()
            | commands.RaiseExaminationAlert()
            | commands.CountAgain()
            | commands.ReceiveCorrection()
            | commands.LapseCorrection()
            | commands.EndPublicity()
            | commands.DiscontinueReview()
        ):
            return system(actor)
        case (
            commands.ClaimCase()
            | commands.ReleaseCase()
            | commands.HandOverCase()
            | commands.ConvenePanel()
            | commands.RecuseExpert()
            | commands.ReplaceExpert()
            | commands.ConcludeMaterialReview()
            | commands.ScheduleSiteVisit()
            | commands.RescheduleSiteVisit()
            | commands.CorrectRecord()
        ):
            return _officer(actor)
        case commands.ReportSiteVisit():
            return unless(may_report_visit(state, actor), rules.VISITOR_OR_OFFICER, actor.office)
        case (
            commands.IssueCorrectionNotice()
            | commands.Accept()
            | commands.RefuseAcceptance()
            | commands.GiveJudgement()
            | commands.ConcludePanel()
            | commands.StartPublicity()
            | commands.AnswerObjection()
            | commands.SetAsideObjections()
            | commands.ConfirmNotYet()
        ):
            return first(_officer(actor), _impartial(state, actor))
        case commands.Approve():
            return first(_lead(actor), _impartial(state, actor))
        case (
            commands.DeclareImpartiality()
            | commands.DeclareConflict()
            | commands.SubmitScoreSheet()
            | commands.FileObjection()
        ):
            return None
        case _:
            assert_never(command)


def system(actor: Actor) -> Refusal | None:
    """The service itself, for another service's event or a deadline."""
    return unless(actor.has(Role.SYSTEM), rules.SYSTEM_DOES_THIS)


def _officer(actor: Actor) -> Refusal | None:
    return unless(actor.has(Role.PROVINCE, Role.PROVINCE_LEAD), rules.OFFICER_OF_PROVINCE, actor.office)


def _lead(actor: Actor) -> Refusal | None:
    return unless(actor.has(Role.PROVINCE_LEAD), rules.LEAD_OF_PROVINCE, actor.office)


def _impartial(state: OnFile, actor: Actor) -> Refusal | None:
    """Nobody whose act made the filing."""
    return unless(actor.subject not in state.file.filed_by, rules.NOBODY_DECIDES_OWN_FILING, actor.subject)


def may_report_visit(state: OnFile, actor: Actor) -> bool:
    """An officer of the province, or an expert of the panel who visits."""
    return _officer(actor) is None or is_visitor(state, actor)


def is_visitor(state: OnFile, actor: Actor) -> bool:
    """Whether they are an expert of the panel who is named among those who visit the site."""
    ident = expert_id(actor)
    if ident is None or not isinstance(state, WithPanel) or state.visit is None:
        return False
    member = state.panel.member(ident)
    visitors = {name_key(name) for name in state.visit.visitors}
    return member is not None and member.name != ERASED and name_key(member.name) in visitors


def expert_id(actor: Actor) -> str | None:
    """The id of an expert's office ``expert:<id>``; ``None`` for anybody else."""
    office = Office.parse(actor.office)
    return office.code if actor.has(Role.EXPERT) and office.kind == "expert" else None
