"""What a packet is, what is wrong with it and whether it meets the conditions, read from the log itself."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request

from services.intake import rules, shown
from services.intake.application import decider
from services.intake.application.changes import changes_since_notice
from services.intake.application.completeness import evidence_kinds, packet_findings, seals_wanting
from services.intake.application.correcting import seals_needed
from services.intake.application.state import APPLICANTS, InCorrection, NotOpened, OpenedStage
from services.intake.eligibility_api import report_of
from services.intake.handlers import Handlers
from services.intake.packet import packet
from services.intake.queries import refuse_unseen
from shared.contracts.core import Refusal
from shared.programme.eligibility import assess
from shared.programme.policy import policy
from shared.programme.values.json_values import as_json, as_object, canonical
from shared.service.http.openapi import answers, problems
from shared.service.http.problems import refused
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]


class Packets:
    """Questions about a packet, each within the asker's scope."""

    def __init__(self, service: Service, handlers: Handlers) -> None:
        self._service = service
        self._handlers = handlers

    def routes(self) -> APIRouter:
        """Their routes."""
        asking, single = router(), "/applications/{case_id}"
        token = [Depends(self._service.actor)]
        for path, endpoint, responses, summary in (
            (
                f"{single}/packet",
                self.packet,
                answers(shown.PacketAsHashed),
                "What is hashed and sealed, and whether each seal holds",
            ),
            (
                f"{single}/findings",
                self.findings,
                answers(shown.Findings),
                "Everything wrong with the packet as it now is",
            ),
            (
                f"{single}/eligibility",
                self.eligibility,
                answers(shown.Eligibility) | problems(409),
                "The conditions of 四（二）, explained as at review",
            ),
            (
                f"{single}/changes",
                self.changes,
                answers(shown.ChangesSinceNotice) | problems(409),
                "What was changed since the correction notice",
            ),
        ):
            asking.add_api_route(
                path,
                endpoint,
                methods=["GET"],
                summary=summary,
                response_model=None,
                dependencies=token,
                responses=responses,
            )
        return asking

    async def packet(self, request: Request, case_id: str) -> Answer:
        """The packet as JSON and as the very text that is hashed, with its seals."""
        stage = await self._stage(request, case_id)
        application = stage.application
        if application.form is None:
            raise refused(Refusal(rules.FORM_IS_WRITTEN))
        now = application.packet_sha256
        text = packet(application.form, application.county_unit, application.key_unit, application.attachments)
        needed = seals_needed(application) if isinstance(stage, InCorrection) else APPLICANTS
        seals = [
            as_object(seal) | {"valid": seal.packet_sha256 == now, "verified": await self._handlers.seals.verify(seal)}
            for seal in application.seals
        ]
        return {
            "packet_sha256": now,
            "packet": text,
            "canonical": canonical(text),
            "seals": seals,
            "seals_wanting": as_json(seals_wanting(application, needed)),
        }

    async def findings(self, request: Request, case_id: str) -> Answer:
        """Errors and warnings, in the form's order."""
        stage = await self._stage(request, case_id)
        return {"findings": as_json(packet_findings(stage.application))}

    async def eligibility(self, request: Request, case_id: str) -> Answer:
        """The report by the case's own policy."""
        application = (await self._stage(request, case_id)).application
        if application.form is None:
            raise refused(Refusal(rules.FORM_IS_WRITTEN))
        by = policy(application.policy_version)
        return report_of(assess(application.form, evidence_kinds(application), by))

    async def changes(self, request: Request, case_id: str) -> Answer:
        """The form's fields and the documents that are not as the notice found them."""
        stage = await self._stage(request, case_id)
        if not isinstance(stage, InCorrection):
            raise refused(Refusal(rules.NOT_IN_CORRECTION))
        return as_object(changes_since_notice(stage))

    async def _stage(self, request: Request, case_id: str) -> OpenedStage:
        actor = await self._service.actor(request)
        stage, _ = await self._service.runner.state(decider, case_id)
        if isinstance(stage, NotOpened):
            raise refused(Refusal(rules.NO_SUCH_APPLICATION, case_id))
        place = stage.application.place
        refuse_unseen(actor, county=place.county, endorser=place.endorser, key_uscc=stage.application.key_unit.uscc)
        return stage
