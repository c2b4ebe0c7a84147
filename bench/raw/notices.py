"""What bare clients take for the same messages: nothing asked for, nothing recorded, nothing ever known again."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosmtplib

from bench import notices
from bench.contender import ROOT
from bench.task import Round, Sample, Spec, timed
from deploy.local.ports import free_ports
from services.notify.channels.outcome import Receipt
from services.notify.channels.sms.segments import segments
from services.notify.channels.sms.smpp_account import read_smpp_account
from services.notify.channels.sms.smpp_link import SmppLink
from services.notify.channels.sms.smpp_pdu import SUBMIT, submit_body
from shared.contracts.notify import Channel

T = TypeVar("T")

_PATIENCE = 60.0
_SMS_AT_ONCE = 32


@asynccontextmanager
async def aiosmtplib_alone(spec: Spec) -> AsyncIterator[Round]:
    """``size`` mails of the same octets over as many connections as notify keeps, by aiosmtplib."""
    (port,) = free_ports(1)
    content = notices.mail()
    async with _peer(["bench.raw.mail_server", str(port)]), AsyncExitStack() as open_:
        clients = [
            aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) for _ in range(notices.CONNECTIONS)
        ]
        await _until(clients[0].connect)
        open_.callback(clients[0].close)
        for client in clients[1:]:
            await client.connect()
            open_.callback(client.close)

        async def send(client: aiosmtplib.SMTP) -> None:
            await client.sendmail(notices.BY.addr_spec, [notices.ADDRESS], content)

        async def round_() -> Sample:
            return await timed(_each(spec.size, [partial(send, client) for client in clients]))

        yield round_


@asynccontextmanager
async def link_alone(spec: Spec) -> AsyncIterator[Round]:
    """``size`` short messages and their receipts over notify's own SMPP session."""
    (port,) = free_ports(1)
    receipts = asyncio.Semaphore(0)
    text = notices.message(Channel.SMS).body
    (part,) = segments(text, 0)
    account = read_smpp_account(f"smpp://juqu:local@127.0.0.1:{port}")
    body = submit_body(account, "00000001000", part.octets, headed=part.headed)

    async def receipt(_receipt: Receipt) -> None:
        receipts.release()

    async def open_link() -> SmppLink:
        link = SmppLink(
            host=account.host,
            port=account.port,
            system_id=account.system_id,
            password=account.password,
            on_receipt=receipt,
        )
        try:
            await link.open(5.0)
        except Exception:
            await link.close()
            raise
        return link

    file = Path(spec.folder) / "sms-alone.jsonl"
    async with _peer(["deploy.local.sms_peer", "--port", str(port), "--file", str(file)]):
        link = await _until(open_link)

        async def send() -> None:
            await link.ask(SUBMIT, body, _PATIENCE)

        async def all_sent() -> int:
            done = await _each(spec.size, [send] * _SMS_AT_ONCE)
            async with asyncio.timeout(_PATIENCE):
                for _ in range(done):
                    await receipts.acquire()
            return done

        async def round_() -> Sample:
            return await timed(all_sent())

        yield round_
        await link.close()


async def _each(count: int, senders: Sequence[Callable[[], Awaitable[None]]]) -> int:
    left = deque(range(count))

    async def work(send: Callable[[], Awaitable[None]]) -> None:
        while left:
            left.popleft()
            await send()

    await asyncio.gather(*map(work, senders))
    return count


async def _until(connect: Callable[[], Awaitable[T]]) -> T:
    async with asyncio.timeout(_PATIENCE):
        while True:
            try:
                return await connect()
            except Exception:  # noqa: BLE001 - the peer is not there yet
                await asyncio.sleep(0.05)


@asynccontextmanager
async def _peer(module: Sequence[str]) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *module, cwd=ROOT)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
