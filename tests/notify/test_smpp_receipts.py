"""Receipts of SMPP 3.4 in every form: in the text, in TLVs, by deliver_sm and data_sm; kept, then acknowledged."""

from __future__ import annotations

import asyncio
import struct

import pytest

from services.notify.channels.outcome import (
    Submitted,
)
from services.notify.channels.sms.smpp_pdu import DATA, Pdu, UnreadablePdu, receipt
from tests.notify.peers.smpp_centre import DELIVER, RESPONSE, Session, centre, deliver
from tests.notify.texting import Kept, sent, smpp

TEXT = b"id:00ab12 sub:001 dlvrd:001 submit date:1806111700 done date:1806111701 stat:DELIVRD err:000 text:hello"


@pytest.mark.parametrize(
    ("body", "reference", "state"),
    [
        (deliver(TEXT), "00ab12", "DELIVRD"),
        (deliver(TEXT.replace(b"err:000", b"err:0A1")), "00ab12", "DELIVRD"),
        (deliver(TEXT.replace(b"1806111700", b"180611170059")), "00ab12", "DELIVRD"),
        (deliver(TEXT.replace(b"stat:DELIVRD", b"stat:UNDELIVERABLE")), "00ab12", "UNDELIV"),
        (deliver(TEXT.replace(b"stat:DELIVRD", b"stat:expired")), "00ab12", "EXPIRED"),
        (deliver(TEXT.replace(b"stat:DELIVRD", b"stat:MK:0001")), "00ab12", "UNKNOWN"),
        (deliver(TEXT.replace(b"id:", b"ID:")), "00ab12", "DELIVRD"),
        (deliver(b"", optional={0x1E: b"00ab12\0", 0x427: b"\x05"}), "00ab12", "UNDELIV"),
        (deliver(b"", esm_class=0, optional={0x1E: b"00ab12\0", 0x427: b"\x02"}), "00ab12", "DELIVRD"),
        (deliver(TEXT.replace(b"00ab12", b"43794"), optional={0x1E: b"00ab12\0"}), "00ab12", "DELIVRD"),
        (deliver(b"", optional={0x424: TEXT}), "00ab12", "DELIVRD"),
        (deliver(TEXT.decode().encode("utf-16-be"), coding=8), "00ab12", "DELIVRD"),
        (deliver(b"nothing of use"), "", "UNKNOWN"),
        (deliver(TEXT.replace(b"stat:DELIVRD", b"stat:DELIVERYFAILED")), "00ab12", "UNKNOWN"),
        (deliver(TEXT.replace(b"stat:DELIVRD", b"stat:DELIVERED")), "00ab12", "DELIVRD"),
        (deliver(TEXT, optional={0x1E: b"00ab12\0", 0x427: b"\x05"}), "00ab12", "UNKNOWN"),
        (deliver(TEXT, optional={0x1E: b"00ab12\0", 0x427: b"\x02"}), "00ab12", "DELIVRD"),
    ],
)
def test_receipts_in_every_form(body: bytes, reference: str, state: str) -> None:
    told = receipt(Pdu(DELIVER, 0, 1, body))
    assert told is not None
    assert (told.reference, told.state) == (reference, state)
    assert "hello" not in told.text


@pytest.mark.parametrize(
    ("text", "optional", "reference"),
    [
        (b"0000000042", {}, "2a"),
        (b"42", {0x1E: b"0000002A\0"}, "2a"),
        (b"42", {0x1E: b"42\0"}, "42"),
        (b"7", {0x1E: b"00000042\0"}, "42"),
        (b"2A", {}, "2a"),
        (b"9" * 5000, {}, "9" * 65),
    ],
)
def test_decimal_receipts_are_decimal_in_their_text_only(
    text: bytes, optional: dict[int, bytes], reference: str
) -> None:
    told = TEXT.replace(b"00ab12", text)
    body = deliver(told, optional=optional) if len(told) < 255 else deliver(b"", optional={0x424: told})
    found = receipt(Pdu(DELIVER, 0, 1, body), decimal=True)
    assert found is not None
    assert found.reference == reference


def data(optional: dict[int, bytes], *, esm_class: int = 4, coding: int = 0) -> bytes:
    """The body of a data_sm."""
    tail = b"".join(struct.pack("!HH", tag, len(value)) + value for tag, value in optional.items())
    return b"\0\1\x0113800138000\0\1\1juqu\0" + bytes((esm_class, 0, coding)) + tail


@pytest.mark.parametrize(
    ("body", "reference", "state"),
    [
        (data({0x1E: b"00ab12\0", 0x427: b"\x02"}), "00ab12", "DELIVRD"),
        (data({0x1E: b"00ab12\0", 0x427: b"\x05"}, esm_class=0), "00ab12", "UNDELIV"),
        (data({0x424: TEXT}), "00ab12", "DELIVRD"),
    ],
)
def test_a_receipt_by_data_sm_is_read(body: bytes, reference: str, state: str) -> None:
    told = receipt(Pdu(DATA, 0, 1, body))
    assert told is not None
    assert (told.reference, told.state) == (reference, state)


async def test_a_receipt_by_data_sm_is_kept_and_acknowledged() -> None:
    kept, said = Kept(), asyncio.Queue[Pdu]()

    async def talk(session: Session) -> None:
        await session.bound()
        for body in (data({0x1E: b"00ab12\0", 0x427: b"\x02"}), b"\0", data({}, esm_class=0)):
            session.say(DATA, body)
            said.put_nowait(await session.next())
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port, kept)
        await transport.open()
        answers = [await said.get() for _ in range(3)]
        await transport.close()
    assert [(each.command, each.status) for each in answers] == [(RESPONSE | DATA, 0)] * 3
    assert (await kept.next()).reference == "00ab12"
    assert kept.receipts.empty()


def test_what_is_no_receipt() -> None:
    assert receipt(Pdu(DELIVER, 0, 1, deliver(b"STOP", esm_class=0))) is None
    for length in range(12, len(deliver(b"")) - 1):
        with pytest.raises(UnreadablePdu):
            receipt(Pdu(DELIVER, 0, 1, deliver(b"")[:length]))


async def test_a_receipt_that_cannot_be_kept_stays_with_the_centre_and_the_session_goes_on() -> None:
    kept, statuses = Kept(), asyncio.Queue[int]()
    again = asyncio.Event()

    async def talk(session: Session) -> None:
        await session.bound()
        session.say(DELIVER, deliver(TEXT))
        statuses.put_nowait((await session.next()).status)
        await again.wait()
        for body in (deliver(TEXT), b"\0", deliver(b"STOP", esm_class=0)):
            session.say(DELIVER, body)
            statuses.put_nowait((await session.next()).status)
        session.answer(await session.next(), b"id-1\0")
        await session.next()

    kept.failing = True
    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port, kept)
        await transport.open()
        assert await statuses.get() == 0x64
        kept.failing = False
        again.set()
        assert (await kept.next()).reference == "00ab12"
        assert [await statuses.get() for _ in range(3)] == [0, 0, 0]
        assert isinstance(await sent(transport), Submitted)
        await transport.close()
    assert kept.receipts.empty()


async def test_a_receipt_may_come_before_the_answer_twice_and_in_any_order() -> None:
    kept = Kept()

    async def talk(session: Session) -> None:
        await session.bound()
        asked = [await session.next()]
        for ident in (b"2", b"1", b"1"):
            session.say(DELIVER, deliver(TEXT.replace(b"00ab12", ident)))
            await session.next()
        session.answer(asked[0], b"1\0")
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port, kept)
        assert await sent(transport) == Submitted(("1",), "ESME_ROK")
        assert [(await kept.next()).reference for _ in range(3)] == ["2", "1", "1"]
        await transport.close()


async def test_a_centre_of_hexadecimal_answers_and_decimal_receipts() -> None:
    kept = Kept()

    async def talk(session: Session) -> None:
        await session.bound()
        session.answer(await session.next(), b"0000002A\0")
        session.say(DELIVER, deliver(TEXT.replace(b"00ab12", b"0000000042")))
        await session.next()

    async with centre(talk) as port, asyncio.timeout(40):
        transport = smpp(port, kept, decimal=True)
        assert await sent(transport) == Submitted(("2a",), "ESME_ROK")
        assert (await kept.next()).reference == "2a"
        await transport.close()
