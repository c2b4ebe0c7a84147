"""Signed notes against the vectors of golang.org/x/mod/sumdb/note, checkpoints, and witnesses' cosignatures."""

from __future__ import annotations

import pytest

from shared.notary.checkpoint import Checkpoint, open_checkpoint
from shared.notary.note import (
    Malformed,
    Note,
    Signature,
    SignatureType,
    Signer,
    Unverified,
    Verifier,
    cosigned,
    parse_note,
    parse_signature,
    verified,
)
from tests.notary.judges import THE_PROGRAM

VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = (
    f"{TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ROOT = Checkpoint("juqu.example/log", 42, bytes(range(32)), bytes(32))


def test_the_published_note_is_reproduced_and_holds() -> None:
    signer = Signer.parse(SKEY)
    assert (signer.skey, signer.verifier.vkey) == (SKEY, VKEY)
    assert Note(TEXT, (signer.sign(TEXT),)).encode() == NOTE
    assert verified(parse_note(NOTE), [Verifier.parse(VKEY)]) == [signer.verifier]
    assert parse_note(NOTE).encode() == NOTE


def test_a_changed_text_does_not_hold() -> None:
    with pytest.raises(Unverified):
        verified(parse_note(NOTE.replace("answer", "Answer")), [Verifier.parse(VKEY)])


def test_a_stranger_s_signature_is_passed_over_but_is_not_enough() -> None:
    stranger = Signer.new("stranger")
    note = parse_note(NOTE).with_signatures(stranger.sign(TEXT))
    assert verified(note, [Verifier.parse(VKEY)]) == [Verifier.parse(VKEY)]
    assert note.with_signatures(stranger.sign(TEXT)) == note
    with pytest.raises(Unverified):
        verified(Note(TEXT, (stranger.sign(TEXT),)), [Verifier.parse(VKEY)])


@pytest.mark.parametrize(
    "mangled",
    [
        "",
        "PeterNeumann",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("+ARpc", "+AhRpc"),
        VKEY[:-1],
        VKEY.replace("Peter", "Peter "),
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_mangled_key_is_refused(mangled: str) -> None:
    with pytest.raises(Malformed):
        Verifier.parse(mangled)


@pytest.mark.parametrize("mangled", ["", VKEY, SKEY[:-4], SKEY.replace("c74f20a3", "c74f20a4")])
def test_a_mangled_private_key_is_refused_without_being_shown(mangled: str) -> None:
    with pytest.raises(Malformed) as refused:
        Signer.parse(mangled)
    assert "AYEK" not in str(refused.value)
    assert "AYEK" not in repr(Signer.parse(SKEY))


@pytest.mark.parametrize(
    "mangled",
    [
        "",
        TEXT,
        NOTE[:-1],
        NOTE + "\n",
        NOTE.replace("— ", "- "),
        NOTE.replace("x08go", "x08g"),
        NOTE.replace("answer", "answ\ter"),
        NOTE.replace("PeterNeumann ", "Peter+Neumann "),
        TEXT + "\n— PeterNeumann AAAA\n",
        TEXT + "\n" + NOTE.rpartition("\n\n")[2] * 101,
        TEXT + "\n" + NOTE.rpartition("\n\n")[2] * 2,
        TEXT + "a" * 70_000 + "\n\n" + NOTE.rpartition("\n\n")[2],
        NOTE.replace("PeterNeumann ", "Peter\u00a0Neumann "),
        NOTE.replace("PeterNeumann ", "Peter\u200bNeumann "),
        NOTE.replace("PeterNeumann ", "Peter" * 50 + " "),
    ],
)
def test_a_mangled_note_is_refused(mangled: str) -> None:
    with pytest.raises(Malformed):
        parse_note(mangled)


def test_a_checkpoint_reads_as_it_is_written() -> None:
    assert ROOT.body() == (
        "juqu.example/log\n42\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        "streams AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    )
    assert Checkpoint.parse(ROOT.body()) == ROOT
    assert Checkpoint.parse(ROOT.body() + "later extension\n") == ROOT


@pytest.mark.parametrize(
    "mangled",
    [
        "",
        ROOT.body()[:-1],
        ROOT.body().replace("42", "042"),
        ROOT.body().replace("42", "-1"),
        ROOT.body().replace("42", "+42"),
        ROOT.body().replace("42", "4_2"),
        ROOT.body().replace("42", "42 "),
        ROOT.body().replace("42", "4" * 19),
        ROOT.body().replace("42", "4" * 5000),
        ROOT.body().replace("juqu.example/log", "juqu.example log"),
        ROOT.body().replace("juqu.example/log", "juqu.example\u202e/log"),
        ROOT.body().replace("42", "٤٢"),
        ROOT.body().replace("streams ", ""),
        ROOT.body().replace("AAECA", "AAEC"),
        ROOT.body().replace("juqu.example/log", ""),
    ],
)
def test_a_mangled_checkpoint_is_refused(mangled: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(mangled)


def test_a_checkpoint_holds_by_the_log_s_key_only() -> None:
    signer, witness = Signer.new("juqu.example/log"), Signer.new("witness.example", SignatureType.WITNESS)
    known = [signer.verifier, witness.verifier]
    body = ROOT.body()
    alone = Note(body, (witness.cosign(body, 1_772_413_200),))
    both = alone.with_signatures(signer.sign(body))
    assert open_checkpoint(both.encode(), known, "juqu.example/log") == ROOT
    assert verified(both, known) == [witness.verifier, signer.verifier]
    for note, origin in ((alone, None), (both, "juqu.example/other")):
        with pytest.raises(Unverified):
            open_checkpoint(note, known, origin)


def test_a_key_signs_once_in_any_order() -> None:
    signer = Signer.new("juqu.example/log")
    right, wrong = signer.sign(ROOT.body()), signer.sign("another text\n")
    for signatures in ((right, wrong), (wrong, right), (right, right)):
        with pytest.raises(Malformed, match="twice"):
            parse_note(Note(ROOT.body(), signatures).encode())
        with pytest.raises(Unverified):
            verified(Note(ROOT.body(), signatures), [signer.verifier])


def test_a_checkpoint_is_of_the_log_that_its_key_is_named_after() -> None:
    signer = Signer.new("juqu.example/other")
    note = Note(ROOT.body(), (signer.sign(ROOT.body()),))
    with pytest.raises(Unverified, match="its key is of juqu"):
        open_checkpoint(note, [signer.verifier])


@pytest.mark.parametrize(
    ("origin", "size", "root", "streams"),
    [
        ("", 1, bytes(32), bytes(32)),
        ("a b", 1, bytes(32), bytes(32)),
        ("a\n1", 1, bytes(32), bytes(32)),
        ("a", -1, bytes(32), bytes(32)),
        ("a", 10**18, bytes(32), bytes(32)),
        ("a", 1, bytes(31), bytes(32)),
        ("a", 1, bytes(32), b""),
    ],
)
def test_a_checkpoint_says_what_can_be_said_only(origin: str, size: int, root: bytes, streams: bytes) -> None:
    with pytest.raises(Malformed):
        Checkpoint(origin, size, root, streams)


SMALL_ORDER = [0, 1, 2**255 - 20, 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7]


@pytest.mark.parametrize("y", [*SMALL_ORDER, 2, 2**255 - 19 + 5, 2**255 - 18])
def test_a_key_that_anybody_can_sign_for_or_that_is_no_point_is_none(y: int) -> None:
    for sign in (0, 1 << 255):
        vkey = Verifier("a", (y | sign).to_bytes(32, "little")).vkey
        with pytest.raises(Malformed, match="Ed25519"):
            Verifier.parse(vkey)
        with pytest.raises(ValueError, match=r"key|unpack"):
            THE_PROGRAM["Key"](vkey)


def test_a_time_beyond_every_calendar_is_no_cosignature() -> None:
    witness = Signer.new("witness.example", SignatureType.WITNESS)
    for time in (-1, 253_402_300_800, 2**64):
        with pytest.raises(Malformed):
            witness.cosign(ROOT.body(), time)


def test_a_cosignature_covers_its_time() -> None:
    witness = Signer.new("witness.example", SignatureType.WITNESS)
    body = ROOT.body()
    made = witness.cosign(body, 1_772_413_200)
    assert cosigned(body, 1_772_413_200).decode() == f"cosignature/v1\ntime 1772413200\n{body}"
    assert parse_signature(made.line()[:-1]) == made
    assert made.timestamp == 1_772_413_200
    assert witness.verifier.verifies(body, made)
    later = Signature(made.name, made.key_id, (1_772_413_201).to_bytes(8, "big") + made.payload[8:])
    assert not witness.verifier.verifies(body, later)
    assert not witness.verifier.verifies(body, Signature(made.name, made.key_id, made.payload[8:]))
    assert Verifier.parse(witness.verifier.vkey) == witness.verifier
    assert Verifier("witness.example", witness.verifier.public).key_id != witness.verifier.key_id
