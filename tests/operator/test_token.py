"""Tokens that the services accept, and offices that cannot be."""

from __future__ import annotations

from pathlib import Path

import jwt
import pytest

from shared.contracts.core import Role
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.identity.tokens import Authenticator
from tests.operator.conftest import Said, juqu


async def token(state: Path, *words: str) -> Said:
    return await juqu("token", *words, JUQU_STATE_DIR=str(state))


async def test_a_token_names_its_office_and_is_accepted(tmp_path: Path) -> None:
    identity = Authenticator(DevelopmentIssuer(tmp_path / "keys"), "juqu")
    said = await token(tmp_path, "--office", "city:220100", "--role", "city", "--subject", "wang", "--name", "王")
    actor = await identity.actor(said.out.strip())
    assert (actor.subject, actor.name, actor.office) == ("wang", "王", "city:220100")
    assert actor.roles == {Role.CITY}
    again = await token(tmp_path, "--office", "province", "--role", "province", "--role", "province-lead")
    assert (await identity.actor(again.out.strip())).roles == {Role.PROVINCE, Role.PROVINCE_LEAD}


async def test_a_token_runs_out(tmp_path: Path) -> None:
    said = await token(tmp_path, "--office", "operator", "--role", "operator", "--hours", "0.5")
    claims = jwt.decode(said.out.strip(), options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 1800


@pytest.mark.parametrize(
    ("office", "role", "words"),
    [
        ("city:220100", "county", "belongs to an office 'county'"),
        ("city:220112", "city", "220200 吉林市科技局"),
        ("county:220100", "county", "is a prefecture"),
        ("unit:9122", "key-unit", "--office unit:9122"),
        ("county", "county", "It reads county:<division>"),
        ("palace", "city", "no such office"),
        ("operator", "king", "no such role"),
        ("operator", "system", "no such role"),
    ],
)
async def test_what_cannot_be_is_told_in_words(tmp_path: Path, office: str, role: str, words: str) -> None:
    said = await token(tmp_path, "--office", office, "--role", role)
    assert words in said.refused
    assert (said.code, said.out) == (2, "")


async def test_the_table_of_offices_is_in_the_help(tmp_path: Path) -> None:
    said = await token(tmp_path, "--help")
    assert "county:220112" in said.out
    assert "province-lead" in said.out


async def test_with_an_issuer_of_ones_own_there_are_no_tokens_from_here(tmp_path: Path) -> None:
    said = await juqu("token", "--office", "operator", "--role", "operator", JUQU_OIDC_ISSUER="https://issuer.invalid")
    assert "https://issuer.invalid" in said.refused
