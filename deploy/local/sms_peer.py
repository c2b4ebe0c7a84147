"""A real SMS centre (SMPP 3.4) for the demonstration and the tests: joins segments, sends receipts, keeps all it gets.

``python -m deploy.local.sms_peer --port 2775 --file FILE``. Each whole message becomes a line of FILE. The end of the
number chooses the trouble:

    ...4441   the submission is answered ESME_RMSGQFUL the first time, and taken afterwards
    ...5551   the submission is answered ESME_RINVDSTADR
    ...6661   the submission is taken, and never answered
    ...7771   the receipt says UNDELIV
    ...8881   no receipt comes
    ...9991   the receipt comes before the answer, and once more after it
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import smpp34
from smpp34._smpp34 import ESME_RINVDSTADR, ESME_RMSGQFUL

from deploy.local.supervisor import until_signalled

UDHI = 0x40
RECEIPT = 0x04


@dataclass(slots=True)
class SmsCentre:
    """Keeps messages in a file, a line each."""

    file: Path
    number: int = 0
    life: str = field(default_factory=lambda: secrets.token_hex(4))
    """Begins its message ids, so that they are not given again when it is started again."""
    _sessions: dict[str, smpp34.Esme] = field(default_factory=dict)
    _parts: dict[tuple[str, int, int], dict[int, bytes]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _unanswered: list[smpp34.SubmitSmEvent] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, server: smpp34.Server) -> None:
        """Serve for ever."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self._sessions[event.session_id] = event
            elif isinstance(event, smpp34.Unbound):
                self._sessions.pop(event.session_id, None)
            else:
                task = asyncio.create_task(self._take(event))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _take(self, event: smpp34.SubmitSmEvent) -> None:
        trouble = event.destination_addr[-4:]
        if trouble == "5551":
            event.reject(ESME_RINVDSTADR)
            return
        if trouble == "4441" and event.destination_addr not in self._seen:
            self._seen.add(event.destination_addr)
            event.reject(ESME_RMSGQFUL)
            return
        self.number += 1
        message_id = f"{self.life}{self.number:08x}"
        self._keep(event, message_id)
        if trouble == "6661":
            self._unanswered.append(event)
            return
        if trouble == "9991":
            await self._receipt(event, message_id, "DELIVRD")
        event.accept(message_id)
        if trouble != "8881" and event.registered_delivery & 1:
            await asyncio.sleep(0.01)
            await self._receipt(event, message_id, "UNDELIV" if trouble == "7771" else "DELIVRD")

    def _keep(self, event: smpp34.SubmitSmEvent, message_id: str) -> None:
        octets = event.short_message
        if not event.esm_class & UDHI:
            self._write(event, [message_id], octets.decode("utf-16-be"), 1)
            return
        reference, total, number = octets[3], octets[4], octets[5]
        parts = self._parts.setdefault((event.destination_addr, reference, total), {})
        parts[number] = octets[octets[0] + 1 :]
        if len(parts) == total:
            del self._parts[event.destination_addr, reference, total]
            whole = b"".join(parts[each] for each in sorted(parts))
            self._write(event, [message_id], whole.decode("utf-16-be"), total)

    def _write(self, event: smpp34.SubmitSmEvent, message_ids: list[str], text: str, segments: int) -> None:
        line = {
            "at": datetime.now(UTC).isoformat(),
            "to": event.destination_addr,
            "text": text,
            "segments": segments,
            "last_id": message_ids[-1],
        }
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

    async def _receipt(self, event: smpp34.SubmitSmEvent, message_id: str, state: str) -> None:
        session = self._sessions.get(event.session_id)
        if session is None:
            return
        now = datetime.now(UTC).strftime("%y%m%d%H%M")
        good = "001" if state == "DELIVRD" else "000"
        text = (
            f"id:{message_id} sub:001 dlvrd:{good} submit date:{now} done date:{now} stat:{state} "
            f"err:{'000' if state == 'DELIVRD' else '001'} text:"
        )
        await session.deliver_sm(
            event.source_addr,
            text.encode("ascii"),
            source_addr=event.destination_addr,
            esm_class=RECEIPT,
        )


async def serve_sms(port: int, file: Path, host: str = "127.0.0.1") -> tuple[smpp34.Server, asyncio.Task[None]]:
    """An SMS centre that runs until its task is cancelled and its server stopped."""
    server = smpp34.Server(host, port, system_id="sms-peer")
    await server.start()
    return server, asyncio.create_task(SmsCentre(file).run(server), name="sms centre")


async def _run(port: int, file: Path) -> None:
    server, task = await serve_sms(port, file)
    try:
        await until_signalled()
    finally:
        task.cancel()
        await server.stop()


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(description="An SMS centre that keeps every message in a file.")
    parser.add_argument("--port", type=int, default=2775)
    parser.add_argument("--file", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(_run(options.port, options.file))


if __name__ == "__main__":
    main()
