"""SMPP 3.4 at the socket: refused binds, refusals in every form, segments, query_sm, the window."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from deploy.local.ports import free_ports
from deploy.local.sms_peer import serve_sms
from services.notify.channels.outcome import (
    Misconfigured,
    NotSent,
    ProviderDown,
    Reconciling,
    Submitted,
    TurnedDown,
    Unclear,
)
from services.notify.channels.sms.smpp import SmppTransport
from services.notify.channels.sms.smpp_link import NeverLeft, NoAnswer, SmppLink
from services.notify.channels.sms.smpp_pdu import SUBMIT, Pdu
from shared.contracts.notify import Channel
from tests.notify.messages import delivery
from tests.notify.peers.smpp_centre import ENQUIRE, QUERY, RESPONSE, Session, centre, octets
from tests.notify.texting import LONG, ON, SILENCE, SMS, Kept, sent, smpp

Talk = Callable[[Session], Awaitable[None]]


def refusing(status: int, body: bytes = b"") -> Talk:
    async def talk(session: Session) -> None:
        session.answer(await session.next(), body, status)
        await session.next()

    return talk


@pytest.mark.parametrize("body", [b"", b"centre\0"], ids=["without a body", "with one"])
@pytest.mark.parametrize("status", [0x0D, 0x0E, 0x0F, 0x53])
async def test_a_bind_refused_for_what_we_are_is_our_settings(status: int, body: bytes) -> None:
    async with centre(refusing(status, body)) as port, asyncio.timeout(40):
        for _again in range(2):
            with pytest.raises(Misconfigured):
                await smpp(port).open()


@pytest.mark.parametrize("status", [0x05, 0x08, 0x400])
async def test_a_bind_refused_for_now_is_tried_again(status: int) -> None:
    async with centre(refusing(status)) as port, asyncio.timeout(40):
        with pytest.raises(ProviderDown) as raised:
            await smpp(port).open()
    assert not isinstance(raised.value, Misconfigured)


async def test_a_password_that_smpp_does_not_hold_is_our_settings() -> None:
    with pytest.raises(Misconfigured) as raised:
        await SmppTransport("smpp://juqu:much-too-long@127.0.0.1:1", Kept()).open()
    assert "much-too-long" not in str(raised.value)


def answering(*statuses: int, body: bytes = b"") -> Talk:
    """Answers submissions with these statuses in turn, then takes them."""

    async def talk(session: Session) -> None:
        await session.bound()
        left = list(statuses)
        while True:
            asked = await session.next()
            status = left.pop(0) if left else 0
            session.answer(asked, body if status else b"id-1\0", status)

    return talk


@pytest.mark.parametrize("body", [b"", b"\0"], ids=["without a body", "with one"])
@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (0x58, NotSent, "ESME_RTHROTTLED"),
        (0x14, NotSent, "ESME_RMSGQFUL"),
        (0x08, NotSent, "ESME_RSYSERR"),
        (0x400, NotSent, "0x00000400"),
        (0x0B, TurnedDown, "ESME_RINVDSTADR"),
        (0x0A, NotSent, "ESME_RINVSRCADR"),
        (0x01, TurnedDown, "ESME_RINVMSGLEN"),
    ],
)
async def test_a_refusal_is_read_at_once_in_every_form(
    status: int, kind: type[NotSent | TurnedDown], code: str, body: bytes
) -> None:
    async with centre(answering(status, body=body)) as port, asyncio.timeout(40):
        transport = smpp(port)
        result = await sent(transport)
        assert isinstance(result, kind)
        assert result.code == code
        assert await sent(transport) == Submitted(("id-1",), "ESME_ROK")
        await transport.close()


async def test_a_centre_that_is_busy_for_long_keeps_the_session() -> None:
    async with centre(answering(*[0x58] * 80)) as port, asyncio.timeout(40):
        transport = smpp(port)
        results = [await sent(transport) for _ in range(81)]
        await transport.close()
    assert all(isinstance(each, NotSent) for each in results[:80])
    assert isinstance(results[80], Submitted)


async def test_a_later_segment_that_is_refused_leaves_the_whole_unclear() -> None:
    async with centre(answering(0, 0x14)) as port, asyncio.timeout(40):
        transport = smpp(port)
        result = await sent(transport, LONG)
        await transport.close()
    assert isinstance(result, Unclear)
    assert "segment 2 of 3" in result.reason


async def test_a_first_segment_that_is_refused_leaves_nothing_sent() -> None:
    async with centre(answering(0x14)) as port, asyncio.timeout(40):
        transport = smpp(port)
        assert isinstance(await sent(transport, LONG), NotSent)
        await transport.close()


async def test_a_connection_lost_between_segments_is_unclear_and_nothing_is_sent_again() -> None:
    seen: list[bytes] = []

    async def talk(session: Session) -> None:
        await session.bound()
        for _ in range(2):
            asked = await session.next()
            seen.append(asked.body)
            if len(seen) == 2:
                return
            session.answer(asked, b"id-1\0")
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port)
        assert isinstance(await sent(transport, LONG), Unclear)
        assert len(seen) == 2
        assert isinstance(await transport.open(), object)
        assert len(seen) == 2
        await transport.close()


async def test_an_answer_that_comes_late_settles_nothing_else() -> None:
    async def talk(session: Session) -> None:
        await session.bound()
        first = await session.next()
        await asyncio.sleep(2 * SILENCE)
        session.answer(first, b"late\0")
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port, answer=SILENCE)
        assert isinstance(await sent(transport), Unclear)
        assert isinstance(await sent(transport), Unclear)
        await transport.close()


async def test_one_submission_without_an_answer_says_nothing_of_the_others() -> None:
    sessions = 0

    async def talk(session: Session) -> None:
        nonlocal sessions
        sessions += 1
        await session.bound()
        await session.next()
        while True:
            session.answer(await session.next(), b"id-1\0")

    async with centre(talk) as port, asyncio.timeout(60):
        transport = smpp(port)
        link = await transport.listen()
        lost = asyncio.create_task(link.ask(SUBMIT, b"", 6.0))
        await asyncio.sleep(0)
        results = [await sent(transport)]
        with pytest.raises(NoAnswer):
            await lost
        results.append(await sent(transport))
        await transport.close()
    assert [type(each) for each in results] == [Submitted, Submitted]
    assert sessions == 1


async def test_a_centre_that_falls_silent_is_given_nothing_more_until_it_answers() -> None:
    speak, sessions = asyncio.Event(), 0

    async def talk(session: Session) -> None:
        nonlocal sessions
        sessions += 1
        await session.bound()
        asked = [await session.next(), await session.next()]
        await speak.wait()
        session.answer(asked[0], b"id-1\0")
        session.answer(await session.next(), b"id-2\0")
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port)
        link = await transport.listen()
        slow = asyncio.create_task(link.ask(SUBMIT, b"", 30))
        await asyncio.sleep(0)
        with pytest.raises(NoAnswer):
            await link.ask(SUBMIT, b"", SILENCE)
        with pytest.raises(ProviderDown):
            await transport.open()
        with pytest.raises(NeverLeft):
            await link.ask(SUBMIT, b"", SILENCE)
        speak.set()
        assert (await slow).status == 0
        assert await sent(transport) == Submitted(("id-2",), "ESME_ROK")
        await transport.close()
    assert sessions == 1


async def test_a_session_in_which_nothing_is_answered_ends() -> None:
    sessions = 0

    async def talk(session: Session) -> None:
        nonlocal sessions
        sessions += 1
        await session.bound()
        while sessions == 1:
            await session.next()
        session.answer(await session.next(), b"id-1\0")
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port)
        link = await transport.listen()
        told = await asyncio.gather(*(link.ask(SUBMIT, b"", SILENCE) for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in told] == [NoAnswer] * 3
        assert not link.alive
        assert await sent(transport) == Submitted(("id-1",), "ESME_ROK")
        await transport.close()
    assert sessions == 2


@pytest.mark.parametrize("status", [0x0A, 0x48, 0x49, 0x50, 0x51, 0x15, 0x43, 0x0D, 0x0E, 0x0F, 0x53, 0x04, 0x101])
async def test_a_refusal_of_our_address_or_settings_is_not_the_recipients(status: int) -> None:
    async with centre(answering(status)) as port, asyncio.timeout(40):
        transport = smpp(port)
        result = await sent(transport)
        await transport.close()
    assert isinstance(result, NotSent)
    assert result.misconfigured


@pytest.mark.parametrize("status", [0x58, 0x14, 0x08, 0x45, 0x400, 0xFF])
async def test_a_centre_that_is_busy_is_no_fault_of_ours(status: int) -> None:
    async with centre(answering(status)) as port, asyncio.timeout(40):
        transport = smpp(port)
        result = await sent(transport)
        await transport.close()
    assert isinstance(result, NotSent)
    assert not result.misconfigured


async def _submitted(query: str, address: str = "+8613800138000") -> bytes:
    bodies: asyncio.Queue[bytes] = asyncio.Queue()

    async def talk(session: Session) -> None:
        await session.bound()
        asked = await session.next()
        bodies.put_nowait(asked.body)
        session.answer(asked, b"id-1\0")
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = SmppTransport(f"smpp://juqu:local@127.0.0.1:{port}{query}", Kept())
        await sent(transport, delivery(channel=Channel.SMS, address=address, body="一"))
        await transport.close()
        return await bodies.get()


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("", b"\0\0\0\0\1\x018613800138000\0"),
        ("?source=10690000", b"\0\0\x0010690000\0\1\x018613800138000\0"),
        ("?source=10690000&source_ton=2&source_npi=1", b"\0\2\x0110690000\0\1\x018613800138000\0"),
        ("?source=JUQU", b"\0\5\0JUQU\0\1\x018613800138000\0"),
        ("?destination_ton=2&destination_npi=1", b"\0\0\0\0\2\x0113800138000\0"),
        ("?destination_ton=0&destination_npi=0", b"\0\0\0\0\0\x008613800138000\0"),
        ("?service_type=CMT", b"CMT\0\0\0\0\1\x018613800138000\0"),
    ],
)
async def test_the_source_address_and_the_types_and_plans_of_numbers_are_settings(query: str, begins: bytes) -> None:
    assert (await _submitted(query)).startswith(begins)


@pytest.mark.parametrize(
    "query",
    [
        "source=123456789012345678901",
        "source=twelveletters",
        "source=%E5%8E%85",
        "source=a%00b",
        "source_ton=7",
        "source_npi=2",
        "source_ton=x",
        "destination_ton=-1",
        "destination_npi=%D9%A1",
        "receipts=hex",
        "service_type=toolong",
        "sender=1",
    ],
)
def test_a_wrong_setting_of_a_centre_is_said_at_the_start(query: str) -> None:
    with pytest.raises(ValueError, match=query.partition("=")[0]) as raised:
        SmppTransport(f"smpp://juqu:local@127.0.0.1:1?{query}", Kept())
    assert "local@" not in str(raised.value)


async def test_a_nack_that_says_nothing_is_not_yes() -> None:
    async def talk(session: Session) -> None:
        await session.bound()
        for command, status in ((0x80000000, 0), (0x80000003, 0), (0x80000000, 0x58)):
            asked = await session.next()
            session.writer.write(octets(command, status, asked.sequence))
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port)
        results = [await sent(transport) for _ in range(3)]
        await transport.close()
    assert [type(each) for each in results] == [Unclear, Unclear, NotSent]


async def test_a_first_segment_that_was_taken_without_an_id_was_taken() -> None:
    """Nothing of it is sent again, by whomever, when the second one is refused."""

    async def talk(session: Session) -> None:
        await session.bound()
        session.answer(await session.next(), b"\0")
        session.answer(await session.next(), b"", 0x58)
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port)
        assert isinstance(await sent(transport, LONG), Unclear)
        await transport.close()


@pytest.mark.parametrize(
    ("ids", "references"),
    [
        ([b"1", b"2", b"3"], ("1", "2", "3")),
        ([b"1", b"", b"3"], ()),
        ([b"", b"", b""], ()),
        ([b"1", b"1", b"1"], ()),
    ],
)
async def test_segments_that_cannot_be_told_apart_have_no_references(
    ids: list[bytes], references: tuple[str, ...]
) -> None:
    async def talk(session: Session) -> None:
        await session.bound()
        for ident in ids:
            session.answer(await session.next(), ident + b"\0")
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port)
        assert await sent(transport, LONG) == Submitted(references, "ESME_ROK")
        await transport.close()


async def test_what_the_centre_asks_that_we_do_not_know_is_said_so() -> None:
    said: asyncio.Queue[Pdu] = asyncio.Queue()

    async def talk(session: Session) -> None:
        await session.bound()
        for command in (0x00010203, ENQUIRE):
            session.say(command, sequence=9)
            said.put_nowait(await session.next())
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port)
        await transport.open()
        nack, alive = await said.get(), await said.get()
        await transport.close()
    assert (nack.command, nack.status, nack.sequence) == (RESPONSE, 0x03, 9)
    assert (alive.command, alive.status, alive.sequence) == (RESPONSE | ENQUIRE, 0, 9)


async def test_a_quiet_session_is_asked_whether_it_lives() -> None:
    asked: asyncio.Queue[int] = asyncio.Queue()

    async def talk(session: Session) -> None:
        await session.bound()
        while True:
            pdu = await session.next()
            asked.put_nowait(pdu.command)
            session.answer(pdu)

    async with centre(talk) as port, asyncio.timeout(40):
        link = SmppLink(
            host="127.0.0.1", port=port, system_id="juqu", password="local", on_receipt=Kept(), enquire=0.05
        )
        await link.open(20.0)
        assert [await asked.get(), await asked.get()] == [ENQUIRE, ENQUIRE]
        assert link.alive
        await link.close()


async def test_no_more_than_the_window_waits_for_answers() -> None:
    waiting: list[Pdu] = []
    most = 0

    async def talk(session: Session) -> None:
        nonlocal most
        await session.bound()
        for _ in range(100):
            waiting.append(await session.next())
            most = max(most, len(waiting))
            if len(waiting) == 32 or _ >= 96:
                while waiting:
                    session.answer(waiting.pop(), b"id-1\0")
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port)
        results = await asyncio.gather(*(sent(transport) for _ in range(100)))
        await transport.close()
    assert all(isinstance(each, Submitted) for each in results)
    assert most == 32


def _states(states: dict[bytes, int]) -> Talk:
    async def talk(session: Session) -> None:
        await session.bound()
        while True:
            asked = await session.next()
            ident = asked.body.partition(b"\0")[0]
            if asked.command != QUERY or ident not in states:
                session.answer(asked, status=0x67)
            else:
                session.answer(asked, ident + b"\0" + b"\0" + struct.pack("!BB", states[ident], 0))

    return talk


async def test_the_centre_is_asked_for_its_own_ids() -> None:
    kept = Kept()
    async with centre(_states({b"1": 2, b"2": 5, b"3": 1})) as port, asyncio.timeout(40):
        transport = smpp(port, kept)
        assert isinstance(transport, Reconciling)
        assert await transport.query("out-1", ("1", "2"), SMS.address, ON) == Submitted(("1", "2"), "DELIVRD UNDELIV")
        assert [(each.reference, each.state) for each in (await kept.next(), await kept.next())] == [
            ("1", "DELIVRD"),
            ("2", "UNDELIV"),
        ]
        assert await transport.query("out-1", ("3",), SMS.address, ON) == Submitted(("3",), "ENROUTE")
        assert await transport.query("out-1", ("4",), SMS.address, ON) is None
        assert await transport.query("out-1", (), SMS.address, ON) is None
        await transport.close()
    assert kept.receipts.empty()
    assert await smpp(1, kept).query("out-1", ("1",), SMS.address, ON) is None


async def test_a_real_centre_takes_segments_and_tells_of_each(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    kept, file = Kept(), tmp_path / "sms.jsonl"
    server, task = await serve_sms(port, file)
    try:
        async with asyncio.timeout(40):
            transport = smpp(port, kept)
            result = await sent(transport, LONG)
            assert isinstance(result, Submitted)
            told = [await kept.next() for _ in result.references]
            await transport.close()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await server.stop()
    assert len(result.references) == 3
    assert {each.reference for each in told} == set(result.references)
    assert {each.state for each in told} == {"DELIVRD"}
    assert LONG.body in file.read_text("utf-8")
