"""Whose act each command is. It is asked before anything else: nobody is told of what is not theirs to do."""

from __future__ import annotations

from typing import assert_never

from services.lifecycle import rules
from services.lifecycle.district import commands as c
from services.lifecycle.district.commands import StandingCommand
from services.lifecycle.district.permission import (
    applicant_only,
    county_only,
    is_province,
    is_system,
    lead_only,
    province_only,
    receiver,
)
from services.lifecycle.district.state import District
from shared.contracts.core import Refusal
from shared.contracts.refusing import unless


def not_theirs(command: StandingCommand | c.CorrectRecord, district: District) -> Refusal | None:
    """A refusal for whoever may not do this to this district, whatever its stage."""
    context = command.context
    match command:
        case c.FileAnnualReport() | c.ReportDuty() | c.FileRectificationReport():
            return county_only(context, district)
        case c.UpdateRoster() | c.MakeStatement():
            return applicant_only(context, district)
        case c.AcknowledgeReport() | c.RecordSupport():
            by = receiver(context.actor, district, context.effective_on)
            return unless(by is not None, rules.OWN_CITY_OR_PROVINCE)
        case c.CorrectRecord():
            return unless(is_province(context.actor), rules.PROVINCE_ONLY)
        case c.RevokeTitle():
            return lead_only(context, district)
        case c.OpenAssessment():
            return None if is_system(context) else province_only(context, district)
        case (
            c.ConcludeAssessment()
            | c.RecommendNationally()
            | c.RetainTitle()
            | c.OrderRectification()
            | c.ExtendRectification()
            | c.Reassess()
            | c.InviteHearing()
        ):
            return province_only(context, district)
        case (
            c.DeclareReportOverdue()
            | c.DeclareReportMissed()
            | c.DeclareAssessmentOverdue()
            | c.LapseRectification()
            | c.CloseHearing()
        ):
            return unless(is_system(context), rules.ONLY_THE_SYSTEM)
        case _:
            assert_never(command)
