"""The notary after a run: everything is signed, proven to whoever was told of it, and to a stranger with the export."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import httpx

from deploy.operator.log.export import export_log
from shared.contracts.core import Actor, Role
from shared.eventlog.codec import StoredEvent
from shared.notary.leaf import SELECT, leaf_data, leaf_hash
from shared.notary.note import Verifier
from shared.notary.proofs import verify_inclusion
from shared.notary.reading import Connection, SignedCheckpoint, find_note, keys, prove_inclusions
from shared.service.identity.development_issuer import DevelopmentIssuer
from tests.faults.said import Evidence

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "verify.py"
PATIENCE = 120.0
"""Seconds that a notary which was killed a moment ago may take to lead and sign again."""

_ROWS = f"select {SELECT} from log.events where seq = any($1::bigint[]) order by log.events.seq"
_OPERATOR = Actor("faults", "faults", "operator", frozenset({Role.OPERATOR}))


async def history_is_proven(
    log: Sequence[StoredEvent], evidence: Evidence, *, url: str, notary: str, folder: Path, issuer: DevelopmentIssuer
) -> list[str]:
    """The last checkpoint covers the log, each acknowledged event is in its tree, and the export of all is proven."""
    refused = await _sign(notary, issuer)
    if refused:
        return [refused]
    connection = await asyncpg.connect(url)
    try:
        signed = await find_note(connection)
        if signed.checkpoint.size != len(log):
            return [f"the notary signed {signed.checkpoint.size} events, the log has {len(log)}"]
        file = folder / "export.jsonl"
        with file.open("wb") as out:
            await export_log(connection, out, lambda _: None)
        verifiers = await keys(connection)
        told = sorted({each.seq for _, attempts in evidence.commands() for each in attempts if each.done and each.seq})
        return [
            *await _not_included(connection, signed, told),
            *await asyncio.to_thread(_not_proven, file, verifiers),
        ]
    finally:
        await connection.close()


async def _sign(notary: str, issuer: DevelopmentIssuer) -> str:
    """Have all that there is signed; gives why that is refused."""
    headers = {"Authorization": f"Bearer {issuer.token(_OPERATOR)}"}
    end = time.monotonic() + PATIENCE
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        while True:
            try:
                answer = await client.post(f"{notary}/checkpoint", headers=headers)
            except httpx.TransportError as error:
                said = repr(error)
            else:
                if answer.is_success:
                    return ""
                said = answer.text[:300]
            if time.monotonic() > end:
                return f"the notary does not sign: {said}"
            await asyncio.sleep(0.5)


async def _not_included(connection: Connection, signed: SignedCheckpoint, seqs: Sequence[int]) -> list[str]:
    """Acknowledged events that the last checkpoint's tree does not hold as they are."""
    size, root = signed.checkpoint.size, signed.checkpoint.root
    rows = await connection.fetch(_ROWS, list(seqs))
    proofs = await prove_inclusions(connection, seqs, size)
    found = {int(row["seq"]): leaf_hash(leaf_data(tuple(row))) for row in rows}
    return [
        f"seq {seq} was acknowledged and is not proven under the checkpoint of size {size}"
        for seq, proof in zip(seqs, proofs, strict=True)
        if seq not in found or not verify_inclusion(found[seq], seq - 1, size, proof.path, root)
    ]


def _not_proven(file: Path, verifiers: Sequence[Verifier]) -> list[str]:
    """What an auditor's program says against the export."""
    argv = [sys.executable, "-I", str(PROGRAM), str(file), *(each.vkey for each in verifiers)]
    ran = subprocess.run(argv, capture_output=True, text=True, timeout=600, check=False)
    return [f"the export is not proven: {ran.stdout or ran.stderr}"] if ran.returncode else []


__all__ = ["history_is_proven"]
