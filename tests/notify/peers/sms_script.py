"""An SMS centre whose every word a test decides: binds, answers to submissions, receipts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from services.notify.channels.sms.smpp_pdu import Pdu
from tests.notify.peers.smpp_centre import DELIVER, ENQUIRE, RESPONSE, Session, centre, deliver

SUBMIT, UNBIND = 0x04, 0x06


@dataclass
class ScriptedCentre:
    """``bind`` is the status that binds are answered with. ``holds``: submissions are taken and not answered before
    ``answer_held``; ``drops``: the connection ends instead. Message n (from 1) is ``id-n``, unless all are
    ``nameless`` or the ``same``."""

    port: int = 0
    bind: int = 0
    holds: bool = False
    drops: bool = False
    nameless: bool = False
    same: str = ""
    submitted: list[Pdu] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    _held: list[tuple[Session, Pdu, str]] = field(default_factory=list)
    _sessions: list[Session] = field(default_factory=list)
    _acknowledged: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    _said: int = 100

    @property
    def url(self) -> str:
        """Where notify finds it."""
        return f"smpp://juqu:local@127.0.0.1:{self.port}"

    async def talk(self, session: Session) -> None:
        """One client's session."""
        session.answer(await session.next(), b"centre\0", self.bind)
        if self.bind:
            return
        self._sessions.append(session)
        try:
            while True:
                pdu = await session.next()
                if pdu.command == SUBMIT and not self._take(session, pdu):
                    return
                if pdu.command == DELIVER | RESPONSE:
                    self._acknowledged.pop(pdu.sequence).set_result(pdu.status)
                if pdu.command in {ENQUIRE, UNBIND}:
                    session.answer(pdu)
        finally:
            self._sessions.remove(session)
            for waiting in self._acknowledged.values():
                waiting.cancel()
            self._acknowledged.clear()

    def _take(self, session: Session, pdu: Pdu) -> bool:
        """Take or refuse a submission; false where the connection is to end."""
        if self.refusals:
            session.answer(pdu, b"", self.refusals.pop(0))
            return True
        self.submitted.append(pdu)
        if self.drops:
            return False
        message_id = "" if self.nameless else self.same or f"id-{len(self.submitted)}"
        if self.holds:
            self._held.append((session, pdu, message_id))
        else:
            session.answer(pdu, message_id.encode() + b"\0")
        return True

    def answer_held(self) -> None:
        """Answer what was held, whether anybody still listens or not."""
        for session, pdu, message_id in self._held:
            session.answer(pdu, message_id.encode() + b"\0")
        self._held.clear()

    async def receipt(self, message_id: str, state: str) -> int:
        """Send a receipt over the session that is open, and give the status that it was acknowledged with. Cancelled
        where the session ends before."""
        self._said += 1
        acknowledged: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._acknowledged[self._said] = acknowledged
        good = "001" if state == "DELIVRD" else "000"
        text = f"id:{message_id} sub:001 dlvrd:{good} submit date:1806111700 done date:1806111701 stat:{state} err:000"
        self._sessions[-1].say(DELIVER, deliver(text.encode()), self._said)
        return await acknowledged

    async def hang_up(self) -> None:
        """End every session."""
        for session in self._sessions:
            session.writer.close()
        while self._sessions:
            await asyncio.sleep(0.01)

    @property
    def bound(self) -> bool:
        """Whether somebody is in."""
        return bool(self._sessions)


@asynccontextmanager
async def scripted_centre(**settings: bool | int) -> AsyncIterator[ScriptedCentre]:
    """The centre, on a port of its own."""
    made = ScriptedCentre(**settings)  # type: ignore[arg-type]
    async with centre(made.talk) as made.port:
        yield made
