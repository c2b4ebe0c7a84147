"""Documents are kept by their content, and only what they say they are."""

from __future__ import annotations

import hashlib
import io
import struct
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.programme.values.personal import ERASED
from shared.programme.values.stored_file import StoredFile
from shared.service.files.documents import Documents, open_store, sniff
from shared.service.http.problems import Problem
from tests.service import files
from tests.service.files import DOCX, JPEG, PDF, PNG, WORD, document_parts, zipped


async def put(documents: Documents, name: str, content: bytes) -> StoredFile:
    file = StoredFile(hashlib.sha256(content).hexdigest(), len(content), sniff(name, io.BytesIO(content)), name)
    return await documents.put(file, io.BytesIO(content))


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    return Documents(open_store((tmp_path / "documents").as_uri()), limit=10_000)


XLSX = document_parts("xl/workbook.xml", kind=DOCX.replace("wordprocessingml.document", "spreadsheetml.sheet.main+xml"))
TEMPLATE = document_parts(kind=DOCX.replace(".document", ".template") + ".main+xml")
MACROS = document_parts(kind="application/vnd.ms-word.document.macroEnabled.main+xml")
PARTS = document_parts()
RELATIONS = files.relationships("word/document.xml")
BY_ENDING: dict[str, Any] = PARTS | {
    "[Content_Types].xml": f'<Types><Default Extension="XML" ContentType="{DOCX}.main+xml"/></Types>'
}


def in_utf16(xml: str) -> bytes:
    return xml.replace("UTF-8", "UTF-16").encode("utf-16")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("证明.pdf", PDF, "application/pdf"),
        ("a.PNG", PNG, "image/png"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("方案.docx", WORD, DOCX),
        # Word Online, Word for the web and others name their main part as they like.
        ("online.docx", zipped(document_parts("word/document2.xml")), DOCX),
        ("absolute.docx", zipped(document_parts("word/document2.xml", "/word/document2.xml")), DOCX),
        ("elsewhere.docx", zipped(document_parts("文档/正文.xml", quote("文档/正文.xml"))), DOCX),
        ("strict.docx", zipped(document_parts(family=files.STRICT)), DOCX),
        ("case.docx", zipped(PARTS | {"word/document.xml": "", "WORD/styles.xml": ""}), DOCX),
        ("by-ending.docx", zipped(BY_ENDING), DOCX),
        ("backslashes.docx", zipped({name.replace("/", "\\"): part for name, part in PARTS.items()}), DOCX),
        ("wide.docx", zipped({name: in_utf16(part) for name, part in PARTS.items()}), DOCX),
        ("many.docx", files.of_many_parts(3000), DOCX),
        ("animated.png", files.animated_png(), "image/png"),
        ("animated.apng", files.animated_png(), "image/png"),
        ("bare.jpg", b"\xff\xd8\xff\xdb\x00C" + bytes(64), "image/jpeg"),
        ("camera.jpg", b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + bytes(64), "image/jpeg"),
        ("saved.jfif", JPEG, "image/jpeg"),
        ("bom.pdf", b"\xef\xbb\xbf" + PDF, "application/pdf"),
        ("lines.pdf", b"\r\n\r\n" + PDF, "application/pdf"),
        ("mail.pdf", b"Content-Type: application/pdf\r\n\r\n" + PDF, "application/pdf"),
        ("latest.pdf", b"\x00" * 1024 + PDF, "application/pdf"),
    ],
)
async def test_a_real_file_of_a_kind_that_is_taken_is_recognised(name: str, content: bytes, media_type: str) -> None:
    assert sniff(name, io.BytesIO(content)) == media_type


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (zipped(XLSX), "spreadsheetml.sheet"),
        (zipped(TEMPLATE), "wordprocessingml.template"),
        (zipped(MACROS), "macroenabled"),
        (zipped({"OFD.xml": "<ofd/>"}), "application/ofd"),
        (zipped({"hello.txt": "x"}), "application/zip"),
        (zipped({"[Content_Types].xml": "x", "word/document.xml": "x"}), "application/zip"),
        (zipped(document_parts(target="word/absent.xml")), "application/zip"),
        (zipped(document_parts(target="../word/document.xml")), "application/zip"),
        (zipped(PARTS | {"_rels/.rels": "<!DOCTYPE x [<!ENTITY a 'a'>]>" + RELATIONS}), "application/zip"),
        (zipped(PARTS | {"_rels/.rels": "<a>" * 100_000}), "application/zip"),
        (zipped(PARTS | {"_rels/.rels": "<?xml version='1.0' encoding='no-such'?><a/>"}), "application/zip"),
        (WORD[:-10], "application/zip"),
        (WORD[:40], "application/zip"),
        (b"PK\x03\x04" + bytes(70_000), "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "application/x-ole-storage"),
        (b"GIF89a" + bytes(64), "image/gif"),
        (b"\x00" * 1100 + PDF, "none of them"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_the_name_of_its_kind(content: bytes, told: str) -> None:
    with pytest.raises(Problem) as caught:
        sniff("a.docx", io.BytesIO(content))
    assert caught.value.status == 415
    assert told in str(caught.value.body["detail"])


def overlapping() -> bytes:
    """Each entry of the list leads to the one part that there is (the better zip bomb)."""
    content = zipped({"a": bytes(60_000)})
    entry = content[content.index(b"PK\x01\x02") : content.index(b"PK\x05\x06")]
    entries = b"".join(entry[:46] + bytes([number]) for number in range(97, 117))
    end = struct.pack("<HHHHIIH", 0, 0, 20, 20, len(entries), content.index(b"PK\x01\x02"), 0)
    return content[: content.index(b"PK\x01\x02")] + entries + b"PK\x05\x06" + end


def twice() -> bytes:
    return zipped(PARTS | {"WORD/DOCUMENT.XML": "another"})


@pytest.mark.parametrize(
    "content",
    [
        files.of_many_parts(10_001),
        files.of_many_parts(65_536),
        files.lying(WORD, size=0xFFFFFFF0),
        files.lying(zipped(PARTS | {"a": bytes(100)}), size=200 * 1_048_576),
        zipped(PARTS | {"word/media/a.bmp": bytes(80 * 1_048_576)}),
        zipped(PARTS | {"[Content_Types].xml": b" " * 2_000_000 + files.content_types().encode()}),
        zipped(PARTS | {"_rels/.rels": RELATIONS + " " * 2_000_000}),
        zipped(PARTS | {"../../etc/passwd": "x"}),
        zipped(PARTS | {"word\\..\\..\\x": "x"}),
        overlapping(),
        twice(),
    ],
    ids="many zip64 lying compressed bomb types relations outside backslashes overlapping twice".split(),  # noqa: SIM905
)
def test_an_archive_that_would_harm_whoever_opens_it_is_refused(content: bytes) -> None:
    with pytest.raises(Problem) as caught:
        sniff("a.docx", io.BytesIO(content))
    assert (caught.value.status, caught.value.body["type"]) == (422, "urn:juqu:rule:document-opens-safely")


UNKEPT = ("a.png", "../a.pdf", "C:\\a.pdf", "a\x00.pdf", "a\ud800.pdf", "a" * 201 + ".pdf", "a.pdf ")


@given(st.sampled_from([WORD, PDF, PNG, JPEG, zipped({"a": "b"})]), st.data())
@settings(max_examples=400, deadline=None)
def test_a_damaged_file_is_recognised_or_refused_and_never_fails(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        damaged[place] = data.draw(st.integers(0, 255))
    with suppress(Problem):
        sniff("a.docx", io.BytesIO(bytes(damaged[: data.draw(st.integers(1, len(content)))])))


async def test_what_is_kept_is_found_by_its_hash(documents: Documents) -> None:
    kept = await put(documents, "证明.pdf", PDF)
    assert b"".join([part async for part in documents.get(kept)]) == PDF
    assert await documents.find(replace(kept, size=1, media_type="x/y")) == kept
    for other in (
        replace(kept, sha256="0" * 64),
        replace(kept, sha256="../" + "0" * 61),
        *(replace(kept, name=name) for name in UNKEPT),
    ):
        assert await documents.find(other) is None, other


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PNG), ("a.png", PDF), ("a", PDF), ("a.pdf.exe", PDF), (".pdf", PDF), ("a.docx", PDF), ("a.jpg", PNG)],
)
def test_a_name_that_says_another_kind_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Problem) as caught:
        sniff(name, io.BytesIO(content))
    assert (caught.value.status, caught.value.body["type"]) == (422, "urn:juqu:rule:document-is-what-it-says")


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("证明 1.pdf", "__ 1.pdf", "%E8%AF%81%E6%98%8E%201.pdf"),
        ('a"b\\c%d;e.pdf', "c_d_e.pdf", "c%25d%3Be.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a__Set-Cookie_ x.pdf", "a__Set-Cookie%3A%20x.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf", "passwd.pdf"),
        ("\u202efdp.exe", "_fdp.exe", "_fdp.exe"),
        ("half\ud800.pdf", "half_.pdf", "half_.pdf"),
        ("..", "document", "document"),
        ("", "document", "document"),
    ],
)
async def test_a_name_is_offered_safely_with_a_download(
    documents: Documents, name: str, plain: str, encoded: str
) -> None:
    kept = replace(await put(documents, "a.pdf", PDF), name=name)
    told = (await documents.answer(kept)).headers["Content-Disposition"]
    assert told == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


async def test_a_command_names_no_more_documents_than_a_packet_may_have(documents: Documents) -> None:
    kept = await put(documents, "a.pdf", PDF)
    assert await documents.find_all([kept] * 60, "documents") == [kept] * 60
    with pytest.raises(Problem) as caught:
        await documents.find_all([kept] * 61, "documents")
    assert (caught.value.status, caught.value.body["field"]) == (422, "documents")


async def test_a_document_whose_name_was_erased_is_still_offered_by_what_it_is(documents: Documents) -> None:
    kept = await put(documents, "王芳简历.pdf", PDF)
    told = (await documents.answer(replace(kept, name=ERASED))).headers["Content-Disposition"]
    assert told.endswith(f"filename*=UTF-8''{quote(f'{ERASED}.pdf')}")
