"""The demonstration's issuer: a whole sign-in as the portal makes it, and what it refuses."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import jwt
import pytest
from authlib.integrations.base_client import OAuthError
from joserfc import jwt as jose
from joserfc.jwk import KeySet

from deploy.local.issuer.asking import AskedSignIn
from deploy.local.issuer.grants import Grants, InvalidGrant
from deploy.local.issuer.people import city, county
from deploy.local.issuer.settings import read_issuer_settings
from shared.contracts.core import Actor
from shared.service.http.problems import Problem
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.identity.issuer import OidcIssuer
from shared.service.identity.tokens import Authenticator
from shared.service.settings import SettingError
from tests.deploy.issuing import SECRET, VERIFIER, Issuing, answered, environment, known, running, within

EVENT = "http://schemas.openid.net/event/backchannel-logout"
CHALLENGE = "vlnlckbyOs58AG9ssLuYpJRKM-d3C_oY-pbnhoznBwE"


@pytest.fixture
def issuer(tmp_path: Path) -> Issuing:
    return within(tmp_path)


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Issuing]:
    async with running(tmp_path) as issuer:
        yield issuer


async def read(issuer: Issuing, token: str) -> jose.Token:
    keys = (await issuer.http.get((await issuer.discovered())["jwks_uri"])).json()
    return jose.decode(token, KeySet.import_key_set(keys), algorithms=["EdDSA"])


async def test_a_person_signs_in_works_and_signs_out(process: Issuing) -> None:
    lead = known("province-lead")
    returned = await process.chosen(person=lead.subject)
    assert returned.startswith(f"{process.returns_to}?")
    assert {"state": "s-1", "iss": process.url}.items() <= answered(returned).items()
    tokens = await process.exchange(returned)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)

    told = (await read(process, tokens["id_token"])).claims
    assert (told["iss"], told["aud"], told["nonce"]) == (process.url, "portal", "n-1")
    assert (told["sub"], told["name"], told["office"]) == (lead.subject, lead.name, lead.office)
    assert told["roles"] == ["province", "province-lead"]
    assert told["exp"] > time.time()

    again = await process.refresh(tokens["refresh_token"])
    anew = (await read(process, again["id_token"])).claims
    assert (anew["sid"], anew["auth_time"]) == (told["sid"], told["auth_time"])
    assert "nonce" not in anew

    wish = {"id_token_hint": again["id_token"], "post_logout_redirect_uri": f"{process.portal}/", "state": "bye"}
    ended = await process.http.get(f"{(await process.discovered())['end_session_endpoint']}?{urlencode(wish)}")
    assert (ended.status_code, ended.headers["location"]) == (303, f"{process.portal}/?state=bye")
    [logout] = [await read(process, token) for token in process.told]
    assert logout.header["typ"] == "logout+jwt"
    assert (logout.claims["iss"], logout.claims["aud"]) == (process.url, "portal")
    assert (logout.claims["sub"], logout.claims["sid"]) == (lead.subject, told["sid"])
    assert logout.claims["events"] == {EVENT: {}}
    assert "nonce" not in logout.claims
    assert logout.claims["exp"] - logout.claims["iat"] <= 120
    with pytest.raises(OAuthError, match="invalid_grant"):
        await process.refresh(again["refresh_token"])


async def test_services_take_its_access_tokens_as_they_take_those_of_the_command_line(issuer: Issuing) -> None:
    tokens = await issuer.sign_in("county-220113")
    services = Authenticator(DevelopmentIssuer(issuer.keys), "juqu")
    assert await services.actor(tokens["access_token"]) == known("county-220113")
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert (claims["iss"], claims["exp"] - claims["iat"]) == ("urn:juqu:development-issuer", 900)
    with pytest.raises(Problem):
        await services.actor(tokens["id_token"])


async def test_whoever_reads_an_issuer_by_discovery_reads_this_one(process: Issuing) -> None:
    tokens = await process.sign_in("auditor")
    assert await Authenticator(OidcIssuer(process.url), "portal").actor(tokens["id_token"]) == known("auditor")


@pytest.mark.parametrize(
    ("form", "actor"),
    [
        ({"office": "county 220122"}, county("220122")),
        ({"office": "city 220200"}, city("220200")),
        ({"uscc": "91220113dem0000224"}, known("unit-91220113DEM0000224")),
        ({"expert": " demo-a-1 "}, known("expert-demo-a-1")),
        ({"office": "lead", "name": ""}, known("province-lead")),
    ],
)
async def test_anybody_of_any_office_can_be_chosen(issuer: Issuing, form: dict[str, str], actor: Actor) -> None:
    tokens = await issuer.exchange(await issuer.chosen(**form))
    assert await Authenticator(DevelopmentIssuer(issuer.keys), "juqu").actor(tokens["access_token"]) == actor


async def test_with_a_name_it_is_a_colleague(issuer: Issuing) -> None:
    services = Authenticator(DevelopmentIssuer(issuer.keys), "juqu")
    forms = [{"office": "officer", "name": name} for name in ("王示例", " 王示例 ", "李示例", "")]
    people = [
        await services.actor((await issuer.exchange(await issuer.chosen(**form)))["access_token"]) for form in forms
    ]
    assert [each.name for each in people] == ["王示例", "王示例", "李示例", known("province-officer").name]
    assert [each.office for each in people] == ["province"] * 4
    assert people[0] == people[1]
    assert len({each.subject for each in people}) == 3


async def test_a_wrong_verifier_gets_nothing(issuer: Issuing) -> None:
    returned = await issuer.chosen(person="auditor")
    with pytest.raises(OAuthError, match="invalid_grant"):
        await issuer.exchange(returned, verifier=VERIFIER[::-1])


async def test_a_wrong_secret_gets_nothing(issuer: Issuing) -> None:
    returned = await issuer.chosen(person="auditor")
    with pytest.raises(OAuthError, match="invalid_client"):
        await issuer.exchange(returned, secret="guessed")
    assert await issuer.exchange(returned)


@pytest.mark.parametrize("authorization", ["", "Basic", "Basic x", "Bearer cG9ydGFsOng=", "Basic cG9ydGFs"])
async def test_who_is_no_client_is_told_how_to_be_one(issuer: Issuing, authorization: str) -> None:
    answer = await issuer.http.post(f"{issuer.url}/token", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


async def test_a_secret_may_be_written_in_percent_signs(issuer: Issuing) -> None:
    encoded = b64encode(f"portal:%{ord(SECRET[0]):x}{SECRET[1:]}".encode()).decode()
    answer = await issuer.http.post(f"{issuer.url}/token", headers={"Authorization": f"Basic {encoded}"})
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


async def test_a_code_that_comes_twice_signs_out_who_had_it(issuer: Issuing) -> None:
    returned = await issuer.chosen(person="auditor")
    tokens = await issuer.exchange(returned)
    with pytest.raises(OAuthError, match="used before"):
        await issuer.exchange(returned)
    with pytest.raises(OAuthError, match="invalid_grant"):
        await issuer.refresh(tokens["refresh_token"])


async def test_a_refresh_token_that_comes_twice_signs_out_who_had_it(issuer: Issuing) -> None:
    tokens = await issuer.sign_in("auditor")
    other = await issuer.sign_in("auditor")
    following = await issuer.refresh(tokens["refresh_token"])
    with pytest.raises(OAuthError, match="used before"):
        await issuer.refresh(tokens["refresh_token"])
    with pytest.raises(OAuthError, match="invalid_grant"):
        await issuer.refresh(following["refresh_token"])
    assert await issuer.refresh(other["refresh_token"]), "another sign-in of the same person goes on"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://elsewhere.example/sign-in/return"},
        {"redirect_uri": "{portal}/sign-in/return/"},
        {"redirect_uri": "{portal}/sign-in/return?x=1"},
        {"redirect_uri": ""},
        {"client_id": "other"},
    ],
)
async def test_nobody_is_sent_to_a_foreign_address(issuer: Issuing, changes: dict[str, str]) -> None:
    asked = {name: text.format(portal=issuer.portal) for name, text in changes.items()}
    for method in ("GET", "POST"):
        answer = await issuer.http.request(method, issuer.asking(**asked), data={"person": "auditor"})
        assert (answer.status_code, "location" in answer.headers) == (400, False)
        assert "未经登记" in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "x.y.z"}, "request_not_supported"),
        ({"request_uri": "https://elsewhere.example"}, "request_uri_not_supported"),
    ],
)
async def test_the_portal_is_told_what_cannot_be_granted(issuer: Issuing, changes: dict[str, str], error: str) -> None:
    for method in ("GET", "POST"):
        answer = await issuer.http.request(method, issuer.asking(**changes), data={"person": "auditor"})
        told = answered(answer.headers["location"])
        assert (answer.status_code, told["error"], told["state"]) == (303, error, "s-1")
        assert "code" not in told


async def test_a_parameter_that_stands_twice_is_refused(issuer: Issuing) -> None:
    answer = await issuer.http.get(f"{issuer.asking()}&nonce=other")
    assert answered(answer.headers["location"])["error"] == "invalid_request"


async def test_no_sign_out_leads_to_a_foreign_address(issuer: Issuing) -> None:
    hint = (await issuer.sign_in("auditor"))["id_token"]
    for wish in (
        {"id_token_hint": hint, "post_logout_redirect_uri": "https://elsewhere.example/"},
        {"id_token_hint": hint, "client_id": "other"},
        {"id_token_hint": DevelopmentIssuer(issuer.keys).token(known("auditor")), "client_id": "portal"},
        {"id_token_hint": "x"},
    ):
        answer = await issuer.http.post(f"{issuer.url}/end_session", data=wish)
        assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert not issuer.told


async def test_somebody_is_signed_out_from_the_list_and_the_portal_told(process: Issuing) -> None:
    hint = (await process.sign_in("auditor"))["id_token"]
    sid = jwt.decode(hint, options={"verify_signature": False})["sid"]
    assert sid in (await process.http.get(f"{process.url}/")).text
    answer = await process.http.post(f"{process.url}/end_session", data={"sid": sid}, follow_redirects=True)
    assert (answer.status_code, sid in answer.text) == (200, False)
    assert [(await read(process, token)).claims["sid"] for token in process.told] == [sid]
    again = await process.http.get(f"{process.url}/end_session?{urlencode({'id_token_hint': hint})}")
    assert (again.status_code, len(process.told)) == (200, 1)


async def test_a_code_is_good_for_its_time_only() -> None:
    grants = Grants(code_seconds=0)
    code = grants.code(AskedSignIn("https://portal.example", CHALLENGE, "", ""), known("auditor"))
    with pytest.raises(InvalidGrant, match="older"):
        grants.redeem(code, returns_to="https://portal.example", verifier=VERIFIER)


async def test_a_code_is_for_the_address_it_was_asked_for() -> None:
    grants = Grants()
    code = grants.code(AskedSignIn("https://portal.example", CHALLENGE, "", ""), known("auditor"))
    with pytest.raises(InvalidGrant, match="redirect_uri"):
        grants.redeem(code, returns_to="https://portal.example/2", verifier=VERIFIER)


async def test_after_eight_hours_one_signs_in_again() -> None:
    grants = Grants(signed_in_seconds=0)
    code = grants.code(AskedSignIn("https://portal.example", CHALLENGE, "", ""), known("auditor"))
    signed_in = grants.redeem(code, returns_to="https://portal.example", verifier=VERIFIER)
    assert grants.signed_in() == []
    with pytest.raises(InvalidGrant):
        grants.refresh(signed_in.refresh)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUQU_OIDC_ISSUER", ""),
        ("JUQU_OIDC_ISSUER", "https://issuer.example"),
        ("JUQU_PORT", "x"),
        ("JUQU_ISSUER_URL", ""),
        ("JUQU_PORTAL_URL", "portal.example"),
        ("JUQU_PORTAL_URL", "https://portal.example/?x"),
        ("JUQU_PORTAL_CLIENT_SECRET", ""),
        ("JUQU_KEYS_DIR", ""),
    ],
)
def test_a_setting_that_it_cannot_take_is_named(name: str, value: str) -> None:
    given = environment("http://127.0.0.1:8100", "http://127.0.0.1:8101", Path("keys"))
    assert read_issuer_settings(given).portal.home == "http://127.0.0.1:8101/"
    with pytest.raises(SettingError, match=name):
        read_issuer_settings({**given, name: value})
