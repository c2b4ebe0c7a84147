"""Who is asking: tokens accepted and refused."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from shared.contracts.core import Actor, Role
from shared.service.http.problems import Problem
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.identity.tokens import LEEWAY, Authenticator, require

CITY = Actor("li", "李示例", "city:220100", frozenset({Role.CITY}))


@pytest.fixture
def issuer(tmp_path: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer(tmp_path / "keys")


async def test_a_token_names_its_actor(issuer: DevelopmentIssuer) -> None:
    assert await Authenticator(issuer, "juqu").actor(issuer.token(CITY)) == CITY


async def test_two_processes_share_the_issuers_key(issuer: DevelopmentIssuer, tmp_path: Path) -> None:
    token = issuer.token(CITY)
    assert await Authenticator(DevelopmentIssuer(tmp_path / "keys"), "juqu").actor(token) == CITY
    assert (tmp_path / "keys" / "issuer.pem").stat().st_mode & 0o777 == 0o600


async def refusal(identity: Authenticator, token: str) -> Problem:
    with pytest.raises(Problem) as caught:
        await identity.actor(token)
    assert caught.value.status == 401
    return caught.value


async def test_an_expired_token_is_refused(issuer: DevelopmentIssuer) -> None:
    problem = await refusal(Authenticator(issuer, "juqu"), issuer.token(CITY, lifetime=timedelta(seconds=-LEEWAY - 5)))
    assert "expired" in str(problem.body["detail"])


async def test_a_token_for_somebody_else_is_refused(issuer: DevelopmentIssuer) -> None:
    await refusal(Authenticator(issuer, "juqu"), issuer.token(CITY, audience="elsewhere"))


async def test_a_token_of_another_key_is_refused(issuer: DevelopmentIssuer, tmp_path: Path) -> None:
    await refusal(Authenticator(issuer, "juqu"), DevelopmentIssuer(tmp_path / "other").token(CITY))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
async def test_what_is_no_token_is_refused(issuer: DevelopmentIssuer, token: str) -> None:
    await refusal(Authenticator(issuer, "juqu"), token)


async def test_a_token_without_signature_is_refused(issuer: DevelopmentIssuer) -> None:
    claims = {"iss": issuer.issuer, "aud": "juqu", "sub": "x", "office": "province", "roles": ["province"], "exp": 9e9}
    await refusal(
        Authenticator(issuer, "juqu"), jwt.encode(claims, "", algorithm="none", headers={"kid": "development"})
    )


def test_a_role_belongs_to_its_office(issuer: DevelopmentIssuer) -> None:
    with pytest.raises(ValueError, match="belongs to an office 'province'"):
        issuer.token(Actor("x", "x", "city:220100", frozenset({Role.PROVINCE_LEAD})))


def test_a_role_that_may_not_is_told_which_may() -> None:
    with pytest.raises(Problem) as caught:
        require(CITY, Role.PROVINCE)
    assert caught.value.status == 403
    assert "it takes province" in str(caught.value.body["detail"])


async def test_a_verified_token_is_taken_until_it_expires_and_no_longer(issuer: DevelopmentIssuer) -> None:
    identity = Authenticator(issuer, "juqu")
    token = issuer.token(CITY, lifetime=timedelta(seconds=2 - LEEWAY))

    assert await identity.actor(token) is await identity.actor(token)

    async with asyncio.timeout(20):
        while time.time() < jwt.decode(token, options={"verify_signature": False})["exp"] + LEEWAY:
            await asyncio.sleep(0.05)
    assert "expired" in str((await refusal(identity, token)).body["detail"])


async def test_a_token_altered_is_not_the_one_that_was_verified(issuer: DevelopmentIssuer) -> None:
    identity = Authenticator(issuer, "juqu")
    token = issuer.token(CITY)
    await identity.actor(token)

    header, claims, signature = token.split(".")
    await refusal(identity, f"{header}.{claims}.{signature[::-1]}")
    other = issuer.token(Actor("wang", "王示例", "province", frozenset({Role.PROVINCE}))).split(".")[1]
    await refusal(identity, f"{header}.{other}.{signature}")


def signed(issuer: DevelopmentIssuer, tmp_path: Path, **claims: Any) -> str:
    """A token of the issuer's own key with claims that it would not write; ``...`` leaves one out."""
    issuer.token(CITY)
    key: Any = load_pem_private_key((tmp_path / "keys" / "issuer.pem").read_bytes(), None)
    usual = {"iss": issuer.issuer, "aud": "juqu", "sub": "li", "name": "李示例", "office": "city:220100"}
    usual |= {"roles": ["city"], "exp": 9e9}  # type: ignore[dict-item]
    given = {name: value for name, value in (usual | claims).items() if value is not ...}
    return jwt.PyJWS().encode(json.dumps(given).encode(), key, algorithm="EdDSA", headers={"kid": "development"})


@pytest.mark.parametrize("claim", ["iat", "nbf"])
async def test_clocks_may_differ_by_half_a_minute(issuer: DevelopmentIssuer, tmp_path: Path, claim: str) -> None:
    identity = Authenticator(issuer, "juqu")
    for ahead in (1, LEEWAY - 2):
        assert await identity.actor(signed(issuer, tmp_path, **{claim: time.time() + ahead})) == CITY
    await refusal(identity, signed(issuer, tmp_path, **{claim: time.time() + LEEWAY + 5}))
    assert await identity.actor(signed(issuer, tmp_path, exp=time.time() - LEEWAY + 5)) == CITY


DEEP: Any = []
for _ in range(300):
    DEEP = [DEEP]


WRONG: dict[str, list[Any]] = {
    "office": [5, None, "", " ", ["city:220100"], {"city": 1}, "city:\x00", "city\ud800", ...],
    "name": [None, 5, "", [], {}, "李\ud800", "a\nb", "x" * 201],
    "sub": [None, 5, "", "a\ud800", "a\x00b", [], DEEP, ...],
    "roles": [None, "city", 5, {}, {"city": 1}, [5], [None], [["city"]], ["king"], ...],
    "exp": [None, "soon", [], {}, float("inf"), float("nan"), 10**400, -1, ...],
    "iat": ["soon", [], float("inf"), DEEP],
    "nbf": ["soon", [], float("inf")],
    "aud": [None, 5, [], [5], {}, DEEP],
    "iss": [None, 5, [], {}],
}


@pytest.mark.parametrize(("claim", "value"), [(claim, value) for claim, values in WRONG.items() for value in values])
async def test_a_claim_of_a_wrong_type_is_a_refusal_and_no_failure(
    issuer: DevelopmentIssuer, tmp_path: Path, claim: str, value: Any
) -> None:
    problem = await refusal(Authenticator(issuer, "juqu"), signed(issuer, tmp_path, **{claim: value}))
    assert problem.body["detail"]
    assert problem.response().body


async def test_a_token_names_its_actor_by_its_subject_where_it_has_no_name(
    issuer: DevelopmentIssuer, tmp_path: Path
) -> None:
    assert (await Authenticator(issuer, "juqu").actor(signed(issuer, tmp_path, name=...))).name == "li"


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":["EdDSA"],"kid":"development"}',
        b'{"alg":"EdDSA","kid":5}',
        b'{"alg":"EdDSA","kid":{}}',
        b'{"alg":"EdDSA","kid":"\\ud800"}',
        b'{"alg":"EdDSA","kid":"development","crit":["\\ud800"]}',
        b'{"alg":"EdDSA","kid":"development","b64":false}',
        b'{"kid":"development"}',
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"alg":' + b"9" * 5000 + b"}",
        b"\xff\xfe",
    ],
)
async def test_a_header_of_a_strange_form_is_a_refusal_and_no_failure(issuer: DevelopmentIssuer, header: bytes) -> None:
    _, claims, signature = issuer.token(CITY).split(".")
    strange = urlsafe_b64encode(header).rstrip(b"=").decode()
    problem = await refusal(Authenticator(issuer, "juqu"), f"{strange}.{claims}.{signature}")
    assert problem.response().body
