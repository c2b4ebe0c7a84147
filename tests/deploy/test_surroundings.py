"""Whatever a person sets for ``juqu up`` reaches the processes as it is, or is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.local.peers import Peers
from deploy.local.stack import Stack
from deploy.local.surroundings import OF_THE_COMMAND_LINE, OF_THE_STACK, settings_given
from shared.service.settings import SettingError

DOCUMENTED = Path(__file__).parents[2] / "docs" / "operations.md"
SAMPLES = {
    "JUQU_CLOCK": "driven",
    "JUQU_HOST": "127.0.0.1",
    "JUQU_OIDC_ISSUER": "https://issuer.example",
    "JUQU_SMTP_URL": "smtp://mail.example",
    "JUQU_SMPP_URL": "smpp://a:b@centre.example",
    "JUQU_MAIL_FROM": "Office <office@juqu.example>",
    "JUQU_SMTP_TLS": "offered",
    "JUQU_SMTP_CA": __file__,
    "JUQU_ENQUIRIES_URL": "https://juqu.example",
    "JUQU_BOUNCES_TO": "back@juqu.example",
    "JUQU_BOUNCES_LISTEN": "smtp://127.0.0.1:2424",
    "JUQU_PUBLIC_URL": "https://juqu.example",
    "JUQU_TRUSTED_PROXIES": "10.0.0.7,10.1.0.0/16",
    "JUQU_LOG_LEVEL": "debug",
    "JUQU_NOTARY_ORIGIN": "juqu.example/log",
    "JUQU_NOTARY_WITNESSES": "",
    "JUQU_NOTARY_KEY": "",
    "JUQU_DKIM_DOMAIN": "juqu.example",
    "JUQU_DKIM_KEY": "",
    "JUQU_MAIL_REPLY_TO": "Office <office@juqu.example>",
    "JUQU_DOCUMENTS_URL": "s3://bucket/prefix",
    **{
        f"JUQU_{name}_URL": "https://juqu.example"
        for name in ("PORTAL", "INTAKE", "REVIEW", "LIFECYCLE", "OFFICE", "NOTARY", "RELAY")
    },
}
"""A value of each kind; rates are rates, and every other setting takes a number."""


def sample(name: str) -> str:
    return SAMPLES.get(name, "20/minute" if name.endswith("_RATE") else "1")


def documented() -> list[str]:
    """The settings in the tables of the operators' page."""
    rows = [line.split("|")[1] for line in DOCUMENTED.read_text().splitlines() if line.startswith("| `")]
    return sorted({name for row in rows for name in re.findall(r"JUQU_[A-Z_]*[A-Z]", row)})


def test_the_page_names_the_settings() -> None:
    assert len(documented()) > 30


async def test_each_documented_setting_reaches_the_processes_or_is_refused(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = [name for name in documented() if name not in OF_THE_STACK | OF_THE_COMMAND_LINE]
    with pytest.raises(SettingError, match="JUQU_PORT"):
        settings_given({"JUQU_PORT": "1"})
    given = {name: sample(name) for name in named if name != "JUQU_PORT"}
    taken = settings_given(given)
    assert taken == {name: value for name, value in given.items() if value}
    monkeypatch.setenv("JUQU_ALIYUN_URL", "aliyun://stray")
    stack = Stack(state_dir, ports="free", processes=(), environment=Peers(state_dir, taken).environment)
    async with stack:
        told = stack.environment("notify")
        assert {name: told.get(name) for name in taken} == taken
        assert "JUQU_ALIYUN_URL" not in told, "a stack that was not told of it passes nothing on"


@pytest.mark.parametrize(
    ("given", "mails", "texts", "fictitious"),
    [
        ({}, True, True, "1"),
        ({"JUQU_SMTP_URL": "smtp://mail.example"}, False, True, None),
        ({"JUQU_SMTP_URL_2": "smtp://mail.example"}, False, True, None),
        ({"JUQU_TENCENT_URL": "tencent://a:b@sms.example"}, True, False, None),
        ({"JUQU_SMTP_URL": "smtp://m", "JUQU_SMPP_URL": "smpp://c", "JUQU_TEST_ADDRESSES": "1"}, False, False, "1"),
    ],
)
def test_a_local_peer_stands_only_where_no_provider_is_named(
    tmp_path: Path, given: dict[str, str], mails: bool, texts: bool, fictitious: str | None
) -> None:
    peers = Peers(tmp_path, given)
    names = [program.name for program in peers.programs]
    assert ("mail_peer" in names, "sms_peer" in names) == (mails, texts)
    assert peers.environment.get("JUQU_TEST_ADDRESSES") == fictitious, "fictitious addresses reach nobody real"
    assert ("JUQU_BOUNCES_TO" in peers.environment) == mails, "bounces of real mails go where the operator says"
    assert given.items() <= peers.environment.items()
