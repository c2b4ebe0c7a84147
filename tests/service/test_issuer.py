"""An issuer of tokens: its keys, its absence, and strangers who make us ask it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as elliptic
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from shared.contracts.core import Actor, Role
from shared.service.http.problems import Problem
from shared.service.identity import issuer as module
from shared.service.identity.issuer import OidcIssuer
from shared.service.identity.tokens import Authenticator
from shared.service.settings import SettingError, read_settings

CITY = Actor("li", "李示例", "city:220100", frozenset({Role.CITY}))
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def rsa_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def other_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


class Issuer:
    """A real OpenID Connect issuer's two documents over HTTP. ``published`` are its keys (JWK); ``answers`` replaces a
    document by bytes, by a status, or by what writes an answer itself; ``asked`` are the paths that were asked for."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self.key = key
        self.published: list[Any] = [self.jwk()]
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        issuer = self

        class Documents(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                given = issuer.answers.get(self.path, issuer.documents().get(self.path))
                if callable(given):
                    given(self)
                    return
                self.send_response(given if isinstance(given, int) else 200)
                if given == 302:
                    self.send_header("Location", f"{issuer.url}/jwks")
                self.end_headers()
                if not isinstance(given, int):
                    self.wfile.write(given if isinstance(given, bytes) else json.dumps(given).encode())

            def log_message(self, *_: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Documents)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def jwk(self, key: RSAPrivateKey | None = None, **members: Any) -> dict[str, Any]:
        """Its public key as a JWK, with other members; ``...`` leaves one out."""
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk((key or self.key).public_key(), as_dict=True)
        usual = jwk | {"kid": "one", "alg": "RS256", "use": "sig"} | members
        return {name: value for name, value in usual.items() if value is not ...}

    def documents(self) -> dict[str, object]:
        return {DISCOVERY: {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"}, "/jwks": {"keys": self.published}}

    def token(self, kid: str | None = "one", *, key: Any = None, algorithm: str = "RS256") -> str:
        claims = {"iss": self.url, "aud": "juqu", "sub": "li", "name": "李示例", "exp": 9e9}
        claims |= {"office": "city:220100", "roles": ["city"]}
        headers = {} if kid is None else {"kid": kid}
        return jwt.encode(claims, key or self.key, algorithm=algorithm, headers=headers)


@pytest.fixture
def served(rsa_key: RSAPrivateKey) -> Iterator[Issuer]:
    issuer = Issuer(rsa_key)
    threading.Thread(target=issuer.server.serve_forever, args=(0.01,), daemon=True).start()
    yield issuer
    issuer.server.shutdown()
    issuer.server.server_close()


async def refusal(identity: Authenticator, token: str, status: int = 401) -> Problem:
    with pytest.raises(Problem) as caught:
        await identity.actor(token)
    assert caught.value.status == status
    return caught.value


async def test_an_oidc_issuers_token_is_accepted(served: Issuer, rsa_key: RSAPrivateKey) -> None:
    identity = Authenticator(OidcIssuer(served.url), "juqu")
    assert await identity.actor(served.token()) == CITY
    claims = jwt.decode(served.token(), options={"verify_signature": False}) | {"iss": "http://other"}
    await refusal(identity, jwt.encode(claims, rsa_key, algorithm="RS256", headers={"kid": "one"}))


async def test_a_public_key_is_no_shared_secret(served: Issuer) -> None:
    """The old trick: sign with HMAC and the public key as the secret."""
    await refusal(Authenticator(OidcIssuer(served.url), "juqu"), served.token(key="0" * 64, algorithm="HS256"))


async def test_a_shared_secret_that_is_published_signs_nothing(served: Issuer) -> None:
    secret = urlsafe_b64encode(b"0" * 64).rstrip(b"=").decode()
    served.published.append({"kty": "oct", "k": secret, "kid": "secret", "alg": "HS256"})
    token = served.token("secret", key="0" * 64, algorithm="HS256")
    await refusal(Authenticator(OidcIssuer(served.url), "juqu"), token)


async def test_a_key_that_was_withdrawn_is_not_taken_once_the_keys_were_read_anew(
    served: Issuer, other_key: RSAPrivateKey
) -> None:
    identity = Authenticator(OidcIssuer(served.url), "juqu")
    assert await identity.actor(served.token()) == CITY

    served.published = [served.jwk(other_key, kid="two")]
    assert await identity.actor(served.token("two", key=other_key)) == CITY

    assert "issuer's keys" in str((await refusal(identity, served.token())).body["detail"])


async def test_keys_that_are_old_are_read_again(served: Issuer) -> None:
    source = OidcIssuer(served.url, kept=0.0)
    assert [key.key_id for key in await source.keys()] == ["one"]
    served.published = [served.jwk(kid="two")]
    assert [key.key_id for key in await source.keys()] == ["two"]


async def test_fifty_tokens_with_unknown_key_ids_ask_the_issuer_once(served: Issuer) -> None:
    identity = Authenticator(OidcIssuer(served.url), "juqu")
    verified = served.token()
    actor = await identity.actor(verified)
    assert len(served.asked) == 2

    await asyncio.gather(*(refusal(identity, served.token(f"unknown-{number}")) for number in range(50)))

    assert len(served.asked) == 4
    assert await identity.actor(verified) is actor, "a verified token was forgotten"


async def test_a_new_key_is_known_a_pause_after_a_stranger_asked(
    served: Issuer, other_key: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [time.monotonic()]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    identity = Authenticator(OidcIssuer(served.url, pause=60), "juqu")
    await refusal(identity, served.token("unknown"))
    served.published.append(served.jwk(other_key, kid="two"))
    new = served.token("two", key=other_key)
    await refusal(identity, new)
    now[0] += 61
    assert await identity.actor(new) == CITY
    assert await identity.actor(served.token()) == CITY


@pytest.mark.parametrize("members", [{"alg": ...}, {"kid": ...}, {"alg": ..., "kid": ..., "use": ...}])
@pytest.mark.parametrize("kid", ["one", None])
@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "RS512"])
async def test_a_key_without_algorithm_or_id_verifies_what_its_kind_signs(
    served: Issuer, members: dict[str, Any], kid: str | None, algorithm: str
) -> None:
    served.published = [served.jwk(**members)]
    token = served.token(kid, algorithm=algorithm)
    identity = Authenticator(OidcIssuer(served.url), "juqu")
    if "alg" not in members and algorithm != "RS256":
        await refusal(identity, token)
    else:
        assert await identity.actor(token) == CITY


async def test_a_token_without_key_id_is_verified_by_whichever_key_signed_it(
    served: Issuer, other_key: RSAPrivateKey
) -> None:
    served.published = [served.jwk(other_key, kid="two"), served.jwk(kid=...)]
    identity = Authenticator(OidcIssuer(served.url), "juqu")
    assert await identity.actor(served.token(None)) == CITY
    assert await identity.actor(served.token(None, key=other_key)) == CITY


async def test_a_key_without_id_that_was_replaced_is_read_again(served: Issuer, other_key: RSAPrivateKey) -> None:
    served.published = [served.jwk(kid=...)]
    identity = Authenticator(OidcIssuer(served.url), "juqu")
    assert await identity.actor(served.token(None)) == CITY
    served.published = [served.jwk(other_key, kid=...)]
    assert await identity.actor(served.token(None, key=other_key)) == CITY


async def test_keys_that_cannot_be_read_leave_the_others(served: Issuer) -> None:
    curve = jwt.algorithms.ECAlgorithm.to_jwk(elliptic(SECP256R1()).public_key(), as_dict=True)
    served.published = [
        *[None, 5, [], {}, {"kty": 5}, {"kty": "RSA"}, {"kty": "RSA", "n": 5, "e": []}, {"kty": ["RSA"], "alg": {}}],
        *[{"kty": "EC", "crv": "P-256", "x": "!", "y": ""}, {"kty": "OKP", "crv": "X25519", "x": "AAAA"}],
        *[curve | {"kid": "curve", "crv": ["P-256"]}, {"kty": "NEW", "alg": "NEW"}],
        *[served.jwk(use="enc"), served.jwk(key_ops=["encrypt"]), served.jwk(key_ops=5), served.jwk(alg="HS256")],
        *[served.jwk(alg="none"), served.jwk(alg=5), served.jwk(use=[]), served.jwk(kid={}, alg=...)],
        served.jwk(),
    ]
    assert await Authenticator(OidcIssuer(served.url), "juqu").actor(served.token()) == CITY


def drips(answer: BaseHTTPRequestHandler) -> None:
    answer.send_response(200)
    answer.end_headers()
    try:
        while True:
            answer.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        return


def floods(answer: BaseHTTPRequestHandler) -> None:
    answer.send_response(200)
    answer.end_headers()
    try:
        while True:
            answer.wfile.write(b" " * 65_536)
    except OSError:
        return


def hangs_up(answer: BaseHTTPRequestHandler) -> None:
    answer.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")


def garbles(answer: BaseHTTPRequestHandler) -> None:
    answer.wfile.write(b"\x16\x03\x01 no HTTP\r\n\r\n")


UNREADABLE: list[bytes | int | Callable[[BaseHTTPRequestHandler], None]] = [
    b"<html><title>\xe7\xbb\xb4\xe6\x8a\xa4</title></html>",
    *[b"", b"{", b"[]", b"null", b"{}", b"5", b"\xff\xfe", b"[" * 200_000, b'{"jwks_uri":' + b"9" * 5000 + b"}"],
    *[b'{"jwks_uri": 5}', b'{"jwks_uri": null}', b'{"jwks_uri": ""}', b'{"jwks_uri": "/jwks"}'],
    *[b'{"jwks_uri": "file:keys.json"}', b'{"jwks_uri": "http://[::1"}', b'{"jwks_uri": "http://\\ud800/"}'],
    *[b'{"jwks_uri": "http://127.0.0.1:1/"}', b'{"issuer": "http://other", "jwks_uri": "http://127.0.0.1:1/"}'],
    *[b'{"keys": 5}', b'{"keys": null}', b'{"keys": []}', b'{"keys": [5]}', b'{"keys": {"kty": "RSA"}}'],
    b'{"keys": [' + b",".join([b"{}"] * 101) + b"]}",
    *[204, 302, 401, 404, 429, 500, 503],
    *[drips, floods, hangs_up, garbles],
]


@pytest.mark.parametrize("path", [DISCOVERY, "/jwks"])
@pytest.mark.parametrize("answer", UNREADABLE, ids=lambda each: getattr(each, "__name__", repr(each)[:40]))
async def test_whatever_the_issuer_answers_that_cannot_be_read_counts_as_its_being_away(
    served: Issuer, path: str, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = Authenticator(OidcIssuer(served.url, kept=0.0), "juqu")
    assert await identity.actor(served.token()) == CITY
    monkeypatch.setattr(module, "ANSWERS_WITHIN", 0.4)
    served.answers[path] = answer

    again = served.token()
    identity._verified.clear()
    assert await identity.actor(again) == CITY, "the old keys go on"
    assert (await refusal(identity, served.token("unknown"), 503)).headers == {"Retry-After": "5"}
    await refusal(Authenticator(OidcIssuer(served.url), "juqu"), again, 503)


async def test_the_last_keys_serve_while_the_issuer_is_away(served: Issuer) -> None:
    source = OidcIssuer(served.url, kept=0.0)
    identity = Authenticator(source, "juqu")
    await source.keys()
    served.server.shutdown()
    served.server.server_close()

    assert await identity.actor(served.token()) == CITY
    await refusal(identity, served.token("two"), 503)


async def test_an_issuer_that_is_away_is_not_asked_by_each_request(served: Issuer) -> None:
    served.answers[DISCOVERY] = 500
    identity = Authenticator(OidcIssuer(served.url), "juqu")
    await asyncio.gather(*(refusal(identity, served.token(f"{number}"), 503) for number in range(20)))
    assert len(served.asked) == 1


@pytest.mark.parametrize(
    "given", ["", "production", "issuer.example", "ftp://issuer.example", "https://", "http://[::1"]
)
def test_without_an_issuer_named_a_process_does_not_start(given: str) -> None:
    environment = {"JUQU_DATABASE_URL": "postgresql://x", "JUQU_REDIS_URL": "redis://x", "JUQU_OIDC_ISSUER": given}
    with pytest.raises(SettingError, match=r"JUQU_OIDC_ISSUER .* 'development'"):
        read_settings("intake", environment)
    assert read_settings("intake", environment | {"JUQU_OIDC_ISSUER": "development"}).issuer == "development"
