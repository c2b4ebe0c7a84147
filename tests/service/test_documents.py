"""Documents are kept by their content, and only what they say they are."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from fastapi import UploadFile

from shared.service.documents import DOCX, Documents, open_store
from shared.service.problems import Problem

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64)


def zipped(*names: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writing:
        for name in names:
            writing.writestr(name, "x")
    return archive.getvalue()


WORD = zipped("[Content_Types].xml", "word/document.xml")


def upload(content: bytes) -> UploadFile:
    return UploadFile(io.BytesIO(content))


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    return Documents(open_store((tmp_path / "documents").as_uri()), limit=10_000)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("证明.pdf", PDF, "application/pdf"),
        ("a.PNG", PNG, "image/png"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("方案.docx", WORD, DOCX),
    ],
)
async def test_what_is_taken_is_kept_by_its_hash(
    documents: Documents, name: str, content: bytes, media_type: str
) -> None:
    kept = await documents.put(name, upload(content))
    assert (kept.sha256, kept.size, kept.media_type) == (hashlib.sha256(content).hexdigest(), len(content), media_type)
    assert b"".join([part async for part in documents.get(kept)]) == content
    assert await documents.put(name, upload(content)) == kept


@pytest.mark.parametrize(
    ("name", "content", "status", "rule"),
    [
        ("a.pdf", b"", 422, "document-is-not-empty"),
        ("a.pdf", PNG, 422, "document-is-what-it-says"),
        ("a.png", PDF, 422, "document-is-what-it-says"),
        ("a", PDF, 422, "document-is-what-it-says"),
        ("a.docx", zipped("hello.txt"), 415, "document-type-is-taken"),
        ("a.docx", WORD[:-10], 415, "document-type-is-taken"),
        ("a.pdf", b"MZ" + bytes(100), 415, "document-type-is-taken"),
        ("a.txt", b"hello", 415, "document-type-is-taken"),
        ("a.pdf", PDF + bytes(10_000), 413, "document-is-not-too-large"),
    ],
)
async def test_what_is_not_taken_is_refused_by_its_rule(
    tmp_path: Path, name: str, content: bytes, status: int, rule: str
) -> None:
    documents = Documents(open_store((tmp_path / "documents").as_uri()), limit=10_000)
    with pytest.raises(Problem) as caught:
        await documents.put(name, upload(content))
    assert (caught.value.status, caught.value.body["type"]) == (status, f"urn:juqu:rule:{rule}")
    assert not [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]


async def test_a_name_is_never_a_path(documents: Documents) -> None:
    kept = await documents.put("../../etc/passwd.pdf", upload(PDF))
    assert kept.name == "passwd.pdf"
