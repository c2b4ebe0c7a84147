"""Reading applications over HTTP: lists, rows, timelines, the documents' versions."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.intake import rules, shown
from services.intake.queries import refuse_unseen, visible
from services.intake.views import applications, documents, timeline
from shared.contracts.core import Actor, Refusal
from shared.programme.divisions import codes_of
from shared.service.http.openapi import answers
from shared.service.http.problems import refused
from shared.service.http.requests import Exact
from shared.service.http.routes import router
from shared.service.service import Service

LISTED = tuple(column.name for column in applications.columns if column.name not in shown.WHOLE_ONLY)
"""The columns of a list; the form and what goes with it are in the whole row."""
Answer = dict[str, Any]


class ApplicationFilter(BaseModel):
    """Which applications to list."""

    model_config = ConfigDict(extra="forbid")

    stage: str = Field("", max_length=40, pattern="^[a-z-]*$")
    county: str = Field("", max_length=6, pattern="^[0-9]*$")
    limit: Annotated[int, Exact] = Field(50, ge=1, le=200)
    offset: Annotated[int, Exact] = Field(0, ge=0, le=1_000_000)


class Queries:
    """What the read models know, each within the asker's scope."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> APIRouter:
        """Their routes."""
        asking, single = router(), "/applications/{case_id}"
        token = [Depends(self._service.actor)]
        for path, endpoint, shape, summary in (
            (
                "/applications",
                self.applications,
                shown.Applications,
                "Applications within your scope, the newest first",
            ),
            (single, self.application, shown.Application, "An application: stage, form, seals, what is due"),
            (f"{single}/timeline", self.timeline, shown.Timeline, "Everything that happened, in order"),
            (f"{single}/attachments", self.attachments, shown.Attachments, "Every document, with every version it had"),
        ):
            headers = {"ETag": "The version, for If-Match"} if path == single else {}
            asking.add_api_route(
                path,
                endpoint,
                methods=["GET"],
                summary=summary,
                response_model=None,
                dependencies=token,
                responses=answers(shape, **headers),
            )
        return asking

    async def applications(self, request: Request, only: Annotated[ApplicationFilter, Query()]) -> Answer:
        """Those of the actor's scope, filtered by stage and county."""
        actor = await self._service.actor(request)
        query = sa.select(*(applications.c[name] for name in LISTED)).where(visible(actor))
        query = query.where(applications.c.stage == only.stage) if only.stage else query
        query = query.where(applications.c.county.in_(codes_of(only.county))) if only.county else query
        query = query.order_by(applications.c.seq.desc()).limit(only.limit).offset(only.offset)
        return {"applications": await self.rows(request, query)}

    async def application(self, request: Request, response: Response, case_id: str) -> Answer:
        """The whole row; ``ETag`` is the version that ``If-Match`` takes."""
        row = await self.row(request, case_id)
        response.headers["ETag"] = f'"{row["version"]}"'
        return row

    async def timeline(self, request: Request, case_id: str) -> Answer:
        """The events of an application."""
        await self.row(request, case_id)
        query = sa.select(timeline).where(timeline.c.case_id == case_id).order_by(timeline.c.seq)
        return {"events": await self.rows(request, query)}

    async def attachments(self, request: Request, case_id: str) -> Answer:
        """The documents of an application, those taken out of the packet too."""
        await self.row(request, case_id)
        query = sa.select(documents).where(documents.c.case_id == case_id).order_by(documents.c.attachment_id)
        return {"attachments": await self.rows(request, query)}

    async def rows(self, request: Request, query: sa.Select[Any], of: str = "") -> list[Answer]:
        """What a query finds, once the read models have what the request waits for."""
        async with self._service.reading(request, of=of) as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def refuse_unseen(self, request: Request, _actor: Actor, case_id: str) -> None:
        """Raise what ``row`` raises."""
        await self.row(request, case_id)

    async def row(self, request: Request, case_id: str) -> Answer:
        """An application's row; raises ``Problem`` 404 without one, 403 where it is not within the actor's scope."""
        actor = await self._service.actor(request)
        rows = await self.rows(request, sa.select(applications).where(applications.c.case_id == case_id), case_id)
        if not rows:
            raise refused(Refusal(rules.NO_SUCH_APPLICATION, case_id))
        (row,) = rows
        refuse_unseen(actor, county=row["county"], endorser=row["endorser"], key_uscc=row["key_uscc"])
        return row
