"""What intake answers: applications within one's scope, their packet, timeline and findings."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from services.intake import rules, shown
from services.intake.application import decider, permission
from services.intake.application.completeness import evidence_kinds, packet_findings, seals_wanting
from services.intake.application.correcting import seals_needed
from services.intake.application.state import APPLICANTS, InCorrection, NotOpened, OpenedStage
from services.intake.handlers import Handlers
from services.intake.packet import packet
from services.intake.views import applications, documents, timeline
from shared.contracts.core import Actor, Refusal, Role
from shared.programme import divisions
from shared.programme.eligibility import EligibilityReport, assess
from shared.programme.forms import ApplicationForm, EvidenceKind, findings
from shared.programme.policy import policy, policy_in_force
from shared.programme.values.json_values import as_json, as_object, canonical
from shared.programme.values.stored_file import StoredFile
from shared.programme.values.uscc import normalised
from shared.service.clock import day
from shared.service.files.documents import DOCUMENT
from shared.service.http.command_document import json_body
from shared.service.http.openapi import answers, problems
from shared.service.http.problems import Problem, refused
from shared.service.http.requests import Exact, read_fields, read_json
from shared.service.http.routes import router
from shared.service.service import Service

LISTED = tuple(column.name for column in applications.columns if column.name not in shown.WHOLE_ONLY)
"""The columns of a list; the form and what goes with it are in the whole row."""
Json = dict[str, Any]


class Wanted(BaseModel):
    """Which applications to list."""

    model_config = ConfigDict(extra="forbid")

    stage: str = Field("", max_length=40, pattern="^[a-z-]*$")
    county: str = Field("", max_length=6, pattern="^[0-9]*$")
    limit: Annotated[int, Exact] = Field(50, ge=1, le=200)
    offset: Annotated[int, Exact] = Field(0, ge=0, le=1_000_000)


class EligibilityCheck(BaseModel):
    """A form without a case, and the kinds of evidence that would come with it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    form: ApplicationForm
    evidence: tuple[EvidenceKind, ...] = ()


class Queries:
    """The questions that intake answers, each within the asker's scope."""

    def __init__(self, service: Service, handlers: Handlers) -> None:
        self._service = service
        self._handlers = handlers

    def routes(self) -> APIRouter:
        """Their routes."""
        asking, one = router(), "/applications/{case_id}"
        token = [Depends(self._service.actor)]
        for path, answer, shape, summary in (
            (
                "/applications",
                self.applications,
                shown.Applications,
                "Applications within your scope, the newest first",
            ),
            (one, self.application, shown.Application, "An application: stage, form, seals, what is due"),
            (f"{one}/timeline", self.timeline, shown.Timeline, "Everything that happened, in order"),
            (f"{one}/attachments", self.attachments, shown.Attachments, "Every document, with every version it had"),
            (f"{one}/packet", self.packet, shown.Packet, "What is hashed and sealed, and whether each seal holds"),
            (f"{one}/findings", self.findings, shown.Findings, "Everything wrong with the packet as it now is"),
            (
                f"{one}/eligibility",
                self.eligibility,
                shown.Eligibility,
                "The conditions of 四（二）, explained as at review",
            ),
        ):
            headers = {"ETag": "The version, for If-Match"} if path == one else {}
            told = answers(shape, **headers) | (problems(409) if path == f"{one}/eligibility" else {})
            asking.add_api_route(
                path, answer, methods=["GET"], summary=summary, response_model=None, dependencies=token, responses=told
            )
        asking.add_api_route(
            f"{one}/attachments/{{attachment_id}}/{{version:number}}",
            self.download,
            methods=["GET"],
            summary="One version of a document",
            response_class=StreamingResponse,
            dependencies=token,
            responses=DOCUMENT,
        )
        asking.include_router(self._checks())
        return asking

    def _checks(self) -> APIRouter:
        checks = router()
        self._service.body_models.append(EligibilityCheck)
        checks.add_api_route(
            "/eligibility-checks",
            self.check_eligibility,
            methods=["POST"],
            summary="The conditions of 四（二） for a form without a case",
            response_model=None,
            dependencies=[Depends(self._service.actor)],
            responses=answers(shown.CheckedEligibility),
            openapi_extra={"requestBody": json_body(EligibilityCheck)},
        )
        return checks

    async def applications(self, request: Request, wanted: Annotated[Wanted, Query()]) -> Json:
        """Those of the actor's scope, filtered by stage and county."""
        actor = await self._service.actor(request)
        query = sa.select(*(applications.c[name] for name in LISTED)).where(visible(actor))
        query = query.where(applications.c.stage == wanted.stage) if wanted.stage else query
        query = query.where(applications.c.county.in_(codes_of(wanted.county))) if wanted.county else query
        query = query.order_by(applications.c.seq.desc()).limit(wanted.limit).offset(wanted.offset)
        return {"applications": await self._rows(request, query)}

    async def application(self, request: Request, response: Response, case_id: str) -> Json:
        """The whole row; ``ETag`` is the version that ``If-Match`` takes."""
        row = await self._row(request, case_id)
        response.headers["ETag"] = f'"{row["version"]}"'
        return row

    async def timeline(self, request: Request, case_id: str) -> Json:
        """The events of an application."""
        await self._row(request, case_id)
        query = sa.select(timeline).where(timeline.c.case_id == case_id).order_by(timeline.c.seq)
        return {"events": await self._rows(request, query)}

    async def attachments(self, request: Request, case_id: str) -> Json:
        """The documents of an application, those taken out of the packet too."""
        await self._row(request, case_id)
        query = sa.select(documents).where(documents.c.case_id == case_id).order_by(documents.c.attachment_id)
        return {"attachments": await self._rows(request, query)}

    async def findings(self, request: Request, case_id: str) -> Json:
        """Errors and warnings, in the form's order."""
        stage = await self._stage(request, case_id)
        return {"findings": as_json(packet_findings(stage.application))}

    async def eligibility(self, request: Request, case_id: str) -> Json:
        """The report by the case's own policy."""
        application = (await self._stage(request, case_id)).application
        if application.form is None:
            raise refused(Refusal(rules.FORM_IS_WRITTEN))
        by = policy(application.policy_version)
        return report_of(assess(application.form, evidence_kinds(application), by))

    async def check_eligibility(self, request: Request) -> Json:
        """The report and the findings by the policy in force."""
        await self._service.actor(request)
        given = EligibilityCheck(**read_fields(EligibilityCheck, await read_json(request)))
        by = policy_in_force(await self._today())
        found = as_json(findings(given.form, given.evidence, by))
        return report_of(assess(given.form, given.evidence, by)) | {"findings": found}

    async def _today(self) -> date:
        return day(await self._service.clock.now())

    async def _rows(self, request: Request, query: sa.Select[Any], of: str = "") -> list[Json]:
        async with self._service.reading(request, of=of) as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def _row(self, request: Request, case_id: str) -> Json:
        actor = await self._service.actor(request)
        found = await self._rows(request, sa.select(applications).where(applications.c.case_id == case_id), case_id)
        if not found:
            raise refused(Refusal(rules.NO_SUCH_APPLICATION, case_id))
        row = found[0]
        see_or(actor, county=row["county"], endorser=row["endorser"], key_uscc=row["key_uscc"])
        return row

    async def _stage(self, request: Request, case_id: str) -> OpenedStage:
        actor = await self._service.actor(request)
        stage, _ = await self._service.runner.state(decider, case_id)
        if isinstance(stage, NotOpened):
            raise refused(Refusal(rules.NO_SUCH_APPLICATION, case_id))
        place = stage.application.place
        see_or(actor, county=place.county, endorser=place.endorser, key_uscc=stage.application.key_unit.uscc)
        return stage

    async def packet(self, request: Request, case_id: str) -> Json:
        """The packet as JSON and as the very text that is hashed, with its seals."""
        stage = await self._stage(request, case_id)
        application = stage.application
        if application.form is None:
            raise refused(Refusal(rules.FORM_IS_WRITTEN))
        now = application.packet_sha256
        whole = packet(application.form, application.county_unit, application.key_unit, application.attachments)
        needed = seals_needed(application) if isinstance(stage, InCorrection) else APPLICANTS
        seals = [
            as_object(seal) | {"valid": seal.packet_sha256 == now, "verified": await self._handlers.seals.verify(seal)}
            for seal in application.seals
        ]
        return {
            "packet_sha256": now,
            "packet": whole,
            "canonical": canonical(whole),
            "seals": seals,
            "seals_wanting": as_json(seals_wanting(application, needed)),
        }

    async def download(
        self,
        request: Request,
        case_id: str,
        attachment_id: str,
        version: Annotated[int, Exact, Path(ge=0, le=999_999_999)],
    ) -> StreamingResponse:
        """Its content, as it was uploaded."""
        await self._row(request, case_id)
        query = sa.select(documents.c.versions).where(
            documents.c.case_id == case_id, documents.c.attachment_id == attachment_id
        )
        found = await self._rows(request, query)
        kept = next((one for row in found for one in row["versions"] if one["version"] == version), None)
        if kept is None:
            raise refused(Refusal(rules.NO_SUCH_ATTACHMENT, f"{attachment_id} version {version}"))
        file = StoredFile(kept["sha256"], kept["size"], kept["media_type"], kept["name"])
        return await self._service.documents.answer(file)


def see_or(actor: Actor, *, county: str, endorser: str, key_uscc: str) -> None:
    """Raise ``Problem`` 403 for an application that is not within the actor's scope."""
    if not permission.may_see(actor, county=county, endorser=endorser, key_uscc=key_uscc):
        raise Problem(
            403,
            "application-is-in-scope",
            "This application is not within your scope",
            actor.office,
            title_zh="该申报不在您的办理范围内",
            detail_zh=actor.office,
            clause="四（三）",
        )


def codes_of(code: str) -> tuple[str, ...]:
    """Every code that a county has had, from any of them."""
    now = divisions.current_code(code)
    return (now, *(one.code for one in divisions.former_codes() if one.current == now))


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """Which rows the actor may see; the same as ``permission.may_see``."""
    if actor.has(Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR, Role.AUDITOR):
        return sa.true()
    kind, _, name = actor.office.partition(":")
    if actor.has(Role.COUNTY) and kind == "county":
        return applications.c.county.in_(codes_of(name))
    if actor.has(Role.KEY_UNIT) and kind == "unit":
        return applications.c.key_uscc == normalised(name)
    if actor.has(Role.CITY) and kind == "city" and name:
        return applications.c.endorser == name
    return sa.false()


def report_of(report: EligibilityReport) -> Json:
    """An eligibility report for people: every condition, whether all stand, the services nobody offers."""
    return {
        "policy_version": report.policy_version,
        "eligible": report.eligible,
        "conditions": as_json(report.conditions),
        "coverage_gaps": as_json(report.coverage_gaps),
    }
