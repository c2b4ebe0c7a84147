"""The portal's sign-in at a provider that we did not write: ``oidc-provider-mock``, which signs with RSA."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from deploy.local.ports import free_ports
from services.portal.identity.provider import IdentityProvider, Newcomer, SignInFailed
from services.portal.settings import CALLED, PortalSettings
from shared.contracts.core import Role

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

OFFICER = User(
    sub="k-0017", claims={"name": "考官（虚构）", "office": "province", "roles": ["province", "province-lead"]}
)
NOBODY = User(sub="guest", claims={"name": "访客"})


@contextmanager
def provider_at(port: int) -> Iterator[None]:
    """The other provider, with keys of its own."""
    with run_server_in_thread(port, user_claims=(OFFICER, NOBODY)):
        yield


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


def at_the_provider(port: int) -> IdentityProvider:
    return IdentityProvider(
        PortalSettings(
            url="http://127.0.0.1:9",
            issuer=f"http://localhost:{port}",
            client_id="portal",
            client_secret="between us",
            services=dict.fromkeys(CALLED, "http://127.0.0.1:9"),
        )
    )


async def sign_in(provider: IdentityProvider, subject: str, *, nonce: str = "") -> Newcomer:
    """Go there, choose a person, come back."""
    sent, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
    url = await provider.ask(state="s", nonce=sent, verifier=verifier, language="zh")
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.post(url, data={"sub": subject})
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert back["state"] == ["s"]
    return await provider.come_back(code=back["code"][0], nonce=nonce or sent, verifier=verifier)


async def test_who_signs_in_there_is_somebody_here(port: int) -> None:
    with provider_at(port):
        newcomer = await sign_in(at_the_provider(port), OFFICER.sub)
    actor = newcomer.actor
    assert (actor.subject, actor.name, actor.office) == ("k-0017", "考官（虚构）", "province")
    assert actor.roles == {Role.PROVINCE, Role.PROVINCE_LEAD}
    assert newcomer.tokens.ends_at > time.time()


async def test_tokens_are_renewed(port: int) -> None:
    with provider_at(port):
        provider = at_the_provider(port)
        before = (await sign_in(provider, OFFICER.sub)).tokens
        after = await provider.renew(before)
    assert after.access not in {"", before.access}
    assert after.refresh


async def test_an_account_without_an_office_does_not_come_in(port: int) -> None:
    with provider_at(port), pytest.raises(SignInFailed, match="office"):
        await sign_in(at_the_provider(port), NOBODY.sub)


async def test_an_answer_to_another_sign_in_is_refused(port: int) -> None:
    with provider_at(port), pytest.raises(SignInFailed, match="another sign-in"):
        await sign_in(at_the_provider(port), OFFICER.sub, nonce="not the one that was sent")


async def test_the_provider_changes_its_keys_between_two_people(port: int) -> None:
    provider = at_the_provider(port)
    with provider_at(port):
        await sign_in(provider, OFFICER.sub)
    with provider_at(port):
        assert (await sign_in(provider, OFFICER.sub)).actor.subject == OFFICER.sub
