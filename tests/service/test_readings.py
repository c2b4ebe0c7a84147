"""Whoever is answered with personal data is on record before they have it: once a day, without the data."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import Request, Response
from fastapi.routing import iter_route_contexts

from deploy.operator.frame.definitions import definition
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts.core import Actor, Event, Role
from shared.contracts.reading import PersonalDataRead
from shared.eventlog.errors import LogUnavailable
from shared.eventlog.log import EventLog
from shared.privacy.places import find
from shared.programme.values.json_values import as_object
from shared.programme.values.personal import Personal
from shared.service.app import build_app
from shared.service.http.routes import Route
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.readings.recording import Readings
from shared.service.service import Service
from shared.service.settings import read_settings
from tests.api import story
from tests.intake.serving import set_clock
from tests.lifecycle import situations
from tests.operator.conftest import DELIVERY
from tests.review import histories
from tests.servers import Database
from tests.specification import actor

LEAD = actor("province", Role.PROVINCE_LEAD, subject="lead")
AUDITOR = actor("auditor", Role.AUDITOR)
COUNTY = histories.COUNTY
OWN_POST = "/inbox"
"""A letter to one's own office tells what it was sent to tell."""


class Asked:
    """A service, and how people ask it."""

    def __init__(self, http: httpx.AsyncClient, service: Service, keys: Path) -> None:
        self.http, self.service = http, service
        self._issuer = DevelopmentIssuer(keys)

    def asking(self, who: Actor) -> Request:
        """A request of somebody, as a service has it."""
        token = self._issuer.token(who, lifetime=timedelta(hours=1))
        headers = [(b"authorization", f"Bearer {token}".encode())]
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "path_params": {},
            "query_string": b"",
            "headers": headers,
        }
        request = Request(scope)
        request.state.correlation_id = "asked"
        return request

    async def get(self, who: Actor, path: str) -> httpx.Response:
        """Ask as somebody."""
        token = self._issuer.token(who, lifetime=timedelta(hours=1))
        return await self.http.get(path, headers={"Authorization": f"Bearer {token}"})

    async def recorded(self) -> list[PersonalDataRead]:
        """What the log has of readings."""
        found = await self.service.log.read_all(0, include_internal=True)
        return [each.event for each in found if isinstance(each.event, PersonalDataRead)]

    async def readers(self) -> set[str]:
        """Whose readings the log has."""
        found = await self.service.log.read_all(0, include_internal=True)
        return {each.actor for each in found if isinstance(each.event, PersonalDataRead)}

    async def readings(self, who: Actor, query: str = "") -> httpx.Response:
        """What the service tells of them, once it has taken in all."""
        projector = self.service.projectors[f"{self.service.name}.readings"]
        await projector.wait_until(await self.service.log.head((self.service.name,), include_internal=True), within=20)
        return await self.get(who, f"/readings{query}")


@asynccontextmanager
async def served(name: str, database: Database, redis_url: str, folder: Path) -> AsyncIterator[Asked]:
    environment = {
        "JUQU_DATABASE_URL": database.url(name),
        "JUQU_REDIS_URL": redis_url,
        "JUQU_CLOCK": "driven",
        "JUQU_STATE_DIR": str(folder),
        "JUQU_OIDC_ISSUER": "development",
    }
    app = build_app(definition(name), read_settings(name, environment))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=f"http://{name}") as c:
        yield Asked(c, app.state.host.service, folder / "keys")


DUTY = lifecycle_events.DutyReported(
    case_id=situations.CASE,
    duty=lifecycle_events.Duty.PLANNING,
    text="印发规划",
    evidence=(situations.document("王样例走访记录"),),
)


@pytest.fixture
async def told(database: Database) -> Database:
    """A log with a draft, a case in publicity, a district that reported on a duty, and a notice."""
    await story.tell(database)
    async with await EventLog.open(database.url("lifecycle")) as log:
        stream = f"lifecycle/district/{situations.CASE}"
        version = len(await log.read_stream(stream))
        await log.append(stream, version, [DUTY], situations.at(situations.COUNTY, "2019-08-30"))
    return database


def secrets(events: list[Event]) -> Iterator[str]:
    """What events say of people, and nothing else says: a document's title may be any word."""
    for event in events:
        for group in find(type(event), as_object(event)):
            said = {kind: str(group.holder[name]) for name, kind in group.sealed.items()}
            yield from (text for kind, text in said.items() if text and (kind is not Personal.TEXT or ".pdf" in text))


def paths(service: str, known: Mapping[str, str]) -> Iterator[str]:
    """Every path that the service answers, as far as what is in it is known."""
    for route in iter_route_contexts(build_app(definition(service)).routes):
        names = re.findall(r"{(\w+)", str(route.path))
        shown = isinstance(route.original_route, Route) and route.include_in_schema
        if shown and "GET" in (route.methods or ()) and set(names) <= set(known):
            yield re.sub(r"{(\w+)[^}]*}", lambda name: known[name[1]], str(route.path))


@pytest.mark.parametrize("name", story.CASES)
async def test_no_answer_with_personal_data_goes_unrecorded(
    name: str, told: Database, redis_url: str, tmp_path: Path
) -> None:
    known = {"case_id": story.CASES[name], "delivery_id": DELIVERY}
    async with served(name, told, redis_url, tmp_path) as asked, await EventLog.open(told.url(name)) as log:
        told_of = set(secrets([each.event for each in await log.read_all(0, include_internal=True)]))
        assert told_of
        telling = []
        for number, path in enumerate(paths(name, known)):
            reader = actor("province", Role.PROVINCE_LEAD, subject=f"lead-{number}")
            answer = await asked.get(reader, path)
            if any(secret in answer.text for secret in told_of) and path != OWN_POST:
                telling.append((reader, path))
                assert reader.subject in await asked.readers(), path
        assert telling
        once = await asked.recorded()
        for reader, path in telling:
            assert (await asked.get(reader, path)).status_code == 200
        assert await asked.recorded() == once
        assert not [secret for secret in told_of if secret in str(once)]
        rows = (await asked.readings(LEAD)).json()
        assert [(row["case_id"], tuple(row["kinds"])) for row in reversed(rows)] == [
            (each.case_id, each.kinds) for each in once
        ]


async def test_applicants_ask_who_has_read_of_their_case_and_are_not_recorded(
    told: Database, redis_url: str, tmp_path: Path
) -> None:
    packet, mine = f"/cases/{histories.CASE}/packet", f"?case_id={histories.CASE}"
    async with served("review", told, redis_url, tmp_path) as asked:
        assert (await asked.get(COUNTY, packet)).status_code == 200
        assert await asked.recorded() == []
        await asked.get(LEAD, packet)
        await asked.get(actor("expert:e1", Role.EXPERT), packet)
        rows = (await asked.readings(COUNTY, mine)).json()
        assert [(row["office"], row["kinds"], "reader" in row) for row in rows] == [
            ("expert", ["email", "name", "phone", "text"], False),
            ("province", ["email", "name", "phone", "text"], False),
        ]
        older = (await asked.readings(COUNTY, f"{mine}&before={rows[0]['seq']}&limit=1")).json()
        assert older == rows[1:]
        elsewhere = actor("county:220112", Role.COUNTY)
        for who, query in ((COUNTY, ""), (COUNTY, f"{mine}&reader=lead"), (elsewhere, mine)):
            assert (await asked.readings(who, query)).status_code == 403
        by_lead = (await asked.readings(AUDITOR, "?reader=lead")).json()
        assert [row["office"] for row in by_lead] == ["province"]
        assert (await asked.readings(actor("province", Role.PROVINCE))).status_code == 403


async def test_nothing_is_shown_that_cannot_be_recorded(
    told: Database, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served("review", told, redis_url, tmp_path) as asked:

        async def away(*_: object) -> None:
            raise LogUnavailable("the log is away")

        monkeypatch.setattr(asked.service.log, "append", away)
        refused = await asked.get(LEAD, f"/cases/{histories.CASE}/packet")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert refused.json()["type"] == "urn:juqu:rule:reading-is-recorded"
        assert "0000-0000001" not in refused.text
        assert (await asked.get(LEAD, f"/cases/{histories.CASE}")).status_code == 200
        assert (await asked.get(COUNTY, f"/cases/{histories.CASE}/packet")).status_code == 200
        monkeypatch.undo()
        assert (await asked.get(LEAD, f"/cases/{histories.CASE}/packet")).status_code == 200


async def test_another_day_and_another_process_are_told_apart_by_the_log(
    told: Database, redis_url: str, tmp_path: Path
) -> None:
    path = f"/cases/{histories.CASE}/packet"
    for _ in range(2):
        async with served("review", told, redis_url, tmp_path) as asked:
            await asked.get(LEAD, path)
            assert len(await asked.recorded()) == 1
    async with served("review", told, redis_url, tmp_path) as asked:
        await set_clock(told, story.NOW + timedelta(days=1))
        await asked.get(LEAD, path)
        assert len(await asked.recorded()) == 2


async def test_a_page_that_asks_for_much_at_once_reads_once_whichever_process_answers(
    told: Database, redis_url: str, tmp_path: Path
) -> None:
    path = f"/cases/{histories.CASE}/packet"
    async with served("review", told, redis_url, tmp_path) as one, served("review", told, redis_url, tmp_path) as other:
        answers = await asyncio.gather(*(asked.get(LEAD, path) for _ in range(8) for asked in (one, other)))
        assert [each.status_code for each in answers] == [200] * 16
        assert len(await one.recorded()) == 1


async def test_each_service_records_what_it_has_of_the_same_case(
    told: Database, redis_url: str, tmp_path: Path
) -> None:
    async with served("review", told, redis_url, tmp_path) as one, served("intake", told, redis_url, tmp_path) as other:
        reading = PersonalDataRead(case_id=histories.CASE, whose="", kinds=("name", "phone"))
        for asked in (one, other):
            await Readings(asked.service).record(asked.asking(LEAD), Response(), lambda *_: iter([reading]))
            assert await asked.recorded() == [reading]
