"""Appending to Redis Streams so that each stream stays one gap-free copy of its part of the log.

The last id that a stream has given out is the publisher's cursor, kept by Redis itself: a batch is appended only if
that id is the expected one; otherwise the answer is the actual id. So two publishers cannot harm each other, nothing is
appended twice, and the next call notices a flushed or replaced server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import hiredis
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError

NOTHING = "0-0"
"""The last id of a stream that does not exist."""

_APPEND = """
local tails, open = {}, {}
for stream = 1, #KEYS do
  local tail = '0-0'
  if redis.call('EXISTS', KEYS[stream]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[stream])
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then tail = info[i + 1] break end
    end
  end
  tails[stream] = tail
  open[stream] = tail == ARGV[stream]
end
local cursor = #KEYS + 1
while cursor < #ARGV do
  local seq, copies, width = ARGV[cursor], tonumber(ARGV[cursor + 1]), tonumber(ARGV[cursor + 2])
  local first = cursor + 3 + 2 * copies
  for index = cursor + 3, first - 2, 2 do
    local stream = tonumber(ARGV[index])
    if open[stream] then
      tails[stream] = redis.call('XADD', KEYS[stream], seq .. '-0', 'specversion', '1.0', 'seq', seq,
        'prev', ARGV[index + 1], unpack(ARGV, first, first + width - 1))
    end
  end
  cursor = first + width
end
return tails
"""


class Batch:
    """Events to append, each to some of several streams, if those end where they are expected to end.

    ``ends`` are streams and the last ids that they have given out. A batch without events only asks.
    """

    __slots__ = ("_numbers", "_tails", "_words", "events", "expected", "streams")

    def __init__(self, ends: Mapping[str, str]) -> None:
        self.streams = list(ends)
        self.expected = list(ends.values())
        self.events = 0
        self._numbers = {stream: str(number) for number, stream in enumerate(self.streams, 1)}
        self._tails = dict(ends)
        self._words: list[str] = []

    def add(self, seq: int, prevs: Mapping[str, int], words: Sequence[str]) -> None:
        """Add an event under ``<seq>-0``: to the streams of ``prevs``, each with the seq before it there; ``words`` are
        the fields after ``specversion``, ``seq`` and ``prev``, name and value in turn."""
        self.events += 1
        tail_id = entry_id(seq)
        self._words += (str(seq), str(len(prevs)), str(len(words)))
        for stream, prev in prevs.items():
            self._words += (self._numbers[stream], str(prev))
            self._tails[stream] = tail_id
        self._words += words

    @property
    def tails(self) -> list[str]:
        """The streams' last ids once this batch is in."""
        return list(self._tails.values())

    def packed(self) -> bytes:
        """The call of the server, as it goes over the wire (RESP)."""
        call = ("EVAL", _APPEND, str(len(self.streams)), *self.streams, *self.expected, *self._words)
        made: bytes = hiredis.pack_command(call)  # type: ignore[arg-type]
        return made


class StreamAppender:
    """One connection to Redis that appends batches, each packed at once: a fifth of the time a pipeline takes.

    A batch may be sent before the one before it is answered; where that one is refused it is refused, too, because its
    streams do not end where it expects. Every method raises ``redis.exceptions.RedisError`` or ``OSError``; the next
    call then connects anew.
    """

    def __init__(self, redis_url: str, *, timeout: float = 5.0) -> None:
        self.redis = Redis.from_url(
            redis_url, decode_responses=True, socket_timeout=timeout, socket_connect_timeout=timeout
        )
        self._connection: AbstractConnection | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._drop()
        await self.redis.aclose()

    async def append(self, batch: Batch) -> list[str]:
        """Send a batch and give its answer; nothing may be under way."""
        await self.send(batch)
        return await self.answer()

    async def send(self, batch: Batch) -> None:
        """Send a batch; ``answer`` gives the answers in turn."""
        try:
            if self._connection is None:
                self._connection = await self.redis.connection_pool.get_connection()  # type: ignore[no-untyped-call]
            await self._connection.send_packed_command([batch.packed()])
        except BaseException:
            await self._drop()
            raise

    async def answer(self) -> list[str]:
        """The last id of each stream of the oldest batch without an answer: its own ``tails``, or where a stream did
        not end as expected the one found, and then nothing was appended there."""
        if self._connection is None:
            raise RedisConnectionError("the connection was lost before the answer")
        try:
            return [str(tail_id) for tail_id in await self._connection.read_response()]
        except BaseException:
            await self._drop()
            raise

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.disconnect(nowait=True)
            await self.redis.connection_pool.release(connection)


def seq_of(entry_id: str) -> int:
    """The ``seq`` in an entry id; raises ``ValueError`` for something else than an entry id."""
    return int(entry_id.partition("-")[0])


def entry_id(seq: int) -> str:
    """The entry id of a ``seq``, the same in every stream."""
    return f"{seq}-0"
