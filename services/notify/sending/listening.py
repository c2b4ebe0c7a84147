"""Keeping sessions with the SMS centres while nothing is sent: it is over them that receipts come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from services.notify.channels.outcome import Misconfigured, ProviderDown, ReceiptSource
from services.notify.sending.attempts import Pause
from services.notify.sending.providers import Provider
from shared.retrying import Pauses, run_for_ever
from shared.service.logs import logger_of

logger = logger_of("sending")

LOOK_AGAIN = 1.0
"""How long to wait before looking again whether a session stands."""


async def keep_listening(providers: Iterable[Provider], pause: Pause) -> None:
    """Keep the sessions of providers that bring their receipts, for ever, each by itself: a silent one keeps no other's
    receipts waiting."""
    listeners = [
        _Listener(provider, provider.transport, pause)
        for provider in providers
        if isinstance(provider.transport, ReceiptSource)
    ]
    await asyncio.gather(*(listener.run() for listener in listeners), asyncio.Event().wait())


class _Listener:
    """Keeps one session. A provider that cannot be reached is only tried again: whether messages are given to it is for
    the sender."""

    def __init__(self, provider: Provider, transport: ReceiptSource, pause: Pause) -> None:
        self._provider = provider
        self._transport = transport
        self._pause = pause
        self._down = ""

    async def run(self) -> None:
        """Listen for ever."""
        await run_for_ever(self._listen, troubled=self._troubled, pauses=Pauses(LOOK_AGAIN), rest=LOOK_AGAIN)

    async def _listen(self) -> None:
        if self._provider.paused:
            return
        try:
            await self._transport.listen()
            self._down = ""
        except Misconfigured as error:
            await self._pause(self._provider, str(error))

    def _troubled(self, error: Exception) -> None:
        if not isinstance(error, ProviderDown):
            logger.warning("cannot listen now", provider=self._provider.name, exc_info=error)
            return
        if self._down != str(error):
            logger.info("not_listening", provider=self._provider.name, error=str(error))
        self._down = str(error)
