"""The mail server of a local system: what it cannot deliver comes back, and the notice says so."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import dkim
import pytest

from deploy.local.mail_peer import serve_mail
from deploy.local.peers import Peers as LocalPeers
from deploy.local.ports import free_ports
from services.notify.channels.mail.dkim import DkimSigner, key_in
from tests.notify.conftest import Peers, kinds
from tests.notify.messages import delivery

Start = Callable[..., Any]


@pytest.fixture
def local(tmp_path: Path) -> LocalPeers:
    return LocalPeers(tmp_path / "local")


async def test_what_bounces_is_said_and_what_leaves_is_signed(
    start: Start, peers: Peers, local: LocalPeers, tmp_path: Path
) -> None:
    notice = delivery(address="bounced+office@example.invalid")
    (port,) = free_ports(1)
    server = await serve_mail(port, tmp_path / "taken", reports=("127.0.0.1", local.bounce_port))
    environment = local.environment | {"JUQU_SMTP_URL": f"smtp://127.0.0.1:{port}", "JUQU_SMPP_URL": ""}
    async with server, start(**environment) as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "undelivered")
        keys = running.settings.keys_dir
    assert kinds(row) == ["AttemptStarted", "DeliveryAccepted", "BounceReceived", "DeliveryUndelivered"]
    content = (tmp_path / "taken" / "000001.eml").read_bytes()
    _, text = DkimSigner("juqu.invalid", "juqu", key_in(keys / "dkim-juqu.pem")).record
    assert dkim.DKIM(content).verify(dnsfunc=lambda *_name, **_terms: text.encode())
    assert message_from_bytes(content)["From"].endswith("<notices@juqu.invalid>")
