"""A real mail server between us and the recipient: exim relays, reports, and sends back what it cannot deliver."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.local.ports import free_ports
from services.notify.channels.mail.settings import read_signers
from tests.notify.conftest import Peers
from tests.notify.messages import delivery
from tests.notify.test_mail import _right

Start = Callable[..., Any]
EXIM = shutil.which("exim4", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(
    EXIM is None or os.geteuid() != 0, reason="exim4 is not installed (apt-get install exim4-daemon-light), or no root"
)

CONFIG = """
primary_hostname = mta.invalid
spool_directory = {folder}/spool
log_file_path = {folder}/log/%s
pid_file_path = {folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_advertise_hosts =
dsn_advertise_hosts = *
host_lookup =
never_users =
message_size_limit = 2M
queue_run_in_order = false
acl_smtp_rcpt = {rcpt}
acl_smtp_data = accept

begin acl
strangers:
  deny message = relay not permitted

begin routers
nobody:
  driver = redirect
  allow_fail
  data = :fail: 550 5.1.1 no such user here
  domains = nowhere.invalid
bounces:
  driver = manualroute
  domains = juqu.invalid
  transport = bounces
  route_list = * 127.0.0.1
  self = send
relay:
  driver = manualroute
  domains = example.invalid
  transport = relay
  route_list = * 127.0.0.1
  self = send

begin transports
bounces:
  driver = smtp
  protocol = {protocol}
  port = {bounces}
  hosts_try_fastopen =
  allow_localhost
relay:
  driver = smtp
  port = {relay}
  hosts_try_fastopen =
  allow_localhost

begin retry
* * F,1h,1s

"""


@asynccontextmanager
async def exim(
    folder: Path, *, relay: int, bounces: int, protocol: str = "smtp", rcpt: str = "accept"
) -> AsyncIterator[int]:
    """Exim in a folder of its own, relaying to one port and bringing bounces to another. ``rcpt`` is what it makes of
    recipients: ``strangers`` does not relay for us, ``deny`` is exim's own word."""
    assert EXIM is not None
    (port,) = free_ports(1)
    user = "Debian-exim"
    for name in ("spool", "log"):
        (folder / name).mkdir(parents=True)
        shutil.chown(folder / name, user, user)
    for above in (folder, *folder.parents):
        if os.stat(above).st_uid == os.geteuid() and above != Path("/"):
            above.chmod(above.stat().st_mode | 0o011)
    config = folder / "exim.conf"
    config.write_text(
        CONFIG.format(folder=folder, port=port, relay=relay, bounces=bounces, protocol=protocol, rcpt=rcpt)
    )
    config.chmod(0o644)
    process = subprocess.Popen([EXIM, "-C", str(config), "-bdf", "-q1s"], stderr=subprocess.DEVNULL)
    try:
        await _answers(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


async def _answers(port: int) -> None:
    async with asyncio.timeout(15):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


def _settings(port: int, bounces: int, protocol: str = "smtp") -> dict[str, str]:
    return {
        "JUQU_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "JUQU_BOUNCES_TO": "bounces@juqu.invalid",
        "JUQU_BOUNCES_LISTEN": f"{protocol}://127.0.0.1:{bounces}",
        "JUQU_DKIM_DOMAIN": "juqu.invalid",
    }


async def test_a_mail_goes_through_a_mail_server_with_its_signature_whole(
    start: Start, peers: Peers, tmp_path: Path
) -> None:
    notice = delivery(html="<p>您好</p>")
    (bounces,) = free_ports(1)
    async with exim(tmp_path / "exim", relay=peers.mail_port, bounces=bounces) as port:
        settings = _settings(port, bounces)
        async with start(**settings) as running:
            await running.request(notice)
            row = await running.until(notice.delivery_id, "accepted", within=30)
            async with asyncio.timeout(30):
                while not peers.mails():
                    await asyncio.sleep(0.05)
            signers = read_signers(settings, running.settings.keys_dir, "juqu.invalid")
            async with asyncio.timeout(30):
                while "BounceReceived" not in [one["event"] for one in row["history"]]:
                    row = await running.row(notice.delivery_id)
                    await asyncio.sleep(0.05)
    assert row["state"] == "accepted", "relayed to a server that reports nothing is not delivered"
    content = (peers.maildir / "000001.eml").read_bytes()
    assert b"Received:" in content
    assert _right(content, signers[0])


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
async def test_a_bounce_for_somebody_who_is_not_there_comes_back(
    start: Start, peers: Peers, tmp_path: Path, protocol: str
) -> None:
    notice = delivery(address="nobody@nowhere.invalid")
    (bounces,) = free_ports(1)
    async with (
        exim(tmp_path / "exim", relay=peers.mail_port, bounces=bounces, protocol=protocol) as port,
        start(**_settings(port, bounces, protocol)) as running,
    ):
        await running.request(notice)
        row = await running.until(notice.delivery_id, "undelivered", within=30)
    kinds = [one["event"] for one in row["history"]]
    assert kinds == [
        "DeliveryRequested",
        "AttemptStarted",
        "DeliveryAccepted",
        "BounceReceived",
        "DeliveryUndelivered",
    ]
    assert "failed 5." in row["reason"]
    assert peers.mails() == []


@pytest.mark.parametrize(
    ("rcpt", "said"), [("strangers", "relay not permitted"), ("deny", "Administrative prohibition")]
)
async def test_a_mail_server_that_does_not_relay_for_us_is_paused_and_the_next_one_asked(
    start: Start, peers: Peers, tmp_path: Path, rcpt: str, said: str
) -> None:
    notice = delivery()
    async with exim(tmp_path / "exim", relay=peers.mail_port, bounces=1, rcpt=rcpt) as port:
        urls = {"JUQU_SMTP_URL": f"smtp://127.0.0.1:{port}", "JUQU_SMTP_URL_2": peers.mail_url}
        async with start(**urls) as running:
            await running.request(notice)
            row = await running.until(notice.delivery_id, "accepted")
            assert said in running.provider("smtp").paused
    assert (row["provider"], row["attempts"]) == ("smtp-2", 2)
