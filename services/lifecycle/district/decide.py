"""What a command makes happen to a district: each command once."""

from __future__ import annotations

from typing import assert_never

from services.lifecycle import rules
from services.lifecycle.district import (
    assessment,
    commands,
    designation,
    records,
    recounting,
    rectification,
    reports,
    revocation,
)
from services.lifecycle.district.checks import texts_fit
from services.lifecycle.district.commands import DistrictCommand
from services.lifecycle.district.permission import is_system, not_theirs
from services.lifecycle.district.state import Revoked, State, Undesignated
from shared.contracts.core import Outcome, Refusal
from shared.contracts.refusing import first
from shared.programme.policy import policy


def decide(state: State, command: DistrictCommand) -> Outcome:
    """The events that a command makes happen to a district, or the rule that refuses it."""
    if isinstance(command, commands.Designate):
        return designation.designate(state, command)
    if isinstance(state, Undesignated):
        return Refusal(rules.DISTRICT_EXISTS)
    law = policy(state.district.policy_version)
    if refusal := first(not_theirs(command, state.district), texts_fit(command, law)):
        return refusal
    match command:
        case commands.CorrectRecord():
            return records.correct(state.district, command)
        case commands.RevokeTitle():
            return revocation.revoke(state, command)
        case _ if isinstance(state, Revoked):
            return () if is_system(command.context) else Refusal(rules.TITLE_STANDS)
        case commands.FileAnnualReport():
            return reports.file(state.district, command)
        case commands.AcknowledgeReport():
            return reports.acknowledge(state.district, command)
        case commands.DeclareReportOverdue() | commands.DeclareReportMissed():
            return reports.declare_late(state.district, command)
        case commands.CountAgain():
            return recounting.count_again(state, command)
        case commands.RecordSupport():
            return records.support(state.district, command)
        case commands.ReportDuty():
            return records.duty(state.district, command)
        case commands.UpdateRoster():
            return records.roster(state.district, command)
        case commands.OpenAssessment():
            return assessment.open_when_due(state, command)
        case commands.DeclareAssessmentOverdue():
            return assessment.declare_overdue(state, command)
        case commands.ConcludeAssessment():
            return assessment.conclude(state, command)
        case commands.RecommendNationally():
            return assessment.recommend(state, command)
        case commands.RetainTitle():
            return assessment.retain(state, command)
        case commands.OrderRectification():
            return rectification.order(state, command)
        case commands.ExtendRectification():
            return rectification.extend(state, command)
        case commands.FileRectificationReport():
            return rectification.report(state, command)
        case commands.LapseRectification():
            return rectification.lapse(state, command)
        case commands.Reassess():
            return rectification.reassess(state, command)
        case commands.InviteHearing():
            return revocation.invite(state, command)
        case commands.MakeStatement():
            return revocation.make_statement(state, command)
        case commands.CloseHearing():
            return revocation.close_hearing(state, command)
        case _:
            assert_never(command)


__all__ = ["decide"]
