"""The notary as a process: over HTTP, killed in the middle, stopped politely, and its key rotated while it runs."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from deploy.local.forking import ForkedProcess
from deploy.local.ports import free_ports
from shared.contracts.core import Actor, Role
from shared.notary import merkle, proofs, streams
from shared.notary.checkpoint import Checkpoint, open_checkpoint
from shared.notary.keys import KeyRefused, key_in_force, load_key, rotate
from shared.notary.note import SignatureType, Signer, Verifier, parse_note, verified
from shared.notary.reading import Connection, keys, read_note, tree_size
from shared.notary.streams import AbsenceProof, StreamProof
from shared.service.identity.development_issuer import DevelopmentIssuer
from tests import starting
from tests.notary.conftest import until
from tests.notary.ledger import ORIGIN, Ledger, fill, opinion, tamper
from tests.servers import Database

AUDITOR = Actor("a", "a", "auditor:audit", frozenset({Role.AUDITOR}))
OFFICER = Actor("o", "o", "city:220100", frozenset({Role.CITY}))
WITNESS = Signer.new("witness.test", SignatureType.WITNESS)


class Process:
    """A notary's process, and a client of it with an auditor's token."""

    def __init__(self, process: ForkedProcess, client: httpx.AsyncClient, token: Callable[[Actor], str]):
        self.process, self.client, self.token = process, client, token

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.client.get(path, params=query)

    async def sign(self) -> str:
        answer = await self.client.post("/checkpoint")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def leads(self) -> bool:
        try:
            return bool((await self.client.get("/health")).json()["role"] == "leading")
        except httpx.TransportError:
            return False

    async def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 30)


Start = Callable[..., AbstractAsyncContextManager[Process]]


@pytest.fixture
def start(database: Database, tmp_path: Path) -> Start:
    @asynccontextmanager
    async def started(**extra: str) -> AsyncIterator[Process]:
        port = free_ports(1)[0]
        environment = {
            **os.environ,
            "JUQU_DATABASE_URL": database.url("notary"),
            "JUQU_REDIS_URL": "redis://unused",
            "JUQU_STATE_DIR": str(tmp_path),
            "JUQU_OIDC_ISSUER": "development",
            "JUQU_PORT": str(port),
            "JUQU_NOTARY_ORIGIN": ORIGIN,
            "JUQU_NOTARY_INTERVAL": "3600",
            "JUQU_NOTARY_WITNESSES": WITNESS.verifier.vkey,
            **extra,
        }
        process = await starting.start("services.notary.app", environment=environment)
        issuer = DevelopmentIssuer(tmp_path / "keys")
        headers = {"Authorization": f"Bearer {issuer.token(AUDITOR)}"}
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30, trust_env=False) as client:
            running = Process(process, client, issuer.token)
            try:
                yield running
            finally:
                await running.end(signal.SIGKILL)

    return started


@pytest.fixture
async def process(start: Start) -> AsyncIterator[Process]:
    async with start() as running:
        await until(running.leads, 60)
        yield running


async def known_keys(process: Process) -> list[Verifier]:
    return [Verifier.parse(each["vkey"]) for each in (await process.get("/keys")).json()["keys"]]


async def test_a_stranger_verifies_everything_over_http(owner: Connection, ledger: Ledger, process: Process) -> None:
    await fill(owner, 1, 700, streams=7)
    early = open_checkpoint(await process.sign(), await known_keys(process), ORIGIN)
    stream = await ledger.write(3, "mine")
    note = await process.sign()
    late = open_checkpoint(note, await known_keys(process), ORIGIN)
    truth = await opinion(owner)
    assert (late.size, late.root, late.streams) == (703, truth.root(), truth.stream_root())
    assert (await process.get("/checkpoint")).text == note
    assert (await process.get("/checkpoint")).headers["content-type"] == "text/plain; charset=utf-8"
    assert open_checkpoint((await process.get("/checkpoint", size=700)).text, await known_keys(process)) == early
    assert (await process.get("/checkpoints", after=0)).json() == {"sizes": [700, 703]}

    one = (await process.get("/proof/inclusion", seq=256)).json()
    proof = [bytes.fromhex(each) for each in one["proof"]]
    assert one["checkpoint"] == note
    assert proofs.verify_inclusion(truth.leaves[255], 255, 703, proof, late.root)
    grown = (await process.get("/proof/consistency", **{"from": 700, "to": 703})).json()
    proof = [bytes.fromhex(each) for each in grown["proof"]]
    assert proofs.verify_consistency(700, 703, early.root, late.root, proof)
    whole = (await process.get("/proof/stream", stream=stream)).json()
    leaves = [leaf for _, leaf in truth.streams[stream]]
    assert streams.verify_complete(StreamProof.from_json(whole["complete"]), leaves, late.streams)
    none = (await process.get("/proof/stream", stream=stream, size=700)).json()
    assert streams.verify_absence(AbsenceProof.from_json(none["complete"]), early.streams)


async def test_the_tree_is_read_by_its_tiles(owner: Connection, process: Process) -> None:
    await fill(owner, 1, 600)
    await process.sign()
    truth = await opinion(owner)
    full, part = await process.get("/tile/0/001"), await process.get("/tile/0/002.p/88")
    assert full.content == b"".join(truth.leaves[256:512])
    assert part.content == b"".join(truth.leaves[512:600])
    assert "immutable" in full.headers["cache-control"]
    assert (await process.get("/tile/0/002.p/7")).content == part.content[: 7 * 32]
    above = await process.get("/tile/1/000.p/2")
    assert above.content == merkle.tree_root(truth.leaves[:256]) + merkle.tree_root(truth.leaves[256:512])
    for missing in ("0/002", "0/002.p/89", "0/x001/002", "0/2", "0/002.p/256", "0/002.p/0", "9/000", "1/000", "x/000"):
        answer = await process.get(f"/tile/{missing}")
        assert answer.status_code in {404, 422}, missing
        assert answer.headers["content-type"] == "application/problem+json"


async def test_what_cannot_be_answered_is_a_problem(ledger: Ledger, process: Process) -> None:
    await ledger.write(2)
    await process.sign()
    asked = {
        "/proof/inclusion?seq=3": 404,
        "/proof/inclusion?seq=0": 422,
        "/proof/inclusion?seq=1&size=1": 404,
        "/proof/consistency?from=2&to=1": 404,
        "/proof/consistency?from=1&to=9": 404,
        "/proof/stream?stream=x&size=1": 404,
        "/checkpoint?size=1": 404,
    }
    for path, status in asked.items():
        answer = await process.client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path


NUMBERS = ["05", "+5", "-5", "5_0", " 5", "5.0", "5e0", "٥", "５", "0x5", "", "9" * 30, "9" * 5000, "1e400", "%00"]


async def test_a_number_has_one_spelling_and_anything_else_is_a_problem(ledger: Ledger, process: Process) -> None:
    await ledger.write(5)
    await process.sign()
    assert (await process.get("/checkpoint", size="5")).status_code == 200
    for number in NUMBERS:
        shown = number if number == "%00" else quote(number)
        for path in (
            f"/checkpoint?size={shown}",
            f"/checkpoints?after={shown}",
            f"/checkpoints?limit={shown}",
            f"/proof/inclusion?seq={shown}",
            f"/proof/inclusion?seq=1&size={shown}",
            f"/proof/consistency?from={shown}&to=5",
            f"/proof/consistency?from=1&to={shown}",
            f"/proof/stream?stream=intake/application/1&size={shown}",
            f"/tile/{shown}/000",
            f"/tile/0/{shown}",
            f"/tile/0/000.p/{shown}",
        ):
            answer = await process.client.get(path)
            assert answer.status_code in {400, 404, 422}, (path, answer.text)
            assert answer.headers["content-type"] == "application/problem+json", path


async def test_a_tile_s_name_and_a_note_of_any_length_are_answered(process: Process) -> None:
    origin, root = f"{ORIGIN}\n", f"{'A' * 43}=\nstreams {'A' * 43}=\n"
    for path in (f"/tile/0/{'x000/' * 2000}000", f"/tile/0/{'x999/' * 5}999", "/tile/0/x000/000/", "/tile/8/000"):
        assert (await process.client.get(path)).status_code in {404, 414, 422}, path[:40]
    for size in ("05", "+5", "5_0", "-5", "٥", "9" * 5000, "9" * 19, str(2**63), ""):
        body = f"{origin}{size}\n{root}"
        note = f"{body}\n{WITNESS.cosign(body, 1).line()}"
        answer = await process.client.post("/cosignatures", content=note.encode())
        assert answer.status_code in {400, 404}, (size[:30], answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_what_is_stored_and_cannot_be_read_is_named_and_health_is_503(
    owner: Connection, ledger: Ledger, process: Process, start: Start
) -> None:
    """A checkpoint, and a key: while it runs, and when it begins."""
    await ledger.write(4)
    await process.sign()
    body, vkey = await owner.fetchval("select body from notary.checkpoints where size = 4"), (await keys(owner))[0].vkey
    for spoil, mend, named in (
        (
            "update notary.checkpoints set body = 'nonsense' where size = 4",
            ("update notary.checkpoints set body = $1 where size = 4", body),
            "the checkpoint of size 4",
        ),
        (
            "update notary.keys set vkey = 'nonsense'",
            ("update notary.keys set vkey = $1", vkey),
            "a key that is listed",
        ),
    ):
        await tamper(owner, spoil)

        async def says_so(running: Process, named: str = named) -> bool:
            try:
                health = await running.get("/health")
            except httpx.TransportError:
                return False
            return health.status_code == 503 and named in health.json()["finding"]

        await until(lambda says_so=says_so: says_so(process))
        answer = await process.get("/checkpoint")
        assert answer.headers["content-type"] in {"application/problem+json", "text/plain; charset=utf-8"}
        assert answer.status_code == (503 if "checkpoint" in named else 200)
        assert (await process.client.post("/checkpoint")).status_code == 409
        async with start() as another:
            await until(lambda says_so=says_so, another=another: says_so(another), 60)
        await tamper(owner, *mend)
        checked = (await process.client.post("/check")).json()
        assert checked == {"holds": True, "finding": None}
        await until(process.leads)


async def test_whoever_may_not_is_turned_away(process: Process) -> None:
    async with httpx.AsyncClient(base_url=process.client.base_url, trust_env=False) as nobody:
        officer = {"Authorization": f"Bearer {process.token(OFFICER)}"}
        for method, path in (("POST", "/checkpoint"), ("POST", "/check"), ("GET", "/proof/stream?stream=x")):
            assert (await nobody.request(method, path)).status_code == 401
            assert (await nobody.request(method, path, headers=officer)).status_code == 403


async def test_a_witness_leaves_its_cosignature(ledger: Ledger, process: Process) -> None:
    await ledger.write(2)
    note = parse_note(await process.sign())
    cosigned = note.with_signatures(WITNESS.cosign(note.text, 1_772_413_200)).encode()
    first, again = [await process.client.post("/cosignatures", content=cosigned) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, {"size": 2, "added": 1})
    assert (again.status_code, again.json()) == (200, {"size": 2, "added": 0})
    stored = parse_note((await process.get("/checkpoint")).text)
    assert verified(stored, [WITNESS.verifier]) == [WITNESS.verifier]
    assert stored.signatures[:1] == note.signatures

    stranger = Signer.new("stranger.test", SignatureType.WITNESS)
    other = Checkpoint(ORIGIN, 2, bytes(32), bytes(32)).body()
    refused = {
        "nonsense": 400,
        note.with_signatures(stranger.cosign(note.text, 1)).encode(): 403,
        note.with_signatures(WITNESS.cosign(other, 1)).encode(): 403,
        parse_note(f"{other}\n{WITNESS.cosign(other, 1).line()}").encode(): 409,
        "x" * 70_000: 413,
    }
    for text, status in refused.items():
        assert (await process.client.post("/cosignatures", content=text)).status_code == status, text[:80]


async def test_killed_at_any_moment_it_goes_on_to_the_same_root(
    db: Connection, owner: Connection, start: Start
) -> None:
    await fill(owner, 1, 120_000, streams=500)
    sizes = []
    for _ in range(3):
        async with start() as running:
            before = await tree_size(db)
            await until(lambda before=before: _grown(db, before, 120_000), 60)
            await running.end(signal.SIGKILL)
            sizes.append(await tree_size(db))
    assert sizes == sorted(sizes)
    async with start() as running:
        await until(running.leads, 60)
        signed = open_checkpoint(await running.sign(), await known_keys(running), ORIGIN)
        checked = (await running.client.post("/check", params={"full": True})).json()
        assert checked == {"holds": True, "finding": None}
    truth = await opinion(owner)
    assert (signed.size, signed.root, signed.streams) == (120_000, truth.root(), truth.stream_root())


async def test_it_signs_when_it_is_told_to_end(db: Connection, ledger: Ledger, process: Process) -> None:
    await until(lambda: _signed(db, 0))
    await ledger.write(3)
    assert await process.end(signal.SIGTERM) in {0, -signal.SIGTERM}
    found = await read_note(db)
    assert found is not None
    assert found.checkpoint.size == 3


async def test_an_altered_event_is_told_to_everybody(owner: Connection, ledger: Ledger, process: Process) -> None:
    await ledger.write(4)
    await process.sign()
    await tamper(owner, "update log.events set office = 'nowhere' where seq = 2")
    checked = (await process.client.post("/check", params={"full": True})).json()
    assert checked["holds"] is False
    assert (checked["finding"]["kind"], checked["finding"]["seq"]) == ("altered", 2)
    health = await process.get("/health")
    assert health.status_code == 503
    assert "event 2" in health.json()["finding"]
    refused = await process.client.post("/checkpoint")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:juqu:rule:log-is-as-signed")
    assert (await process.get("/checkpoint")).status_code == 200, "what was signed stays to be read"


async def test_a_key_is_rotated_while_the_notary_runs(
    db: Connection, ledger: Ledger, process: Process, tmp_path: Path
) -> None:
    file = tmp_path / "keys" / "notary.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await ledger.write(2)
    await process.sign()
    done = await rotate(db, file)
    assert await known_keys(process) == await keys(db) == [done.old, done.new]
    handover = (await process.get("/checkpoint")).text
    assert handover == done.handover.encode()
    assert verified(parse_note(handover), [done.old, done.new]) == [done.old, done.new]
    await ledger.write(1, after=2)
    note = await process.sign()
    assert verified(parse_note(note), [done.old, done.new]) == [done.new]
    assert open_checkpoint(note, [done.new]).size == 3
    again = await rotate(db, file)
    assert (again.old, again.size) == (done.new, 3)
    assert load_key(file).verifier == again.new


async def test_a_rotation_that_was_cut_off_is_finished(
    db: Connection, ledger: Ledger, process: Process, tmp_path: Path
) -> None:
    file = tmp_path / "keys" / "notary.key"
    await process.sign()
    before = file.read_text()
    done = await rotate(db, file)
    file.with_name("notary.key.next").write_text(file.read_text())
    file.with_name("notary.key.next").chmod(0o600)
    file.write_text(before)
    assert (await key_in_force(db, file)).verifier == done.new
    assert load_key(file).verifier == done.new
    file.write_text(before)
    with pytest.raises(KeyRefused, match="is signed by"):
        await key_in_force(db, file)


async def test_a_wrong_key_signs_nothing(db: Connection, start: Start, ledger: Ledger, tmp_path: Path) -> None:
    async with start() as running:
        await until(running.leads, 60)
        await running.sign()
    (tmp_path / "keys" / "notary.key").write_text(Signer.new(ORIGIN).skey)
    async with start() as running:

        async def says_why() -> bool:
            try:
                health = await running.get("/health")
            except httpx.TransportError:
                return False
            return health.status_code == 503 and "is signed by" in health.json()["trouble"]

        await until(says_why, 60)
        assert (await running.client.post("/checkpoint")).status_code == 409


async def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notary.key"
    load_key(file, make_for=ORIGIN)
    assert load_key(file, make_for=ORIGIN) == load_key(file), "made once"
    file.chmod(0o644)
    with pytest.raises(KeyRefused, match="600"):
        load_key(file)
    with pytest.raises(KeyRefused, match="no key in"):
        load_key(tmp_path / "other.key")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUQU_NOTARY_ORIGIN", "two words"),
        ("JUQU_NOTARY_INTERVAL", "0"),
        ("JUQU_NOTARY_INTERVAL", "soon"),
        ("JUQU_NOTARY_KEY", "/nowhere/notary.key"),
        ("JUQU_NOTARY_WITNESSES", "nonsense"),
        pytest.param("JUQU_NOTARY_WITNESSES", Signer.new("x").verifier.vkey, id="JUQU_NOTARY_WITNESSES-of-a-log"),
    ],
)
async def test_a_wrong_setting_is_named(name: str, value: str, start: Start) -> None:
    async with start(**{name: value}) as running:
        assert await asyncio.wait_for(running.process.wait(), 60) == 1


async def _grown(db: Connection, before: int, limit: int) -> bool:
    size = await tree_size(db)
    return size > before or size == limit


async def _signed(db: Connection, size: int) -> bool:
    found = await read_note(db)
    return found is not None and found.checkpoint.size == size
