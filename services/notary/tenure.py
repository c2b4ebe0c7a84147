"""What a notary does while it leads: grows the tree by what the log has, and signs when it is time."""

from __future__ import annotations

import time

from services.notary.recalling import Recall
from services.notary.settings import NotarySettings
from shared.notary import selfcheck, store
from shared.notary.checkpoint import Checkpoint
from shared.notary.growing import Tree
from shared.notary.keys import KeyRefused, key_in_force
from shared.notary.note import Note, Signer
from shared.notary.reading import Connection, SignedCheckpoint, read_note
from shared.notary.refusal import Flaw, SigningRefused
from shared.notary.streams import TopTree
from shared.service.logs import logger_of

logger = logger_of("notary")


class Tenure:
    """One term of leadership. ``newest`` is the newest checkpoint, ``head`` the log's end as last seen.

    After whatever a method raises it is of no more use: its tree may be ahead of the store.
    """

    def __init__(
        self,
        settings: NotarySettings,
        recall: Recall,
        tree: Tree,
        top: TopTree,
        newest: SignedCheckpoint | None,
        *,
        head: int,
    ) -> None:
        self.tree = tree
        self.newest = newest
        self.head = head
        self._settings = settings
        self._recall = recall
        self._top = top
        self._signed_at = time.monotonic()

    @property
    def signed(self) -> int:
        """Size of the newest checkpoint; -1 where there is none."""
        return -1 if self.newest is None else self.newest.checkpoint.size

    @property
    def due(self) -> float:
        """Seconds until the next checkpoint is due, below 0 where it is late."""
        return self._settings.interval - (time.monotonic() - self._signed_at)

    async def advance(self, most: int) -> None:
        """Take in the next page, and sign if it is time: because of the interval, or ``most`` events."""
        head = await self.look()
        if head > self.tree.size:
            await self.tree.grow(head)
        else:
            await self._still_signed()
        if self.tree.promised is not None:
            return
        grown = self.tree.size - max(self.signed, 0)
        first = self.newest is None and self.tree.size == head
        if first or (grown and (self.due <= 0 or grown >= most)):
            await self.sign()

    async def look(self) -> int:
        """The log's end. Raises ``SigningRefused`` where it is before the tree's."""
        self.head = int(await self.tree.writing.fetchval("select seq from log.head()"))
        if self.head < self.tree.size:
            raise SigningRefused(Flaw("shorter", self.head + 1))
        return self.head

    async def sign(self) -> SignedCheckpoint:
        """The checkpoint of the tree as it is, made where there is none of its size."""
        size, connection = self.tree.size, self.tree.writing
        if size == self.signed and (stored := await read_note(connection, size)) is not None:
            return stored
        signer = await signing_key(connection, self._settings)
        root = self.tree.frontier.root()
        await selfcheck.check_some(connection, size, root, samples=1)
        change = await self.tree.change(self._top, max(self.signed, 0))
        self._top.update(change.buckets)
        made = Checkpoint(self._settings.origin, size, root, self._top.root)
        signature = signer.sign(made.body())
        signed = SignedCheckpoint(made, Note(made.body(), (signature,)))
        await store.put_checkpoint(
            connection,
            made,
            change,
            before=self.signed,
            signer=signer.verifier,
            signature=signature,
            remember=lambda: self._recall.remember(signed),
        )
        self.tree.heads.settled()
        self.newest, self._signed_at = signed, time.monotonic()
        logger.info("notary.signed", size=size, streams=len(change.entries), root=made.root.hex())
        return signed

    async def _still_signed(self) -> None:
        """Raises ``SigningRefused`` where the newest checkpoint is not what it was, or it or a key cannot be read.

        Raises what ``signing_key`` raises, and ``Overtaken``, too.
        """
        await signing_key(self.tree.writing, self._settings)
        stored = await read_note(self.tree.writing)
        if stored is not None and stored.checkpoint.size > self.signed:
            raise store.Overtaken("another notary has signed meanwhile")
        if (stored and stored.note.text) != (self.newest and self.newest.note.text):
            detail = f"the checkpoint of size {self.signed} is not as it was stored"
            raise SigningRefused(Flaw("signature", None, detail))


async def signing_key(connection: Connection, settings: NotarySettings) -> Signer:
    """The key in force, made where there is none yet. Raises ``KeyRefused``, also where it is of another origin."""
    signer = await key_in_force(connection, settings.key, make_for=settings.origin)
    if signer.name != settings.origin:
        raise KeyRefused(f"the key is named {signer.name}, and the log {settings.origin}")
    return signer


__all__ = ["Tenure", "signing_key"]
