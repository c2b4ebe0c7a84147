"""What providers do, and what is known then: told apart at the sockets, without the rest of notify."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from services.notify.channels.addresses import AddressRules, Unusable
from services.notify.channels.mail.message import UnsafeHeader, header_text, mail_bytes, sender
from services.notify.channels.mail.settings import MailTerms
from services.notify.channels.mail.smtp import SmtpTransport
from services.notify.channels.outcome import NotSent, ProviderDown, Receipt, Unclear
from services.notify.channels.sms.smpp import SmppTransport
from services.notify.sending.pacing import retry_at
from services.notify.settings import read_notify_settings
from shared.contracts.notify import Channel
from shared.service.settings import SettingError
from tests.notify.messages import delivery

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
TERMS = MailTerms(by=sender("吉林省科学技术厅 <notices@juqu.invalid>"))
SMS = delivery(channel=Channel.SMS, address="00000000002", body="【吉林省科技厅】一")


@asynccontextmanager
async def served(talk: Talk) -> AsyncIterator[int]:
    """A server that talks so, on a port of its own."""

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _ignore(_receipt: Receipt) -> None:
    return None


def smpp(port: int, *, answer: float = 60.0, bind: float = 10.0) -> SmppTransport:
    return SmppTransport(f"smpp://juqu:local@127.0.0.1:{port}", _ignore, answer=answer, bind=bind)


async def _pdu(reader: asyncio.StreamReader) -> tuple[int, int]:
    """The command and sequence number of the next PDU."""
    length, command, _, sequence = struct.unpack("!IIII", await reader.readexactly(16))
    await reader.readexactly(length - 16)
    return command, sequence


def _bound(sequence: int, status: int = 0) -> bytes:
    return struct.pack("!IIII", 21, 0x80000009, status, sequence) + b"peer\0"


async def test_a_refused_bind_does_not_hang() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, sequence = await _pdu(reader)
        writer.write(_bound(sequence, 0x0D))
        await reader.read()

    async with served(refuse) as port:
        async with asyncio.timeout(30):
            with pytest.raises(ProviderDown, match="RBINDFAIL"):
                await smpp(port).open()


async def test_a_bind_that_is_never_answered_is_given_up() -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with served(silent) as port:
        with pytest.raises(ProviderDown):
            await smpp(port, bind=0.3).open()


async def test_no_sms_centre_at_all() -> None:
    with pytest.raises(ProviderDown):
        await smpp(1).open()


async def test_a_submission_that_is_not_answered_is_unclear() -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, sequence = await _pdu(reader)
        writer.write(_bound(sequence))
        await reader.read(10_000)
        await asyncio.sleep(5)

    async with served(mute) as port:
        transport = smpp(port, answer=0.3)
        result = await (await transport.open()).send(SMS, "1")
        assert isinstance(result, Unclear)
        await transport.close()


async def test_a_connection_lost_after_the_submission_is_unclear_and_opened_anew() -> None:
    async def drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, sequence = await _pdu(reader)
        writer.write(_bound(sequence))
        await _pdu(reader)

    async with served(drop) as port:
        transport = smpp(port)
        for _ in range(2):
            assert isinstance(await (await transport.open()).send(SMS, "1"), Unclear)
        await transport.close()


async def test_a_session_lost_before_the_submission_is_not_sent() -> None:
    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, sequence = await _pdu(reader)
        writer.write(_bound(sequence))
        await writer.drain()

    async with served(leave) as port:
        transport = smpp(port)
        session = await transport.open()
        async with asyncio.timeout(5):
            while transport._link is not None and transport._link.alive:
                await asyncio.sleep(0.01)
        assert isinstance(await session.send(SMS, "1"), NotSent)
        await transport.close()


async def _smtp(answers: list[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 peer\r\n")
    for answer in answers:
        await reader.readline()
        writer.write(answer)
        await writer.drain()


async def test_a_mail_server_that_drops_before_data_got_nothing() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _smtp([b"250 peer\r\n", b"250 ok\r\n"], reader, writer)

    async with served(talk) as port:
        session = await SmtpTransport(f"smtp://127.0.0.1:{port}", TERMS).open()
        assert isinstance(await session.send(delivery(), "1"), NotSent)


async def test_a_421_to_data_is_not_sent() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _smtp([b"250 peer\r\n", b"250 ok\r\n", b"250 ok\r\n", b"421 busy\r\n"], reader, writer)

    async with served(talk) as port:
        session = await SmtpTransport(f"smtp://127.0.0.1:{port}", TERMS).open()
        result = await session.send(delivery(), "1")
        assert isinstance(result, NotSent)
        assert result.code == "421"


async def test_a_mail_server_that_never_answers_the_final_dot() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _smtp([b"250 peer\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"], reader, writer)
        await reader.read()

    async with served(talk) as port:
        session = await SmtpTransport(f"smtp://127.0.0.1:{port}", TERMS, final_dot=0.3).open()
        assert isinstance(await session.send(delivery(), "1"), Unclear)


async def test_a_mail_server_that_turns_us_away() -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 go away\r\n")

    async with served(talk) as port:
        with pytest.raises(ProviderDown, match="go away"):
            await SmtpTransport(f"smtp://127.0.0.1:{port}", TERMS).open()


@pytest.mark.parametrize(
    "text",
    [
        "a\nBcc: b@example.invalid",
        "a\rb",
        "a\x00b",
        "a\u2028b",
        "=?utf-8?q?a=0ABcc=3A_b?=",
        "=?utf-8?b?YQ0KQmNjOiBi?=",
        "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0Ab=3F=3D?=",
        "=?no-such-charset?q?a?=",
    ],
)
def test_a_header_stays_one_header(text: str) -> None:
    with pytest.raises(UnsafeHeader):
        header_text(text)


def test_the_same_notice_gives_the_same_bytes() -> None:
    assert mail_bytes(delivery(), TERMS.by) == mail_bytes(delivery(), TERMS.by)


def test_pauses_grow_and_end() -> None:
    began = datetime(2018, 6, 11, tzinfo=UTC)
    for channel, first, most in ((Channel.MAIL, 60, 72), (Channel.SMS, 10, 24)):
        assert retry_at(channel, 1, began, began) == began + timedelta(seconds=first)
        late = began + timedelta(hours=most)
        assert retry_at(channel, 99, began, late) is None
        assert retry_at(channel, 99, began, late - timedelta(hours=5)) is not None
        years = began + timedelta(days=1000)
        assert retry_at(channel, 99, began, years, statutory=True) is not None, "statutory notices do not expire"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("1380013\u200b8000", "+8613800138000"),
        ("0000-0000001", "00000000001"),
    ],
)
def test_numbers_are_sent_to_in_one_form(given: str, sent: str) -> None:
    assert AddressRules(True).phone(given) == sent


@pytest.mark.parametrize(
    "given", ["", "110", "0431-88888888", "1380013\u202e8000", "13800138000;ext=1", "+1 202 555 0123"]
)
def test_what_is_no_mobile_is_refused(given: str) -> None:
    with pytest.raises(Unusable):
        AddressRules(True).phone(given)


@pytest.mark.parametrize("given", ["", "a@", "a@b@c", "a@example.com", "a b@qq.com", "a@x.invalid", "a\n@qq.com"])
def test_what_is_no_mailbox_is_refused(given: str) -> None:
    with pytest.raises(Unusable):
        AddressRules(False).email(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("JUQU_SMTP_URL", url) for url in ("http://x", "smtp://", "smtp://:25", "smtp://h:99999", "smtp://[h")),
        *(("JUQU_RETRY_PACE", number) for number in ("fast", "-1", "nan", "inf", "0.0")),
        *(("JUQU_MAIL_FROM", "x"), ("JUQU_TEST_ADDRESSES", "yes"), ("JUQU_WEBHOOKS", "on")),
    ],
)
def test_settings_name_the_variable_that_is_wrong(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_notify_settings({name: value})


def test_as_many_messages_at_once_as_there_can_be() -> None:
    for number in ("nan", "0.0", "-3"):
        with pytest.raises(SettingError, match="JUQU_SMTP_AT_ONCE"):
            read_notify_settings({"JUQU_SMTP_URL": "smtp://h", "JUQU_SMTP_AT_ONCE": number})
