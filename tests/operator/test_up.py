"""The whole system from one command: it says where it is, stops on Ctrl-C, and finds its data again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from deploy.local.ports import free_ports
from deploy.operator.frame.system import find_system
from shared.eventlog.log import EventLog
from tests.operator.conftest import CASE, CITY, ROOT, juqu
from tests.review import histories
from tests.specification import context


@asynccontextmanager
async def up(state: Path, **environment: str) -> AsyncIterator[str]:
    """The system, running; gives what the command said until it was up. On leaving: Ctrl-C."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("JUQU_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.operator.app", "up", "--free-ports", "--state", str(state)),
        cwd=ROOT,
        env=plain | environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = b""
    while b"Ctrl-C stops it" not in said:
        chunk = await asyncio.wait_for(process.stdout.readline(), 120)
        assert chunk, said.decode()
        said += chunk
    try:
        yield said.decode()
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, b"Stopped" in rest) == (0, True)


async def test_a_second_up_finds_the_data_of_the_first(state_dir: Path) -> None:
    async with up(state_dir) as said:
        assert "/docs" in said
        assert f" token --office county:220112 --role county --state {state_dir}" in said
        async with await EventLog.open(find_system(state_dir).url("juqu_intake")) as log:
            await log.append(f"intake/application/{CASE}", 0, [histories.FILING], context(CITY, "2018-06-20"))
        listed = await juqu("projection", "list", "--state", str(state_dir))
        assert listed.code == 0, listed.err
        refused = await juqu("up", "--free-ports", "--state", str(state_dir))
        assert "another system is running" in refused.refused
    assert not (state_dir / "stack.json").exists()
    async with up(state_dir):
        first = await juqu("log", "show", "1", "--state", str(state_dir))
        assert first.out.startswith("1  intake.ApplicationFiled")


async def test_up_honours_what_its_environment_says(state_dir: Path, tmp_path: Path) -> None:
    (smtp,) = free_ports(1)
    environment = {
        "JUQU_CLOCK": "driven",
        "JUQU_HOST": "127.0.0.2",
        "JUQU_DOCUMENTS_URL": (tmp_path / "documents").as_uri(),
        "JUQU_KEYS_DIR": str(tmp_path / "keys"),
        "JUQU_SMTP_URL": f"smtp://127.0.0.1:{smtp}",
        "JUQU_NOTARY_ORIGIN": "juqu.test/up",
    }
    async with up(state_dir, **environment) as said:
        system = find_system(state_dir)
        assert system.clock == "driven"
        assert system.url("juqu_intake")
        assert "http://127.0.0.2:" in said
        told = await juqu("token", "--office", "province", "--role", "province", "--state", str(state_dir))
        headers = {"Authorization": f"Bearer {told.out.strip()}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
            sent = await client.post(
                f"{system.services['intake']}/documents", files={"file": ("a.pdf", b"%PDF-1.7\n%%EOF")}
            )
            health = (await client.get(f"{system.services['notify']}/health")).json()
            keys = (await client.get(f"{system.services['notary']}/keys")).text
        assert sent.status_code == 201, sent.text
        assert len([each for each in (tmp_path / "documents").rglob("*") if each.is_file()]) == 1
        assert "juqu.test/up" in keys
        assert health["channels"]["sms"]["provider"] == "smpp"
        assert (state_dir / "logs" / "sms_peer.log").exists()
        assert not (state_dir / "logs" / "mail_peer.log").exists()
        assert (tmp_path / "keys" / "issuer.pem").exists()
        assert not (state_dir / "keys" / "issuer.pem").exists()
    refused = await juqu("up", "--free-ports", "--state", str(state_dir), JUQU_CLOCK="system")
    assert "was run with the other clock" in refused.refused


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUQU_PORT", "9000"),
        ("JUQU_CLOCK", "sundial"),
        ("JUQU_HOST", "192.0.2.1"),
        ("JUQU_LOG_LEVEL", "loud"),
        ("JUQU_OIDC_ISSUER", "production"),
        ("JUQU_SMTP_URL", "http://mail"),
        ("JUQU_MAIL_FROM", "nobody"),
        ("JUQU_BOUNCES_LISTEN", "lmtp://127.0.0.1:24"),
        ("JUQU_BOUNCES_TO", "nobody"),
        ("JUQU_SMTP_TLS", "perhaps"),
        ("JUQU_DKIM_DOMAIN", "elsewhere.example"),
        ("JUQU_DKIM_KEY", "/nonexistent"),
        ("JUQU_REDIS_URL", "http://127.0.0.1:6379"),
        ("JUQU_REDIS_URL", "redis://127.0.0.1:none"),
        ("JUQU_DATABASE_URL", "mysql://127.0.0.1/juqu"),
        ("JUQU_KEYS_URL", "sqlite:///keys"),
        ("JUQU_SMTP_CA", "/nonexistent"),
        ("JUQU_DOCUMENTS_URL", "ftp://x"),
        ("JUQU_KEY_LEASE", "inf"),
        ("JUQU_PUBLIC_URL", "ftp://x"),
        ("JUQU_RETRY_PACE", "soon"),
        ("JUQU_RETENTION_DAYS", "0"),
        ("JUQU_TRUSTED_PROXIES", "proxy.example"),
        ("JUQU_CONNECTIONS", "many"),
        ("JUQU_PUBLIC_RATE", "often"),
        ("JUQU_CODE_RATE", "often"),
        ("JUQU_NOTARY_INTERVAL", "0"),
        ("JUQU_NOTARY_ORIGIN", "two words"),
        ("JUQU_NOTARY_KEY", "/nonexistent"),
    ],
)
async def test_up_says_no_to_what_it_cannot_honour(state_dir: Path, name: str, value: str) -> None:
    said = await juqu("up", "--free-ports", "--state", str(state_dir), **{name: value})
    assert said.code == 2
    assert said.refused.startswith(name)
    assert f"`env -u {name} " in said.err
    assert not (state_dir / "postgres").exists()


async def test_a_key_to_sign_with_takes_a_domain_to_sign_for(state_dir: Path) -> None:
    sender = {"JUQU_MAIL_FROM": "juqu@mail.example", "JUQU_DKIM_KEY": "/nonexistent"}
    refused = await juqu("up", "--free-ports", "--state", str(state_dir), **sender)
    assert refused.code == 2
    assert refused.refused.startswith("JUQU_DKIM_KEY takes JUQU_DKIM_DOMAIN")
    assert not (state_dir / "postgres").exists()
