"""The demonstration's issuer, as a running process or within the test, and its client as the portal is one."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import uvicorn
from authlib.integrations.httpx_client import AsyncOAuth2Client
from fastapi import FastAPI, Request

from deploy.local.issuer.app import issuer_app
from deploy.local.issuer.people import find
from deploy.local.issuer.settings import PORTAL, read_issuer_settings
from deploy.local.ports import free_ports
from deploy.local.supervisor import Program, Supervisor
from shared.contracts.core import Actor

SECRET = "secret-of-tests"
VERIFIER = "a-verifier-of-the-tests-that-is-long-enough-for-pkce"


@dataclass
class Issuing:
    """An issuer to ask. ``told`` are the logout tokens that its portal was sent."""

    url: str
    portal: str
    keys: Path
    transport: httpx.AsyncBaseTransport
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(transport=self.transport, timeout=20)

    @property
    def returns_to(self) -> str:
        return f"{self.portal}/sign-in/return"

    async def discovered(self) -> dict[str, Any]:
        return dict((await self.http.get(f"{self.url}/.well-known/openid-configuration")).json())

    def client(self, secret: str = SECRET) -> AsyncOAuth2Client:
        """Authlib's, as the portal may use it."""
        return AsyncOAuth2Client(
            PORTAL,
            secret,
            scope="openid",
            redirect_uri=self.returns_to,
            code_challenge_method="S256",
            transport=self.transport,
        )

    def asking(self, **changes: str) -> str:
        """The address of the page of people."""
        url, _ = self.client().create_authorization_url(
            f"{self.url}/authorize", code_verifier=VERIFIER, nonce="n-1", state="s-1"
        )
        return str(httpx.URL(url).copy_merge_params(changes))

    async def chosen(self, **form: str) -> str:
        """Where the browser is sent after a choice."""
        answer = await self.http.post(self.asking(), data=form)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def sign_in(self, subject: str) -> dict[str, Any]:
        """The tokens of one of the people."""
        return await self.exchange(await self.chosen(person=subject))

    async def exchange(self, returned: str, *, verifier: str = VERIFIER, secret: str = SECRET) -> dict[str, Any]:
        """The tokens for the address that the browser came back to; raises Authlib's ``OAuthError``."""
        token = await self.client(secret).fetch_token(
            f"{self.url}/token", authorization_response=returned, code_verifier=verifier, state="s-1"
        )
        return dict(token)

    async def refresh(self, token: str) -> dict[str, Any]:
        return dict(await self.client().refresh_token(f"{self.url}/token", refresh_token=token))


def answered(address: str) -> dict[str, str]:
    """What an address that the browser is sent to says."""
    return {name: texts[0] for name, texts in parse_qs(urlsplit(address).query).items()}


def known(subject: str) -> Actor:
    """One of the demonstration's people."""
    actor = find(subject)
    assert actor is not None
    return actor


def environment(url: str, portal: str, keys: Path) -> Mapping[str, str]:
    """What the process is started with."""
    return {
        **os.environ,
        "JUQU_OIDC_ISSUER": "development",
        "JUQU_ISSUER_URL": url,
        "JUQU_PORT": url.rpartition(":")[2],
        "JUQU_KEYS_DIR": str(keys),
        "JUQU_PORTAL_URL": portal,
        "JUQU_PORTAL_CLIENT_SECRET": SECRET,
    }


def within(folder: Path) -> Issuing:
    """An issuer within the test, without a portal."""
    url, portal = "http://127.0.0.1:1", "http://127.0.0.1:2"
    settings = read_issuer_settings(environment(url, portal, folder / "keys"))
    return Issuing(url, portal, settings.keys_dir, httpx.ASGITransport(issuer_app(settings)))


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Issuing]:
    """An issuer as a process, and a portal that only listens, until they are not needed any more."""
    url, portal = (f"http://127.0.0.1:{port}" for port in free_ports(2))
    supervisor = Supervisor()
    issuer = Issuing(url, portal, folder / "keys", httpx.AsyncHTTPTransport())
    started = dict(environment(url, portal, issuer.keys))
    argv = (sys.executable, "-m", "deploy.local.issuer.app")
    await supervisor.start(Program("issuer", argv, started, log_file=folder / "issuer.log"))
    try:
        async with _listening(issuer):
            await _answers(issuer.http, f"{url}/health")
            yield issuer
    finally:
        await supervisor.stop_all()
        await issuer.http.aclose()


@asynccontextmanager
async def _listening(issuer: Issuing) -> AsyncIterator[None]:
    app = FastAPI()

    @app.post("/sign-out/back-channel")
    async def told(request: Request) -> None:
        issuer.told.append(str((await request.form())["logout_token"]))

    port = int(issuer.portal.rpartition(":")[2])
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    await _answers(issuer.http, issuer.portal)
    yield
    server.should_exit = True
    await serving


async def _answers(http: httpx.AsyncClient, url: str) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await http.get(url)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return
