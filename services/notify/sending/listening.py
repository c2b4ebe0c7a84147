"""Being bound to the SMS centres also while nothing is sent: it is over that session that they bring receipts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from services.notify.channels.outcome import Listening, Misconfigured, ProviderDown
from services.notify.sending.providers import Provider
from services.notify.sending.sender import Pause
from shared.service.logs import logger_of

logger = logger_of("sending")

PAUSE = 1.0
"""Seconds after which it is looked again whether a session stands."""


async def keep_listening(providers: Iterable[Provider], pause: Pause) -> None:
    """Keep the sessions of providers that bring their receipts, for ever, each by itself: one that is silent keeps no
    other's receipts waiting."""
    listening = [(each, each.transport) for each in providers if isinstance(each.transport, Listening)]
    await asyncio.gather(*(_keep(*each, pause) for each in listening), asyncio.Event().wait())


async def _keep(provider: Provider, transport: Listening, pause: Pause) -> None:
    """Keep one session. A provider that cannot be reached is only tried again: whether messages are given to it is for
    whoever sends."""
    said = ""
    while True:
        try:
            if not provider.paused:
                await transport.listen()
                said = ""
        except Misconfigured as error:
            await pause(provider, str(error))
        except ProviderDown as error:
            if said != str(error):
                logger.info("not_listening", provider=provider.name, error=str(error))
            said = str(error)
        except Exception as error:  # a loop for ever outlives whatever it meets
            logger.warning("cannot listen now", provider=provider.name, exc_info=error)
        await asyncio.sleep(PAUSE)
