"""Who is asking: tokens accepted and refused."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from shared.contracts.core import Actor, Role
from shared.service.development_issuer import DevelopmentIssuer
from shared.service.identity import Identity, OidcIssuer, require
from shared.service.problems import Problem

CITY = Actor("li", "李示例", "city:220100", frozenset({Role.CITY}))


@pytest.fixture
def issuer(tmp_path: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer(tmp_path / "keys")


async def test_a_token_names_its_actor(issuer: DevelopmentIssuer) -> None:
    assert await Identity(issuer, "juqu").actor(issuer.token(CITY)) == CITY


async def test_two_processes_share_the_issuers_key(issuer: DevelopmentIssuer, tmp_path: Path) -> None:
    token = issuer.token(CITY)
    assert await Identity(DevelopmentIssuer(tmp_path / "keys"), "juqu").actor(token) == CITY
    assert (tmp_path / "keys" / "issuer.pem").stat().st_mode & 0o777 == 0o600


async def refusal(identity: Identity, token: str) -> Problem:
    with pytest.raises(Problem) as caught:
        await identity.actor(token)
    assert caught.value.status == 401
    return caught.value


async def test_an_expired_token_is_refused(issuer: DevelopmentIssuer) -> None:
    problem = await refusal(Identity(issuer, "juqu"), issuer.token(CITY, lifetime=timedelta(seconds=-5)))
    assert "expired" in str(problem.body["detail"])


async def test_a_token_for_somebody_else_is_refused(issuer: DevelopmentIssuer) -> None:
    await refusal(Identity(issuer, "juqu"), issuer.token(CITY, audience="elsewhere"))


async def test_a_token_of_another_key_is_refused(issuer: DevelopmentIssuer, tmp_path: Path) -> None:
    await refusal(Identity(issuer, "juqu"), DevelopmentIssuer(tmp_path / "other").token(CITY))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
async def test_what_is_no_token_is_refused(issuer: DevelopmentIssuer, token: str) -> None:
    await refusal(Identity(issuer, "juqu"), token)


async def test_a_token_without_signature_is_refused(issuer: DevelopmentIssuer) -> None:
    claims = {"iss": issuer.issuer, "aud": "juqu", "sub": "x", "office": "province", "roles": ["province"], "exp": 9e9}
    await refusal(Identity(issuer, "juqu"), jwt.encode(claims, "", algorithm="none", headers={"kid": "development"}))


def test_a_role_belongs_to_its_office(issuer: DevelopmentIssuer) -> None:
    with pytest.raises(ValueError, match="belongs to an office 'province'"):
        issuer.token(Actor("x", "x", "city:220100", frozenset({Role.PROVINCE_LEAD})))


def test_a_role_that_may_not_is_told_which_may() -> None:
    with pytest.raises(Problem) as caught:
        require(CITY, Role.PROVINCE)
    assert caught.value.status == 403
    assert "it takes province" in str(caught.value.body["detail"])


@pytest.fixture
def rsa_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


class Issuer:
    """A real OpenID Connect issuer's two documents, over HTTP; ``published`` are the key ids that it shows."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self.published = ["one"]
        self._key = key
        issuer = self

        class Documents(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(issuer.documents()[self.path]).encode())

            def log_message(self, *_: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Documents)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def documents(self) -> dict[str, object]:
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {
            "/.well-known/openid-configuration": {"jwks_uri": f"{self.url}/jwks"},
            "/jwks": {"keys": [jwk | {"kid": name, "alg": "RS256", "use": "sig"} for name in self.published]},
        }

    def token(self, kid: str) -> str:
        claims = {"iss": self.url, "aud": "juqu", "sub": "li", "name": "李示例", "exp": 9e9}
        claims |= {"office": "city:220100", "roles": ["city"]}
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": kid})


@pytest.fixture
def served(rsa_key: RSAPrivateKey) -> Iterator[Issuer]:
    issuer = Issuer(rsa_key)
    threading.Thread(target=issuer.server.serve_forever, daemon=True).start()
    yield issuer
    issuer.server.shutdown()
    issuer.server.server_close()


@pytest.fixture
def oidc(served: Issuer) -> str:
    return served.url


async def test_an_oidc_issuers_token_is_accepted(oidc: str, rsa_key: RSAPrivateKey) -> None:
    claims = {
        "iss": oidc,
        "aud": "juqu",
        "sub": "li",
        "name": "李示例",
        "office": "city:220100",
        "roles": ["city"],
        "exp": 9e9,
    }
    token = jwt.encode(claims, rsa_key, algorithm="RS256", headers={"kid": "one"})
    identity = Identity(OidcIssuer(oidc), "juqu")
    assert await identity.actor(token) == CITY
    await refusal(identity, jwt.encode(claims, rsa_key, algorithm="RS256", headers={"kid": "two"}))
    await refusal(
        identity, jwt.encode(claims | {"iss": "http://other"}, rsa_key, algorithm="RS256", headers={"kid": "one"})
    )


async def test_a_public_key_is_no_shared_secret(oidc: str, rsa_key: RSAPrivateKey) -> None:
    """The old trick: sign with HMAC and the public key as the secret."""
    forged = jwt.encode({"sub": "x"}, "0" * 64, algorithm="HS256", headers={"kid": "one"})
    await refusal(Identity(OidcIssuer(oidc), "juqu"), forged)


async def test_a_verified_token_is_taken_until_it_expires_and_no_longer(issuer: DevelopmentIssuer) -> None:
    identity = Identity(issuer, "juqu")
    token = issuer.token(CITY, lifetime=timedelta(seconds=2))

    assert await identity.actor(token) is await identity.actor(token)

    async with asyncio.timeout(20):
        while time.time() < jwt.decode(token, options={"verify_signature": False})["exp"]:
            await asyncio.sleep(0.05)
    assert "expired" in str((await refusal(identity, token)).body["detail"])


async def test_a_token_altered_is_not_the_one_that_was_verified(issuer: DevelopmentIssuer) -> None:
    identity = Identity(issuer, "juqu")
    token = issuer.token(CITY)
    await identity.actor(token)

    header, claims, signature = token.split(".")
    await refusal(identity, f"{header}.{claims}.{signature[::-1]}")
    other = issuer.token(Actor("wang", "王示例", "province", frozenset({Role.PROVINCE}))).split(".")[1]
    await refusal(identity, f"{header}.{other}.{signature}")


async def test_a_key_that_was_withdrawn_is_not_taken_once_the_keys_were_read_anew(served: Issuer) -> None:
    identity = Identity(OidcIssuer(served.url), "juqu")
    assert await identity.actor(served.token("one")) == CITY

    served.published = ["two"]
    assert await identity.actor(served.token("two")) == CITY

    assert "not the issuer's" in str((await refusal(identity, served.token("one"))).body["detail"])


async def test_keys_that_are_old_are_read_again(served: Issuer) -> None:
    source = OidcIssuer(served.url, kept=0.0)
    assert await source.key("one") is not None
    served.published = ["two"]
    assert await source.key("one") is None


async def test_the_last_keys_serve_while_the_issuer_is_away(served: Issuer) -> None:
    source = OidcIssuer(served.url, kept=0.0)
    identity = Identity(source, "juqu")
    assert await source.key("one") is not None
    served.server.shutdown()
    served.server.server_close()

    assert await identity.actor(served.token("one")) == CITY
    with pytest.raises(Problem) as caught:
        await identity.actor(served.token("two"))
    assert caught.value.status == 503
