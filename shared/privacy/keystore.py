"""The persons' keys, in a database of their own that is backed up apart from the log.

A process remembers a key for ``lease`` seconds at most, counted from before it asked. So nobody opens anything of an
erased person once that time is over, whether or not word of the erasure reached them.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

import asyncpg

from shared.eventlog.batching import Together
from shared.eventlog.errors import EventLogError
from shared.eventlog.trouble import insist
from shared.expiring import ExpiringCache
from shared.privacy.cipher import KEY, Forged, PersonKey
from shared.privacy.identity import Identity
from shared.privacy.master import Master

T = TypeVar("T")

LEASE = 5.0
"""Seconds that a key is remembered."""

NOT_IN_FORCE = "JUQUM"
"""SQLSTATE: a key was to be kept under a master key that is not in force; the detail is the id in hex of the one that
is."""

_ROOM = 20_000
"""Holders, and keys, that are remembered at a time."""
_RESOLVE = "select person_id, key from keys.resolve_all($1)"


class PersonUnknown(EventLogError):
    """The key store has never heard of a person whose data is sealed: it is another one, or an older copy of it."""

    def __init__(self, person: UUID) -> None:
        super().__init__(f"the key store knows no person {person}; is it the one that belongs to this log?")
        self.person = person


class OtherMaster(EventLogError):
    """A person's key is wrapped under another master key than this process has."""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A living person of the key store."""

    person_id: UUID
    since: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose data it is, and the key; none where the person is erased."""

    person: UUID
    key: PersonKey | None


class KeyStore:
    """Connects when first used. Methods raise ``LogUnavailable`` when the server does not answer for ``patience``
    seconds. A copy in another process is a store of its own."""

    def __init__(
        self,
        url: str,
        master: Callable[[], Master],
        *,
        lease: float = LEASE,
        patience: float = 15.0,
        connections: int = 2,
    ) -> None:
        self.lease = lease
        self._url = url
        self._read_master = master
        self._master: Master | None = None
        self._patience = patience
        self._connections = connections
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._holders: ExpiringCache[tuple[bytes, ...], Holder] = ExpiringCache(lease, _ROOM)
        self._keys: ExpiringCache[UUID, Holder] = ExpiringCache(lease, _ROOM)
        self._resolve = Together(self._resolved)

    def __reduce__(self) -> tuple[Callable[..., KeyStore], tuple[object, ...]]:
        return _anew, (self._url, self._read_master, self.lease, self._patience, self._connections)

    @property
    def master(self) -> Master:
        """The master key, read once and when it was changed. Raises ``OSError``, ``ValueError``."""
        if self._master is None:
            self._master = self._read_master()
        return self._master

    async def close(self) -> None:
        """Let go of the connections and of every key."""
        self._holders.clear()
        self._keys.clear()
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    async def holder(self, identity: Identity) -> Holder:
        """Who an identity is, with a key made now for somebody new."""
        return self._holders.get(identity.handles) or await self._resolve(identity)

    async def _resolved(self, identities: Sequence[Identity]) -> list[Holder]:
        """Who identities are, asked in one round trip."""
        now = time.monotonic()
        rows = await self._rows_of(identities)
        holders = [self._holder(person, key, now) for person, key in rows]
        for identity, holder in zip(identities, holders, strict=True):
            self._holders.put(identity.handles, holder, since=now)
            # The surest handle is the holder's now, whoever had it before: by it alone it is the same person.
            self._holders.put(identity.handles[:1], holder, since=now)
        return holders

    async def _rows_of(self, identities: Sequence[Identity], under: bytes = b"") -> list[asyncpg.Record]:
        """As ``_RESOLVE`` gives them. Another master key may be in force meanwhile: then that is read and used."""
        wanted = [self._wanted(identity, under) for identity in identities]
        try:
            return await self._ask(lambda pool: pool.fetch(_RESOLVE, wanted))
        except asyncpg.PostgresError as error:
            if error.sqlstate != NOT_IN_FORCE or under:
                raise
            self._master = None
            return await self._rows_of(identities, bytes.fromhex(error.as_dict()["detail"]))

    def _wanted(self, identity: Identity, under: bytes) -> tuple[object, ...]:
        fresh = uuid4()
        try:
            wrapped = self.master.wrap(secrets.token_bytes(KEY), fresh, under)
        except Forged as error:
            raise OtherMaster(str(error)) from None
        return list(identity.handles), list(identity.lasting), list(identity.traits), fresh, wrapped

    async def keys(self, persons: Iterable[UUID]) -> dict[UUID, PersonKey | None]:
        """Everybody's key, none where the person is erased. Raises ``PersonUnknown``."""
        now = time.monotonic()
        wanted = set(persons)
        keys = {person: holder.key for person in wanted if (holder := self._keys.get(person)) is not None}
        missing = list(wanted - keys.keys())
        if missing:
            rows = await self._ask(lambda pool: pool.fetch("select person_id, key from keys.keys_of($1)", missing))
            keys |= {person: self._holder(person, key, now).key for person, key in rows}
            for person in missing:
                if person not in keys:
                    raise PersonUnknown(person)
        return keys

    async def having(self, trait: bytes) -> list[KnownPerson]:
        """The living persons with a trait, the oldest first; for operators."""
        rows = await self._ask(lambda pool: pool.fetch("select person_id, created_at from keys.having($1)", trait))
        return [KnownPerson(*row) for row in rows]

    async def destroyed(self) -> dict[UUID, str]:
        """The erased persons with the legal basis of each, in that order; for operators."""
        rows = await self._ask(lambda pool: pool.fetch("select person_id, legal_basis from keys.destroyed()"))
        return dict(map(tuple, rows))

    async def destroy(self, person: UUID, legal_basis: str) -> bool:
        """Destroy a person's key for good, and rewrite its table; for operators. Again: ``False``.

        Raises ``PersonUnknown``.
        """
        done = await self._ask(lambda pool: pool.fetchval("select keys.destroy($1, $2)", person, legal_basis))
        if done is None:
            raise PersonUnknown(person)
        await self._ask(lambda pool: pool.execute("vacuum full keys.wrapped"))
        self._keys.pop(person)
        self._holders.clear()
        return bool(done)

    def _unwrap(self, wrapped: bytes, person: UUID) -> bytes:
        """A person's key, by the master key as it is now where that was changed."""
        try:
            return self.master.unwrap(wrapped, person)
        except Forged:
            self._master = None
        try:
            return self.master.unwrap(wrapped, person)
        except Forged as error:
            raise OtherMaster(str(error)) from None

    def _holder(self, person: UUID, wrapped: bytes | None, now: float) -> Holder:
        """A person and their key, remembered from ``now`` on."""
        known = self._keys.get(person)
        if wrapped is None:
            holder = Holder(person, None)
        elif known is not None and known.key is not None:
            holder = known
        else:
            holder = Holder(person, PersonKey(self._unwrap(wrapped, person)))
        self._keys.put(person, holder, since=now)
        return holder

    async def _ask(self, question: Callable[[asyncpg.Pool[asyncpg.Record]], Awaitable[T]]) -> T:
        async def attempt() -> T:
            if self._pool is None:
                self._pool = asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._connections,
                    timeout=5,
                    reset=_leave_as_is,
                    server_settings={"application_name": "juqu keys", "jit": "off"},
                )
            return await question(await self._pool)

        return await insist(attempt, self._patience)


async def _leave_as_is(_connection: object) -> None:
    """Calls of functions leave nothing behind on a connection."""


def _anew(url: str, master: Callable[[], Master], lease: float, patience: float, connections: int) -> KeyStore:
    """A key store as it was made, without its connections and keys: what another process gets."""
    return KeyStore(url, master, lease=lease, patience=patience, connections=connections)


__all__ = ["LEASE", "Holder", "KeyStore", "KnownPerson", "OtherMaster", "PersonUnknown"]
