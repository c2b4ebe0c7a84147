"""A mail server that takes every mail and keeps none: ``python -m bench.raw.mail_server PORT``. It is aiosmtpd."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session


class Taker:
    """aiosmtpd's handler."""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Take it."""
        return "250 2.0.0 taken"


async def serve(port: int) -> None:
    """Serve for ever."""
    loop = asyncio.get_running_loop()
    taker = Taker()
    server = await loop.create_server(lambda: SMTP(taker, hostname="bench", loop=loop), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
