"""The aggregate ``district``: its stages, what moves it from one to the next, and every rule of its life."""

from __future__ import annotations

from typing import assert_never

from services.lifecycle import rules
from services.lifecycle.district import commands as c
from services.lifecycle.district.assessment import decide_assessment
from services.lifecycle.district.commands import DistrictCommand, StandingCommand
from services.lifecycle.district.designation import designate
from services.lifecycle.district.permission import is_system
from services.lifecycle.district.records import correct, decide_record
from services.lifecycle.district.rectification import decide_rectification
from services.lifecycle.district.reports import decide_report
from services.lifecycle.district.revocation import decide_revocation, is_revoked_so
from services.lifecycle.district.scope import not_theirs
from services.lifecycle.district.state import Revoked, Standing, State, Undesignated, evolve
from services.lifecycle.district.texts import wrong_text
from shared.contracts.core import Decider, Outcome, Refusal
from shared.programme.policy import policy


def decide(state: State, command: DistrictCommand) -> Outcome:
    """What a command makes happen to a district, or the rule that refuses it."""
    if isinstance(command, c.Designate):
        return designate(state, command)
    if isinstance(state, Undesignated):
        return Refusal(rules.DISTRICT_EXISTS)
    if refusal := not_theirs(command, state.district):
        return refusal
    if refusal := wrong_text(command, policy(state.district.policy_version)):
        return refusal
    if isinstance(command, c.CorrectRecord):
        return correct(state.district, command)
    if isinstance(state, Revoked):
        return _after_revocation(state, command)
    return _in_standing(state, command)


def _after_revocation(state: Revoked, command: DistrictCommand) -> Outcome:
    repeated = isinstance(command, c.RevokeTitle) and is_revoked_so(state, command)
    return () if repeated or is_system(command.context) else Refusal(rules.TITLE_STANDS)


def _in_standing(state: Standing, command: StandingCommand) -> Outcome:
    match command:
        case c.FileAnnualReport() | c.AcknowledgeReport() | c.DeclareReportOverdue() | c.DeclareReportMissed():
            outcome = decide_report(state, command)
        case c.RecordSupport() | c.ReportDuty() | c.UpdateRoster():
            outcome = decide_record(state, command)
        case c.OpenAssessment() | c.DeclareAssessmentOverdue() | c.ConcludeAssessment():
            outcome = decide_assessment(state, command)
        case c.RecommendNationally() | c.RetainTitle():
            outcome = decide_assessment(state, command)
        case c.OrderRectification() | c.ExtendRectification() | c.FileRectificationReport():
            outcome = decide_rectification(state, command)
        case c.LapseRectification() | c.Reassess():
            outcome = decide_rectification(state, command)
        case c.InviteHearing() | c.MakeStatement() | c.CloseHearing() | c.RevokeTitle():
            outcome = decide_revocation(state, command)
        case _:
            assert_never(command)
    return outcome


decider: Decider[State, DistrictCommand] = Decider(
    category="lifecycle", aggregate="district", initial=Undesignated(), evolve=evolve, decide=decide
)
"""The aggregate as the services and the tests use it; streams are ``lifecycle/district/<case_id>``."""

__all__ = ["DistrictCommand", "State", "decide", "decider", "evolve"]
