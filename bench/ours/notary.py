"""The notary catching up with a log that it has seen nothing of."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from bench.task import Round, Sample, Spec, Stopwatch, timed
from shared.notary.growing import Tree
from shared.notary.proofs import verify_inclusion
from shared.notary.reading import prove_inclusion


@asynccontextmanager
async def grow(spec: Spec) -> AsyncIterator[Round]:
    """Read ``size`` events, hash them, follow their streams, and store the tree, from nothing each round."""

    async def round_() -> Sample:
        await forget(spec.owner)
        reading, writing = await asyncpg.connect(spec.notary), await asyncpg.connect(spec.notary)
        try:
            tree = await Tree.load(reading, writing, 0)
            sample = await timed(_grow(tree, spec.size))
        finally:
            await reading.close()
            await writing.close()
        return sample

    yield round_


async def _grow(tree: Tree, until: int) -> int:
    while tree.size < until:
        await tree.grow(until)
    return tree.size


@asynccontextmanager
async def prove(spec: Spec) -> AsyncIterator[Round]:
    """Prove that an event is among the ``size`` of the stored tree, and verify the proof: any event, one at a time."""
    connection = await asyncpg.connect(spec.notary)
    root = (await Tree.load(connection, connection, spec.size)).frontier.root()
    chance = random.Random(1)  # noqa: S311
    watch = Stopwatch(1, spec.seconds)

    async def act(seq: int) -> None:
        proof = await prove_inclusion(connection, seq, spec.size)
        if not verify_inclusion(proof.leaf, seq - 1, spec.size, proof.path, root):
            raise AssertionError(f"the proof of event {seq} does not hold")

    yield lambda: watch.measure(lambda: chance.randint(1, spec.size), act)
    await connection.close()


async def forget(owner_url: str) -> None:
    """Empty the notary's tables, which refuse it to anybody but a superuser who puts the triggers to sleep."""
    connection = await asyncpg.connect(owner_url)
    try:
        names = await connection.fetch(
            "select format('notary.%I', tablename) from pg_tables where schemaname = 'notary'"
        )
        await connection.execute("set session_replication_role = replica")
        await connection.execute(f"truncate {', '.join(name for (name,) in names)}")
    finally:
        await connection.close()
