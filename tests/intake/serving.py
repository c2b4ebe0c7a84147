"""Intake, or another service, as it is served, on real servers, and the people who call it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from deploy.operator.frame.definitions import definition
from shared.contracts.core import Actor
from shared.programme.forms import ApplicationForm
from shared.programme.values.json_values import as_json
from shared.service.app import build_app
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.service import Service
from shared.service.settings import read_settings
from tests.intake import cases
from tests.servers import Database

START = datetime(2018, 6, 11, 1, tzinfo=UTC)
PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


@dataclass
class Desk:
    """Calls the service as this or that person."""

    client: httpx.AsyncClient
    issuer: DevelopmentIssuer
    service: Service
    database: Database
    last_seq: int = field(default=0)

    async def post(self, who: Actor | None, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Send a command; ``body`` is JSON, or bytes as they are."""
        content = (
            body if isinstance(body, bytes) else json.dumps(body if body is not None else {}, default=as_json).encode()
        )
        return self._seen(await self.client.post(path, content=content, headers=self._headers(who, headers)))

    async def upload(
        self, who: Actor, path: str, content: bytes = PDF, name: str = "plan.pdf", key: str = "", **fields: str
    ) -> httpx.Response:
        """Send a document."""
        headers = self._headers(who, {"idempotency_key": key} if key else {})
        del headers["Content-Type"]
        return self._seen(await self.client.post(path, files={"file": (name, content)}, data=fields, headers=headers))

    async def get(self, who: Actor | None, path: str) -> httpx.Response:
        """Ask, for an answer that shows everything this desk did."""
        headers = self._headers(who, {"juqu_after_seq": str(self.last_seq)} if self.last_seq else {})
        return await self.client.get(path, headers=headers)

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        self.last_seq = max(self.last_seq, int(answer.headers.get("Juqu-Seq", 0)))
        return answer

    def _headers(self, who: Actor | None, more: dict[str, str]) -> dict[str, str]:
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
        headers |= {name.title().replace("_", "-"): value for name, value in more.items()}
        return headers | ({"Authorization": f"Bearer {self.issuer.token(who)}"} if who else {})

    async def head(self) -> int:
        """How many events the log holds."""
        return await self.service.log.head()

    async def set_clock(self, at: datetime) -> None:
        """Drive the clock."""
        await set_clock(self.database, at)

    async def open(self, **changes: object) -> str:
        """A draft of 九台, opened by its county."""
        answer = await self.post(cases.COUNTY, "/applications", opening(**changes))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["case_id"])

    async def written(self, form: ApplicationForm | None = None) -> str:
        """The path of a draft with a form and the documents that every packet needs."""
        path = f"/applications/{await self.open()}"
        answers = [await self.post(cases.COUNTY, f"{path}/form", {"form": form or cases.form()})]
        for kind in ("work_plan", "special_fund"):
            content = PDF + kind.encode()
            answers.append(
                await self.upload(cases.KEY, f"{path}/attachments", content, kind=kind, title=f"文件 {kind}")
            )
        assert [answer.status_code for answer in answers] == [200, 200, 200], [answer.text for answer in answers]
        return path

    async def seal(self, path: str, *who: Actor) -> str:
        """Seal the packet as it is; gives its hash."""
        sha = str((await self.get(who[0], f"{path}/packet")).json()["packet_sha256"])
        for sealer in who:
            answer = await self.post(sealer, f"{path}/seals", {"packet_sha256": sha})
            assert answer.status_code == 200, answer.text
        return sha


def opening(**changes: object) -> dict[str, Any]:
    """The body that opens the draft of 九台."""
    body = {"division_code": cases.JIUTAI, "county_unit": cases.COUNTY_UNIT, "key_unit": cases.KEY_UNIT}
    return body | changes


async def set_clock(database: Database, at: datetime) -> None:
    """Set the driven clock of a database."""
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("select clock.set($1)", at)
    await connection.close()


@asynccontextmanager
async def serving(
    database: Database, redis_url: str, folder: Path, at: datetime = START, name: str = "intake"
) -> AsyncIterator[Desk]:
    """A service, started, with a clock that stands at ``at``."""
    await set_clock(database, at)
    environment = {
        "JUQU_DATABASE_URL": database.url(name),
        "JUQU_REDIS_URL": redis_url,
        "JUQU_CLOCK": "driven",
        "JUQU_STATE_DIR": str(folder),
        "JUQU_OIDC_ISSUER": "development",
    }
    app = build_app(definition(name), read_settings(name, environment))
    service: Service = app.state.host.service
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=f"http://{name}") as c:
        yield Desk(c, DevelopmentIssuer(folder / "keys"), service, database)
