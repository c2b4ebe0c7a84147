"""How anybody checks what we say: the notary's checkpoint and keys, the proof of an event, and the program to check an
export with."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from services.portal.frame.access import Anyone
from shared.service.http.routes import router

pages = router()
PROGRAM = Path(__file__).resolve().parents[3] / "docs" / "verify.py"


@dataclass(frozen=True, slots=True)
class NotaryKey:
    """A key of the notary: as it is given to programs, and its fingerprint in groups, as people compare it."""

    vkey: str
    name: str
    key_id: str
    fingerprint: str
    since_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage:
    """What is signed now, and with which keys."""

    size: int
    root: str
    note: str
    keys: Sequence[NotaryKey]
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage:
    """The proof of an event: its place in the log, its hash, and the way from it to the signed root."""

    seq: int
    leaf: str
    steps: Sequence[str]
    size: int
    note: str
    keys: Sequence[NotaryKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsignedPage:
    """An event that no checkpoint covers: ``size`` is how many the newest one does."""

    seq: int
    size: int


@pages.get("/verify", include_in_schema=False)
async def verify(visitor: Anyone) -> Response:
    note = str(await visitor.known("notary", "/checkpoint", str))
    keys = await visitor.known("notary", "/keys", read_keys)
    size, root = read_head(note)
    lines = len(PROGRAM.read_text(encoding="utf-8").splitlines())
    view = VerifyPage(size=size, root=root, note=note, keys=keys, lines=lines)
    return visitor.page("window/verify.html", view, public=True)


@pages.get("/verify.py", include_in_schema=False)
async def program(_visitor: Anyone) -> Response:
    return FileResponse(PROGRAM, media_type="text/x-python; charset=utf-8", filename="verify.py")


@pages.get("/verify/checkpoint", include_in_schema=False)
async def checkpoint(visitor: Anyone) -> Response:
    return PlainTextResponse(str(await visitor.known("notary", "/checkpoint", str)))


@pages.get("/verify/keys", include_in_schema=False)
async def keys_of_the_notary(visitor: Anyone) -> Response:
    keys: Sequence[NotaryKey] = await visitor.known("notary", "/keys", read_keys)
    return PlainTextResponse("".join(f"{key.vkey}\n" for key in keys))


@pages.get("/verify/events/{seq:number}", include_in_schema=False)
async def proof(visitor: Anyone, seq: int) -> Response:
    said = await visitor.seek("notary", "/proof/inclusion", seq=seq)
    if said is None:
        size, _ = read_head(str(await visitor.get("notary", "/checkpoint")))
        return visitor.page("window/unsigned.html", UnsignedPage(seq=seq, size=size), status=404, public=True)
    keys = await visitor.known("notary", "/keys", read_keys)
    size, _ = read_head(said["checkpoint"])
    view = ProofPage(seq=seq, leaf=said["hash"], steps=said["proof"], size=size, note=said["checkpoint"], keys=keys)
    return visitor.page("window/proof.html", view, public=True)


@pages.get("/verify/events/{seq:number}.json", include_in_schema=False)
async def proof_as_json(visitor: Anyone, seq: int) -> Response:
    return JSONResponse(await visitor.get("notary", "/proof/inclusion", seq=seq))


def read_head(note: str) -> tuple[int, str]:
    """Size and root of a checkpoint (C2SP tlog-checkpoint: its second and third line)."""
    lines = note.splitlines()
    return int(lines[1]), lines[2]


def read_keys(answer: Mapping[str, Any]) -> tuple[NotaryKey, ...]:
    """The keys, from the notary's answer."""
    return tuple(_key(row["vkey"], row["since_size"]) for row in answer["keys"])


def _key(vkey: str, since_size: int) -> NotaryKey:
    """A verifier key is ``name+id+base64``; the base64 holds a byte for the algorithm, then the public key."""
    name, key_id, encoded = vkey.split("+", 2)
    digest = sha256(b64decode(encoded)[1:]).hexdigest()
    groups = " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))
    return NotaryKey(vkey, name, key_id, groups, since_size)


__all__ = ["NotaryKey", "pages", "read_head", "read_keys"]
