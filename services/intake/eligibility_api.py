"""The conditions of 四（二）, for a form without a case."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from services.intake import shown
from shared.programme.eligibility import EligibilityReport, assess
from shared.programme.forms import ApplicationForm, EvidenceKind, findings
from shared.programme.policy import policy_in_force
from shared.programme.values.json_values import as_json
from shared.service.http.command_document import json_body
from shared.service.http.openapi import answers
from shared.service.http.requests import read_fields, read_json
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]


class EligibilityCheck(BaseModel):
    """A form without a case, and the kinds of evidence that would come with it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    form: ApplicationForm
    evidence: tuple[EvidenceKind, ...] = ()


def eligibility_routes(service: Service) -> APIRouter:
    """Checking a form before there is an application."""
    checks = router()
    service.body_models.append(EligibilityCheck)

    async def check_eligibility(request: Request) -> Answer:
        """The report and the findings by the policy in force."""
        await service.actor(request)
        check = EligibilityCheck(**read_fields(EligibilityCheck, await read_json(request)))
        by = policy_in_force(await service.today())
        report = report_of(assess(check.form, check.evidence, by))
        return report | {"findings": as_json(findings(check.form, check.evidence, by))}

    checks.add_api_route(
        "/eligibility-checks",
        check_eligibility,
        methods=["POST"],
        summary="The conditions of 四（二） for a form without a case",
        response_model=None,
        dependencies=[Depends(service.actor)],
        responses=answers(shown.CheckedEligibility),
        openapi_extra={"requestBody": json_body(EligibilityCheck)},
    )
    return checks


def report_of(report: EligibilityReport) -> Answer:
    """An eligibility report for people: every condition, whether all stand, the services nobody offers."""
    return {
        "policy_version": report.policy_version,
        "eligible": report.eligible,
        "conditions": as_json(report.conditions),
        "coverage_gaps": as_json(report.coverage_gaps),
    }


__all__ = ["eligibility_routes", "report_of"]
