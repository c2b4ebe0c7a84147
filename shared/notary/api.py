"""The notary over HTTP: checkpoints and tiles as C2SP tlog-tiles has them, and proofs as JSON."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse, Response

from shared.contracts.core import Actor, Role
from shared.notary import reading, store
from shared.notary.checkpoint import Checkpoint
from shared.notary.follower import Notary, NotLeading
from shared.notary.merkle import HASH_SIZE, TILE_WIDTH
from shared.notary.note import Kind, Malformed, Unverified, Verifier, parse_note, verified
from shared.notary.reading import Absent, Signed
from shared.notary.refusal import Refused
from shared.service.identity import require
from shared.service.problems import Problem

_TILE = re.compile(r"(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?")
_LARGEST_NOTE = 65_536
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_NOTE = "text/plain; charset=utf-8"

Authenticate = Callable[[Request], Awaitable[Actor]]
Pool = Callable[[], "asyncpg.Pool[asyncpg.Record]"]
Seq = Annotated[int, Query(ge=1, le=2**62)]
Size = Annotated[int | None, Query(ge=0, le=2**62, description="Of a checkpoint; the newest where left out")]


def tree_routes(pool: Pool) -> APIRouter:
    """What everybody may read: it holds hashes only."""
    routes = APIRouter()
    _read_checkpoints(routes, pool)
    _read_tiles(routes, pool)
    _prove(routes, pool)
    return routes


def _read_checkpoints(routes: APIRouter, pool: Pool) -> None:
    @routes.get("/checkpoint", summary="The newest checkpoint, or that of a size, as a signed note")
    async def checkpoint(size: Size = None) -> Response:
        return _note(await _find(pool(), size))

    @routes.get("/checkpoints", summary="Sizes of the checkpoints")
    async def checkpoints(
        after: Annotated[int, Query(ge=-1)] = -1, limit: Annotated[int, Query(ge=1, le=10_000)] = 1000
    ) -> dict[str, list[int]]:
        sizes = await pool().fetch(
            "select size from notary.checkpoints where size > $1 order by size limit $2", after, limit
        )
        return {"sizes": [row[0] for row in sizes]}

    @routes.get("/keys", summary="The notary's verifier keys, in the order of their use")
    async def list_keys() -> dict[str, list[dict[str, Any]]]:
        rows = await pool().fetch("select vkey, since_size, added_at from notary.keys order by number")
        return {"keys": [dict(row) for row in rows]}


def _read_tiles(routes: APIRouter, pool: Pool) -> None:
    @routes.get("/tile/{level}/{place:path}", summary="A tile of the tree (C2SP tlog-tiles)")
    async def tile(level: int, place: str) -> Response:
        asked = _TILE.fullmatch(place)
        if asked is None or not 0 <= level < 8:
            raise _absent(f"there is no tile {level}/{place}")
        width = int(asked["width"] or TILE_WIDTH)
        try:
            found = await reading.read_tile(pool(), level, int(re.sub("[x/]", "", asked["index"])))
        except (Absent, asyncpg.DataError) as error:
            raise _absent(str(error)) from None
        if not found.width >= width or (asked["width"] and width >= TILE_WIDTH):
            raise _absent(f"tile {level}/{place} has {found.width} hashes")
        return Response(found.hashes[: width * HASH_SIZE], 200, _FOR_EVER, "application/octet-stream")


def _prove(routes: APIRouter, pool: Pool) -> None:
    @routes.get("/proof/inclusion", summary="That an event is in the tree of a checkpoint")
    async def inclusion(seq: Seq, size: Size = None) -> dict[str, Any]:
        signed = await _find(pool(), size)
        try:
            found = await reading.prove_inclusion(pool(), seq, signed.checkpoint.size)
        except Absent as error:
            raise _absent(str(error)) from None
        return {"seq": seq, "hash": found.leaf.hex(), "proof": _hex(found.path), "checkpoint": signed.note.encode()}

    @routes.get("/proof/consistency", summary="That a tree grew out of an earlier one")
    async def consistency(
        old: Annotated[int, Query(alias="from", ge=0, le=2**62)], new: Annotated[int, Query(alias="to", ge=0, le=2**62)]
    ) -> dict[str, Any]:
        try:
            proof = await reading.prove_consistency(pool(), old, new)
        except Absent as error:
            raise _absent(str(error)) from None
        return {"from": old, "to": new, "proof": _hex(proof)}


def stream_routes(pool: Pool, authenticate: Authenticate) -> APIRouter:
    """What names streams: for consumers, operators and auditors."""
    routes = APIRouter()

    async def reader(request: Request) -> Actor:
        return require(await authenticate(request), Role.CONSUMER, Role.OPERATOR, Role.AUDITOR)

    @routes.get(
        "/proof/stream",
        dependencies=[Depends(reader)],
        summary="That a stream has exactly its events, or none, at a checkpoint",
    )
    async def stream(stream: Annotated[str, Query(min_length=1, max_length=500)], size: Size = None) -> dict[str, Any]:
        signed = await _find(pool(), size)
        proof = await reading.prove_stream_at(pool(), stream, signed.checkpoint.size)
        return {"complete": proof.to_json(), "checkpoint": signed.note.encode()}

    return routes


def work_routes(pool: Pool, notary: Notary, authenticate: Authenticate, witnesses: tuple[Verifier, ...]) -> APIRouter:
    """What makes the notary do something."""
    routes = APIRouter()

    async def inspector(request: Request) -> Actor:
        return require(await authenticate(request), Role.OPERATOR, Role.AUDITOR)

    @routes.post("/checkpoint", dependencies=[Depends(inspector)], summary="Sign all that the log holds now")
    async def sign() -> Response:
        try:
            return _note(await notary.checkpoint())
        except NotLeading as error:
            raise _not_leading(error) from None
        except Refused as refused:
            raise _contradicted(refused) from None

    @routes.post("/check", dependencies=[Depends(inspector)], summary="Compare the log with the tree now")
    async def check(*, full: bool = False) -> dict[str, Any]:
        try:
            found = await notary.check(full=full)
        except NotLeading as error:
            raise _not_leading(error) from None
        return {"holds": found is None, "finding": asdict(found) | {"says": str(found)} if found else None}

    @routes.post("/cosignatures", status_code=201, summary="Leave a witness's cosignature under a checkpoint")
    async def cosign(request: Request, response: Response) -> dict[str, int]:
        """Takes a note: a stored checkpoint's text with cosignatures under it. Others' signatures are passed over."""
        size, added = await _cosign(pool(), await _body(request), witnesses)
        response.status_code = HTTPStatus.CREATED if added else HTTPStatus.OK
        return {"size": size, "added": added}

    return routes


async def _cosign(pool: asyncpg.Pool[asyncpg.Record], text: str, witnesses: tuple[Verifier, ...]) -> tuple[int, int]:
    try:
        note = parse_note(text)
        size = Checkpoint.parse(note.text).size
        keys = verified(note, witnesses)
    except Malformed as error:
        raise Problem(400, "note-is-well-formed", "The note is not well-formed", str(error)) from None
    except Unverified as error:
        raise Problem(403, "witness-is-known", "No cosignature of a known witness holds", str(error)) from None
    signed = await _find(pool, size)
    if signed.note.text != note.text:
        raise Problem(409, "checkpoint-is-ours", "The log's checkpoint of this size says something else")
    known = {(key.name, key.key_id) for key in keys if key.kind is Kind.WITNESS}
    added = 0
    async with pool.acquire() as connection:
        for each in note.signatures:
            if (each.name, each.key_id) in known:
                added += await store.add_cosignature(connection, size, each)  # type: ignore[arg-type]
    return size, added


async def _find(pool: asyncpg.Pool[asyncpg.Record], size: int | None) -> Signed:
    try:
        return await reading.find_note(pool, size)
    except Absent as error:
        raise _absent(str(error)) from None


async def _body(request: Request) -> str:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_NOTE:
            raise Problem(413, "note-is-short", f"A note has at most {_LARGEST_NOTE} bytes")
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Problem(400, "note-is-well-formed", "The note is not UTF-8") from None


def _note(signed: Signed) -> Response:
    return PlainTextResponse(signed.note.encode(), headers={"Cache-Control": "no-cache"}, media_type=_NOTE)


def _hex(hashes: list[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


def _absent(detail: str) -> Problem:
    return Problem(404, "notary-has-it", "The notary has no such thing", detail)


def _not_leading(error: NotLeading) -> Problem:
    return Problem(409, "notary-leads", "This notary does not lead; ask the one that does", f"it is: {error}")


def _contradicted(refused: Refused) -> Problem:
    return Problem(409, "log-is-as-signed", "The log contradicts what was signed; nothing is signed", str(refused))
