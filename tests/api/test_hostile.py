"""What breaks other systems is a problem here, never an error of ours; on running processes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contracts.core import Actor
from shared.service.identity.development_issuer import DevelopmentIssuer
from tests.api.processes import process
from tests.api.story import CASES, EVERYBODY, tell
from tests.servers import Database

COUNTY, UNIT, CITY, PROVINCE, LEAD, EXPERT, OPERATOR, AUDITOR, CONSUMER, _ = EVERYBODY
NOTHING = "00000000-0000-0000-0000-000000000000"
HEADS: tuple[dict[str, str], ...] = (
    {"If-Match": "9" * 5000},
    {"If-Match": '"٣"'},
    {"Idempotency-Key": "k" * 5000},
    {"Idempotency-Key": ""},
    {"Juqu-Effective-On": "9999-12-31"},
    {"Juqu-Effective-On": "0001-01-01"},
    {"Juqu-Effective-On": "0000-00-00"},
    {"Juqu-Effective-On": "2018-W20-1"},
    {"Content-Type": "text/html"},
    {"Content-Type": "application/x-www-form-urlencoded"},
)
BODIES: tuple[bytes, ...] = (
    b"",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"NaN",
    b'{"reason": 1e400}',
    b'{"reason": Infinity}',
    b'{"reason": "a", "reason": "b"}',
    b'{"reason": "\\ud800"}',
    b'{"reason": "\\u0000"}',
    b'{"reason": ' + b"9" * 5000 + b"}",
    b'{"reason": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    b'{"a\\u0000": 1}',
)


@asynccontextmanager
async def calling(name: str, database: Database, redis_url: str, folder: Path) -> AsyncIterator[Any]:
    """A process with the story in its log, and how to call it as somebody."""
    await tell(database)
    issuer = DevelopmentIssuer(folder / "keys")
    async with (
        process(name, database, redis_url, folder) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as client,
    ):

        async def call(who: Actor | None, method: str, path: str, **more: Any) -> httpx.Response:
            sent = httpx.Headers(more.pop("headers", {}))
            if who is not None:
                sent["Authorization"] = f"Bearer {issuer.token(who, lifetime=timedelta(hours=1))}"
            return await client.request(method, path, headers=sent, **more)

        yield call


def refused(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    """The problem of an answer, which is one of the client's."""
    assert 400 <= answer.status_code < 500, (answer.request.url, answer.status_code, answer.text[:300])
    assert not statuses or answer.status_code in statuses, (answer.request.url, answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["title"]
    assert problem["title_zh"]
    return problem


async def test_hostile_heads_bodies_and_names_are_problems_of_intake(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    async with calling("intake", database, redis_url, tmp_path) as call:
        case = f"/applications/{CASES['intake']}"
        for head in HEADS:
            sent = {"Content-Type": "application/json"} | {name: value.encode() for name, value in head.items()}
            refused(await call(COUNTY, "POST", f"{case}/withdrawal", headers=sent, content=b'{"reason": "x"}'))
        for body in BODIES:
            sent = {"Content-Type": "application/json"}
            refused(await call(COUNTY, "POST", f"{case}/withdrawal", headers=sent, content=body), 400, 413, 422)
        for path in ("/applications/%00", "/applications/a%00b", f"{case}%00", f"{case}/attachments/%ff/1"):
            refused(await call(COUNTY, "GET", path), 404)
        for query in (
            "?stage=%00",
            "?county=a%00b",
            "?limit=" + "9" * 5000,
            "?offset=99999999999999999999",
            "?Limit=1",
        ):
            refused(await call(COUNTY, "GET", f"/applications{query}"), 422)
        for on in ("0001-01-01", "9999-12-31"):
            assert (await call(None, "GET", f"/divisions?on={on}")).status_code in {200, 422}
        for on in ("0000-01-01", "10000-01-01", "0", "1e9", "2018-06-11T00:00:00", "٢٠١٨-٠٦-١١"):
            refused(await call(None, "GET", "/divisions", params={"on": on}), 422)
        for seq in ("9" * 5000, "-1", "", "²", "1.0", "99"):
            refused(await call(COUNTY, "GET", case, headers={"Juqu-After-Seq": seq.encode()}), 422)


async def test_hostile_queries_codes_and_previews_are_problems_of_notify(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    async with calling("notify", database, redis_url, tmp_path) as call:
        for where in ("/notices", "/inbox"):
            refused(await call(OPERATOR, "GET", f"{where}?case_id=a%00b"), 422)
            refused(await call(OPERATOR, "GET", f"{where}?case_id=a"), 422)
        refused(await call(OPERATOR, "GET", f"/templates/%00_/preview?case_id={NOTHING}"), 404)
        refused(await call(OPERATOR, "GET", "/templates/filed/preview?case_id=%00_"), 422)
        for act in ("confirmation", "end"):
            for code in ("验证码", "", "\U0001f600", "a" * 10_000):
                answer = await call(None, "POST", f"/subscriptions/{NOTHING}/{act}", json={"token": code})
                refused(answer, 403, 404, 422)
        for path in ("/u/%E9%AA%8C", "/u/%00", "/receipts/%00/x", "/receipts/aliyun/%E9%AA%8C"):
            refused(await call(None, "GET" if path.startswith("/u") else "POST", path), 404)


async def test_hostile_seqs_are_problems_of_the_feed(database: Database, redis_url: str, tmp_path: Path) -> None:
    async with calling("relay", database, redis_url, tmp_path) as call:
        for seq in ("9" * 4400, "", "-1", "²"):
            sent = {"Last-Event-ID": seq.encode(), "Accept": "text/event-stream"}
            refused(await call(CONSUMER, "GET", "/events", headers=sent), 422)
        refused(await call(CONSUMER, "GET", f"/events?after={'9' * 4400}"), 422)
        refused(await call(CONSUMER, "GET", "/events?types=%00"), 422)


async def test_hostile_streams_tiles_and_notes_are_problems_of_the_notary(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    async with calling("notary", database, redis_url, tmp_path) as call:
        refused(await call(AUDITOR, "GET", "/proof/stream?stream=a%00b"), 422)
        for path in ("/tile/0/" + "x999/" * 12 + "999", "/tile/0/" + "9" * 5000, "/tile/99999999999999999999/000"):
            refused(await call(None, "GET", path), 404, 422)
        refused(await call(None, "GET", f"/checkpoints?after={2**63}"), 422)
        refused(await call(None, "POST", "/cosignatures", content=b"\xff", headers={"Content-Type": "text/plain"}), 400)


@pytest.mark.parametrize("name", ["review", "lifecycle"])
async def test_moments_and_days_at_the_edges_are_answered_or_refused(
    name: str, database: Database, redis_url: str, tmp_path: Path
) -> None:
    async with calling(name, database, redis_url, tmp_path) as call:
        asked = {
            "review": [("/cases", {"due_by": "0001-01-01"}), ("/cases", {"due_by": "9999-12-31"})],
            "lifecycle": [
                ("/register", {"on": "0001-01-01"}),
                ("/register", {"on": "9999-12-31"}),
                ("/register", {"known_at": "0001-01-01T00:00:00+23:59"}),
                ("/register", {"known_at": "9999-12-31T23:59:59-23:59"}),
            ],
        }[name]
        for path, query in asked:
            assert (await call(PROVINCE, "GET", path, params=query)).status_code in {200, 422}, query
        for query in ({"known_at": "0"}, {"known_at": "2018-06-11"}, {"on": "0"}, {"due_by": "1"}):
            if name == "lifecycle" or "due_by" in query:
                refused(await call(PROVINCE, "GET", asked[0][0], params=query), 422)
