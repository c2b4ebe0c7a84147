"""The notary over HTTP: checkpoints and tiles as C2SP tlog-tiles has them, and proofs as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from services.notary.follower import Notary, NotLeading
from services.notary.shown import Checked, Consistency, Cosigned, InclusionProof, Keys, OfStream, Sizes
from shared.contracts.core import Role
from shared.notary import reading, store
from shared.notary.checkpoint import Checkpoint
from shared.notary.merkle import HASH_SIZE, TILE_WIDTH
from shared.notary.note import SignatureType, Unverified, Verifier, parse_note, verified
from shared.notary.reading import Absent, SignedCheckpoint
from shared.notary.refusal import SigningRefused
from shared.service.http.openapi import answers, problems
from shared.service.http.problems import Problem
from shared.service.http.requests import Exact, plain_text
from shared.service.http.routes import router
from shared.service.identity.callers import Caller, Identify

_TILE = re.compile(r"(?P<index>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?")
_LARGEST_NOTE = 65_536
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_NOTE = "text/plain; charset=utf-8"

LARGEST = 2**62
"""More events than any log will hold."""

Pool = Callable[[], "asyncpg.Pool[asyncpg.Record]"]


Seq = Annotated[int, Exact, Query(ge=1, le=LARGEST)]
Size = Annotated[int | None, Exact, Query(ge=0, le=LARGEST, description="Of a checkpoint; the newest where left out")]

_TILE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
_COSIGNED = answers(Cosigned) | {201: {"model": Cosigned}} | problems(400, 403, 404, 409, 413)
_NOTE_BODY = {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}


def install_refusals(app: FastAPI) -> None:
    """Answer what the notary stored and cannot read as a problem: 503, until somebody has looked."""

    async def answer(request: Request, refused: SigningRefused) -> JSONResponse:
        problem = Problem(
            503,
            "notary-is-sound",
            "What the notary keeps cannot be read",
            str(refused),
            title_zh="公证进程保存的内容无法读取",
            detail_zh="请值班人员按英文说明核查所列内容",
        )
        return problem.response(request.url.path)

    app.add_exception_handler(SigningRefused, answer)  # type: ignore[arg-type]


def tree_routes(pool: Pool) -> APIRouter:
    """What everybody may read: it holds hashes only."""
    routes = router()
    _read_checkpoints(routes, pool)
    _read_tiles(routes, pool)
    _prove(routes, pool)
    return routes


def _read_checkpoints(routes: APIRouter, pool: Pool) -> None:
    @routes.get(
        "/checkpoint",
        summary="The newest checkpoint, or that of a size, as a signed note",
        response_class=PlainTextResponse,
        responses=problems(404),
    )
    async def checkpoint(size: Size = None) -> Response:
        return _note(await _find(pool(), size))

    @routes.get("/checkpoints", summary="Sizes of the checkpoints", responses=answers(Sizes))
    async def checkpoints(
        after: Annotated[int, Exact, Query(ge=-1, le=LARGEST)] = -1,
        limit: Annotated[int, Exact, Query(ge=1, le=10_000)] = 1000,
    ) -> dict[str, list[int]]:
        sizes = await pool().fetch(
            "select size from notary.checkpoints where size > $1 order by size limit $2", after, limit
        )
        return {"sizes": [row[0] for row in sizes]}

    @routes.get("/keys", summary="The notary's verifier keys, in the order of their use", responses=answers(Keys))
    async def list_keys() -> dict[str, list[dict[str, Any]]]:
        rows = await pool().fetch("select vkey, since_size, added_at from notary.keys order by number")
        return {"keys": [dict(row) for row in rows]}


def _read_tiles(routes: APIRouter, pool: Pool) -> None:
    @routes.get(
        "/tile/{level}/{place:path}",
        summary="A tile of the tree (C2SP tlog-tiles)",
        response_class=Response,
        responses=_TILE_ANSWER,
    )
    async def tile(level: Annotated[int, Exact, Path(ge=0, le=7)], place: str) -> Response:
        asked = _TILE.fullmatch(place)
        if asked is None:
            raise _absent("a tile is named like 0/x001/067 or 0/x001/067.p/112 (C2SP tlog-tiles)")
        width = int(asked["width"] or TILE_WIDTH)
        try:
            tile = await reading.read_tile(pool(), level, int(re.sub("[x/]", "", asked["index"])))
        except Absent as error:
            raise _absent(str(error)) from None
        if not tile.width >= width or (asked["width"] and width >= TILE_WIDTH):
            raise _absent(f"tile {level}/{place} has {tile.width} hashes")
        return Response(tile.hashes[: width * HASH_SIZE], 200, _FOR_EVER, "application/octet-stream")


def _prove(routes: APIRouter, pool: Pool) -> None:
    @routes.get(
        "/proof/inclusion",
        summary="That an event is in the tree of a checkpoint",
        responses=answers(InclusionProof) | problems(404),
    )
    async def inclusion(seq: Seq, size: Size = None) -> dict[str, Any]:
        signed = await _find(pool(), size)
        try:
            proof = await reading.prove_inclusion(pool(), seq, signed.checkpoint.size)
        except Absent as error:
            raise _absent(str(error)) from None
        return {"seq": seq, "hash": proof.leaf.hex(), "proof": _hex(proof.path), "checkpoint": signed.note.encode()}

    @routes.get(
        "/proof/consistency",
        summary="That a tree grew out of an earlier one",
        responses=answers(Consistency) | problems(404),
    )
    async def consistency(
        old: Annotated[int, Exact, Query(alias="from", ge=0, le=LARGEST)],
        new: Annotated[int, Exact, Query(alias="to", ge=0, le=LARGEST)],
    ) -> dict[str, Any]:
        try:
            proof = await reading.prove_consistency(pool(), old, new)
        except Absent as error:
            raise _absent(str(error)) from None
        return {"from": old, "to": new, "proof": _hex(proof)}


def stream_routes(pool: Pool, authenticate: Identify) -> APIRouter:
    """What names streams: for consumers, operators and auditors."""
    routes = router()

    reader = Caller(authenticate, Role.CONSUMER, Role.OPERATOR, Role.AUDITOR)

    @routes.get(
        "/proof/stream",
        dependencies=[Depends(reader)],
        summary="That a stream has exactly its events, or none, at a checkpoint",
        responses=answers(OfStream) | problems(404),
    )
    async def stream(stream: Annotated[str, Query(min_length=1, max_length=500)], size: Size = None) -> dict[str, Any]:
        signed = await _find(pool(), size)
        proof = await reading.prove_stream_at(pool(), stream, signed.checkpoint.size)
        return {"complete": proof.to_json(), "checkpoint": signed.note.encode()}

    return routes


def work_routes(pool: Pool, notary: Notary, authenticate: Identify, witnesses: tuple[Verifier, ...]) -> APIRouter:
    """What makes the notary do something."""
    routes = router()

    inspector = Caller(authenticate, Role.OPERATOR, Role.AUDITOR)

    @routes.post(
        "/checkpoint",
        dependencies=[Depends(inspector)],
        summary="Sign all that the log holds now",
        response_class=PlainTextResponse,
        responses=problems(409),
    )
    async def sign() -> Response:
        try:
            return _note(await notary.checkpoint())
        except NotLeading as error:
            raise _not_leading(error) from None
        except SigningRefused as refused:
            raise _contradicted(refused) from None

    @routes.post(
        "/check",
        dependencies=[Depends(inspector)],
        summary="Compare the log with the tree now",
        responses=answers(Checked) | problems(409),
    )
    async def check(*, full: bool = False) -> dict[str, Any]:
        try:
            flaws = await notary.check(full=full)
        except NotLeading as error:
            raise _not_leading(error) from None
        return {"holds": flaws is None, "finding": asdict(flaws) | {"says": str(flaws)} if flaws else None}

    @routes.post(
        "/cosignatures",
        summary="Leave a witness's cosignature under a checkpoint",
        responses=_COSIGNED,
        openapi_extra={"requestBody": _NOTE_BODY},
    )
    async def cosign(request: Request, response: Response) -> dict[str, int]:
        """Takes a note: a stored checkpoint's text with cosignatures under it. Others' signatures are passed over."""
        size, added = await _cosign(pool(), await plain_text(request, _LARGEST_NOTE), witnesses)
        response.status_code = HTTPStatus.CREATED if added else HTTPStatus.OK
        return {"size": size, "added": added}

    return routes


async def _cosign(pool: asyncpg.Pool[asyncpg.Record], text: str, witnesses: tuple[Verifier, ...]) -> tuple[int, int]:
    try:
        note = parse_note(text)
        size = Checkpoint.parse(note.text).size
        keys = verified(note, witnesses)
    except ValueError as error:
        raise Problem(
            400,
            "note-is-well-formed",
            "The note is not well-formed",
            str(error),
            title_zh="签注格式不符合要求",
            detail_zh="须为C2SP signed-note格式的检查点",
        ) from None
    except Unverified as error:
        raise Problem(
            403,
            "witness-is-known",
            "No cosignature of a known witness holds",
            str(error),
            title_zh="没有已知见证人的有效签名",
            detail_zh="签名与已登记的见证人公钥不符",
        ) from None
    signed = await _find(pool, size)
    if signed.note.text != note.text:
        raise Problem(
            409,
            "checkpoint-is-ours",
            "The log's checkpoint of this size says something else",
            title_zh="该长度的检查点内容不同",
        )
    known = {(key.name, key.key_id) for key in keys if key.kind is SignatureType.WITNESS}
    added = 0
    async with pool.acquire() as connection:
        for each in note.signatures:
            if (each.name, each.key_id) in known:
                added += await store.add_cosignature(connection, size, each)  # type: ignore[arg-type]
    return size, added


async def _find(pool: asyncpg.Pool[asyncpg.Record], size: int | None) -> SignedCheckpoint:
    if size is not None and size > LARGEST:
        raise _absent("there is no checkpoint of this size")
    try:
        return await reading.find_note(pool, size)
    except Absent as error:
        raise _absent(str(error)) from None


def _note(signed: SignedCheckpoint) -> Response:
    return PlainTextResponse(signed.note.encode(), headers={"Cache-Control": "no-cache"}, media_type=_NOTE)


def _hex(hashes: list[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


def _absent(detail: str) -> Problem:
    return Problem(
        404,
        "notary-has-it",
        "The notary has no such thing",
        detail,
        title_zh="公证进程没有该内容",
        detail_zh="请核对长度、序号或路径",
    )


def _not_leading(error: NotLeading) -> Problem:
    return Problem(
        409,
        "notary-leads",
        "This notary does not lead; ask the one that does",
        str(error),
        title_zh="本公证进程不是主进程，请向主进程提出",
        detail_zh="主进程持有数据库中的锁",
    )


def _contradicted(refused: SigningRefused) -> Problem:
    return Problem(
        409,
        "log-is-as-signed",
        "The log contradicts what was signed; nothing is signed",
        str(refused),
        title_zh="日志与已签署内容不符，不予签署",
        detail_zh="请值班人员按英文说明核查所列内容",
    )
