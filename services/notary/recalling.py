"""The memory at work: a notary recalls what it signed last before it signs again, whoever it took over from."""

from __future__ import annotations

from services.notary.settings import NotarySettings
from shared.notary import store
from shared.notary.checkpoint import Checkpoint
from shared.notary.keys import key_in_force
from shared.notary.memory import Recollection
from shared.notary.note import Signer, Verifier
from shared.notary.reading import Connection, SignedCheckpoint, keys, read_note
from shared.notary.selfcheck import check_grown


class Recall:
    """Holds the memory of one notary's settings against a database. Raises ``Refused`` where that cannot be used, or
    is missing although something was signed."""

    def __init__(self, settings: NotarySettings) -> None:
        self._settings = settings
        self._memory = settings.memory
        self._seen = -1

    @property
    def stamp(self) -> tuple[int, int, int] | None:
        """Another one as soon as the memory was put anew."""
        return self._memory.stamp

    async def before(self, connection: Connection, signer: Signer) -> Checkpoint | None:
        """The checkpoint that was signed last; None where nothing was signed yet."""
        listed = await keys(connection)
        return (await self._known(connection, [signer.verifier, *listed])).checkpoint

    async def keep(self, connection: Connection, newest: SignedCheckpoint | None) -> None:
        """Have the newest checkpoint remembered, where none that is larger is; a memory that cannot be written is
        found here, ahead of the next checkpoint. Raises ``NotRemembered``."""

        def put() -> None:
            known = self._memory.read() or Recollection()
            if newest is not None and newest.checkpoint.size >= known.size:
                self._memory.keep(newest.checkpoint, newest.note)
            elif known.checkpoint is not None and known.note is not None:
                self._memory.keep(known.checkpoint, known.note)
            else:
                self._memory.begin(known.accepted)

        await store.in_turn(connection, put)

    def remember(self, signed: SignedCheckpoint) -> None:
        """Remember what was signed just now. Raises ``NotRemembered``."""
        self._memory.keep(signed.checkpoint, signed.note)

    async def follow(self, connection: Connection) -> None:
        """Remember what another notary with the same key has signed, where it goes on from what is remembered. Raises
        ``KeyRefused`` where its key is another."""
        if not await keys(connection):
            return
        signer = await key_in_force(connection, self._settings.key)
        known = await self._known(connection, [signer.verifier, *await keys(connection)])
        newest = await read_note(connection)
        if newest is None or newest.checkpoint.size in {known.size, self._seen}:
            return
        if newest.checkpoint.size > known.size:
            if known.checkpoint is not None:
                await check_grown(connection, known.checkpoint, newest.checkpoint)
            await self.keep(connection, newest)
        self._seen = newest.checkpoint.size

    async def _known(self, connection: Connection, verifiers: list[Verifier]) -> Recollection:
        known = self._memory.read()
        if known is None:
            signed = await connection.fetchval(
                "select exists (select from notary.keys) or exists (select from notary.checkpoints)"
            )
            if signed:
                raise self._memory.forgotten()
            return Recollection()
        self._memory.check(known, self._settings.origin, verifiers)
        return known


__all__ = ["Recall"]
