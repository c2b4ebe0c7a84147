"""Who reads a page or a list of a running system, over and over, one request at a time."""

from __future__ import annotations

import time

import httpx

from bench.contender import Contender
from bench.task import Sample
from bench.town import Town
from deploy.local.stack import PORTAL


class PageReader(Contender):
    """Asks a process of a town for one path: the portal as a person who is ``signed_in`` or a stranger does, a service
    with the officer's token. What comes back otherwise than with 200 is an error."""

    def __init__(
        self, name: str, town: Town, path: str, *, process: str = PORTAL, signed_in: bool = False, seconds: float
    ) -> None:
        super().__init__(name)
        self._town, self._path, self._process = town, path, process
        self._signed_in, self._seconds = signed_in, seconds
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        await self._town.open()
        if self._signed_in:
            self._client = await self._town.signed_in()
            return
        headers = {} if self._process == PORTAL else {"Authorization": f"Bearer {self._town.token()}"}
        address = self._town.stack.url(self._process)
        self._client = httpx.AsyncClient(base_url=address, headers=headers, timeout=60, trust_env=False)

    async def round(self) -> Sample:
        assert self._client is not None
        latencies = []
        began = time.monotonic()
        while (asked := time.monotonic()) < began + self._seconds:
            answer = await self._client.get(self._path)
            answer.raise_for_status()
            latencies.append((time.monotonic() - asked) * 1000)
        return Sample(done=len(latencies), began=began, ended=time.monotonic(), latencies=tuple(latencies))

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
        await self._town.close()


__all__ = ["PageReader"]
