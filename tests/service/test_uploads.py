"""One reader of uploads: what a client sends, however it spells it, and what a hostile one sends."""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from shared.service.files.documents import sniff
from shared.service.files.file_names import LONGEST_NAME
from shared.service.files.form_parts import FormParts
from shared.service.files.uploads import read_upload
from shared.service.http.problems import install_problems
from tests.service import files
from tests.service.files import PDF

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 20_971_520
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
GENEROUS = 60.0


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problems(app)

    @app.post("/")
    async def upload(request: Request) -> dict[str, Any]:
        async with read_upload(request, LIMIT, "kind", "title") as sent:
            content = sent.content.read()
            whole = (len(content), hashlib.sha256(content).hexdigest()) == (sent.file.size, sent.file.sha256)
            return {"name": sent.file.name, "type": sent.file.media_type, "whole": whole, "fields": sent.fields}

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://uploads") as http:
        yield http


def part(disposition: str | bytes, content: bytes = PDF) -> bytes:
    given = disposition if isinstance(disposition, bytes) else disposition.encode()
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; ".encode() + given
    return head + b"\r\nContent-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


async def post(client: httpx.AsyncClient, body: bytes, **headers: str) -> httpx.Response:
    return await client.post("/", content=body, headers=HEADERS | headers)


async def named(client: httpx.AsyncClient, disposition: str | bytes) -> str:
    answer = await post(client, part(disposition) + END)
    assert answer.status_code == 200, answer.text
    assert answer.json()["whole"]
    return str(answer.json()["name"])


def word(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('name="file"; filename="证明.pdf"', "证明.pdf"),
        ("name=file; filename=plain.pdf", "plain.pdf"),
        ('name="file";filename="tight.pdf"', "tight.pdf"),
        ('NAME="file"; FileName="case.pdf"', "case.pdf"),
        # .NET: an encoded word for those who do not know RFC 8187 beside what it means.
        (f"name=file; filename=\"{word('证明.pdf')}\"; filename*=utf-8''%E8%AF%81%E6%98%8E.pdf", "证明.pdf"),
        (f"name=file; filename*=UTF-8''%E8%AF%81%E6%98%8E.pdf; filename=\"{word('证明.pdf')}\"", "证明.pdf"),
        ('name=file; filename="_.pdf"; filename*="UTF-8\'zh\'%E8%AF%81%E6%98%8E.pdf"', "证明.pdf"),
        ("name=file; filename*=UTF-8''%E8%AF%81%E6%98%8E.pdf", "证明.pdf"),
        ("name=file; filename=a.pdf; filename*=GBK''%D6%A4%C3%F7.pdf", "证明.pdf"),
        ("name=file; filename=a.pdf; filename*=iso-8859-1'fr'%E9.pdf", "é.pdf"),
        ("name=file; filename=a.pdf; filename*=UTF-8''%FF%FE.pdf", "a.pdf"),
        ("name=file; filename=a.pdf; filename*=no-such''b.pdf", "a.pdf"),
        ("name=file; filename=a.pdf; filename*=b.pdf", "a.pdf"),
        (f'name=file; filename="{word("证明.pdf")}"', "证明.pdf"),
        (f'name=file; filename="{word("证明.pdf", "gbk")}"', "证明.pdf"),
        ('name=file; filename="=?UTF-8?Q?=E8=AF=81_1.pdf?="', "证 1.pdf"),
        (f'name=file; filename="{word("很长的")} {word("证明.pdf")}"', "很长的证明.pdf"),
        ('name=file; filename="quoted \\"name\\".pdf"', 'quoted "name".pdf'),
        ('name=file; filename="browser %22name%22.pdf"', 'browser "name".pdf'),
        ('name=file; filename="semi;colon=.pdf"', "semi;colon=.pdf"),
        ('name=file; filename="100%.pdf"', "100%.pdf"),
        ('name=file; filename="../../etc/passwd.pdf"', "passwd.pdf"),
        ('name=file; filename="/etc/passwd.pdf"', "passwd.pdf"),
        ('name=file; filename="..\\..\\windows\\a.pdf"', "a.pdf"),
        ('name=file; filename="C:\\Users\\王芳\\证明.pdf"', "证明.pdf"),
        ('name=file; filename="C:\\\\Users\\\\证明.pdf"', "证明.pdf"),
        ('name=file; filename="C:a.pdf"', "a.pdf"),
        ('name=file; filename="\\\\server\\share\\a.pdf"', "a.pdf"),
        ("name=file; filename=x; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd.pdf", "passwd.pdf"),
        ("name=file; filename=x; filename*=UTF-8''..%5C..%5Ca.pdf", "a.pdf"),
        ('name=file; filename="a.pdf. . "', "a.pdf"),
        ('name=file; filename="　王　芳\u00a0的证明.pdf　"', "王　芳\u00a0的证明.pdf"),
        ('name=file; filename="e\u0301.pdf"', "é.pdf"),
        ('name=file; filename="证明.pdf"'.encode("gbk"), "证明.pdf"),
        ('name=file; filename="é.pdf"'.encode("latin-1"), "é.pdf"),
    ],
)
async def test_a_name_is_read_however_the_client_spells_it(
    client: httpx.AsyncClient, disposition: str | bytes, name: str
) -> None:
    assert await named(client, disposition) == name


@pytest.mark.parametrize("stem", ["a" * 296, "证" * 296, "a.b" * 99])
async def test_a_name_of_three_hundred_characters_keeps_its_ending(client: httpx.AsyncClient, stem: str) -> None:
    kept = await named(client, f'name=file; filename="{stem}.pdf"')
    assert (len(kept), kept[-4:]) == (LONGEST_NAME, ".pdf")
    assert stem.startswith(kept[:-4])
    escaped = "".join(f"%{byte:02X}" for byte in f"{stem}.pdf".encode())
    assert await named(client, f"name=file; filename=x; filename*=UTF-8''{escaped}") == kept


@pytest.mark.parametrize("name", ["a\u202efdp.pdf", "a\u0007.pdf", "a\u0085b.pdf"])
async def test_a_name_that_acts_on_a_screen_is_refused(client: httpx.AsyncClient, name: str) -> None:
    answer = await post(client, part(f'name=file; filename="{name}"') + END)
    assert (answer.status_code, answer.json()["field"]) == (422, "file")


async def test_texts_stand_beside_the_file(client: httpx.AsyncClient) -> None:
    body = part("name=kind", b"seal") + part('name="file"; filename="a.pdf"') + part("name=title", "年报".encode("gbk"))
    assert (await post(client, body + END)).json()["fields"] == {"kind": "seal", "title": "年报"}


FILE = part('name="file"; filename="a.pdf"')


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        (b"", 400, "upload-is-whole"),
        (FILE, 400, "upload-is-whole"),
        (FILE[:-40], 400, "upload-is-whole"),
        (b"x" * 100, 400, "upload-is-whole"),
        (FILE.replace(b"Content-Disposition", b"X" * 20_000), 400, "upload-is-whole"),
        (FILE.replace(b"Content-Type", b"A: b\r\n" * 20 + b"B"), 400, "upload-is-whole"),
        (END, 422, "request-is-well-formed"),
        (FILE + FILE + END, 422, "request-is-well-formed"),
        (part("name=file") + END, 422, "request-is-well-formed"),
        (part("filename=a.pdf") + END, 422, "request-is-well-formed"),
        (part('name="other"; filename="a.pdf"') + END, 422, "request-is-well-formed"),
        (FILE + part("name=other", b"x") + END, 422, "request-is-well-formed"),
        (FILE + part("name=kind", b"x") * 2 + END, 422, "request-is-well-formed"),
        (FILE + part("name=title", b"x" * 70_000) + END, 413, "document-is-not-too-large"),
        (part("name=title", b"x" * 1_000_000) + FILE + END, 413, "document-is-not-too-large"),
        (part('name="file"; filename="a.pdf"', b"") + END, 422, "document-is-not-empty"),
        (part('name="file"; filename="a.pdf"', PDF + bytes(LIMIT)) + END, 413, "document-is-not-too-large"),
        (part('name="file"; filename=""') + END, 422, "document-is-what-it-says"),
    ],
)
async def test_a_form_that_is_none_is_refused_by_what_is_wrong_with_it(
    client: httpx.AsyncClient, body: bytes, status: int, rule: str
) -> None:
    answer = await post(client, body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:juqu:rule:{rule}"), answer.text
    assert answer.json()["title_zh"]


@pytest.mark.parametrize(
    "kind",
    ["", "application/json", "multipart/form-data", "multipart/mixed; boundary=x", "application/x-www-form-urlencoded"],
)
async def test_what_is_no_form_is_refused(client: httpx.AsyncClient, kind: str) -> None:
    assert (await client.post("/", content=FILE + END, headers={"Content-Type": kind})).status_code == 422


async def test_a_boundary_that_is_too_long_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": f"multipart/form-data; boundary={'x' * 300}"}
    assert (await client.post("/", content=FILE, headers=headers)).status_code == 400


async def test_a_file_of_the_largest_size_is_taken_whole(client: httpx.AsyncClient) -> None:
    answer = await post(client, part('name="file"; filename="a.pdf"', PDF + bytes(LIMIT - len(PDF))) + END)
    assert answer.json()["whole"]


def in_pieces(body: bytes) -> Iterator[bytes]:
    return (body[place : place + 65_536] for place in range(0, len(body), 65_536))


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (files.of_many_parts(200_000)[: 16 * 1_048_576], 415),
        (files.of_many_parts(180_000), 422),
        (files.of_many_parts(9_900), 200),
        (PDF + f"\r\n--{BOUNDARY[:-1]}".encode() * 200_000, 200),
        (PDF + b"\r\n" * 4_000_000, 200),
    ],
    ids=["broken archive", "archive of 180,000 parts", "archive of 9,900 parts", "near boundaries", "line ends"],
)
async def test_no_file_keeps_the_service_from_other_requests(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, content: bytes, status: int
) -> None:
    """Whenever some of it is read, that goes on only once somebody else was answered meanwhile."""
    answered, waited = Event(), 0

    def once_another_is_answered(read: Callable[..., Any]) -> Callable[..., Any]:
        def waiting(*given: Any) -> Any:
            nonlocal waited
            answered.clear()
            assert answered.wait(GENEROUS), "nobody else is answered while a file is read"
            waited += 1
            return read(*given)

        return waiting

    monkeypatch.setattr(FormParts, "take", once_another_is_answered(FormParts.take))
    monkeypatch.setattr("shared.service.files.uploads.sniff", once_another_is_answered(sniff))
    ending = "pdf" if content.startswith(PDF) else "docx"

    async def body() -> AsyncIterator[bytes]:
        for piece in in_pieces(part(f'name="file"; filename="a.{ending}"', content) + END):
            yield piece

    work = asyncio.create_task(client.post("/", content=body(), headers=HEADERS))
    while not work.done():
        assert (await client.get("/")).status_code == 405
        answered.set()
        await asyncio.sleep(0)
    assert (await work).status_code == status
    assert waited >= 2


def test_one_reader_takes_the_uploads_of_all_services() -> None:
    """The portal reads the forms of its pages, and passes their files on to the services, which read them so."""
    own = {
        "shared/service/files/uploads.py",
        "shared/service/files/form_parts.py",
        "shared/service/files/file_names.py",
    }
    others = re.compile(r"python_multipart|UploadFile|\.form\(\)|shared\.service\.form_parts")
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("services", "shared")
        for path in (ROOT / folder).rglob("*.py")
        if not path.is_relative_to(ROOT / "services/portal") and others.search(path.read_text(encoding="utf-8"))
    }
    assert found <= own
