"""Files of real programs and of hostile ones, made by hand."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def animated_png() -> bytes:
    """One pixel, two frames."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixel = zlib.compress(b"\x00\x00")
    control = struct.pack(">IIIIIHHBB", 0, 1, 1, 0, 0, 1, 10, 0, 0)
    frames = chunk(b"acTL", struct.pack(">II", 2, 0)) + chunk(b"fcTL", control) + chunk(b"IDAT", pixel)
    return b"\x89PNG\r\n\x1a\n" + header + frames + chunk(b"IEND", b"")


def zipped(parts: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as writing:
        for name, content in parts.items():
            writing.writestr(zipfile.ZipInfo(name), content, method)  # of no day: the same bytes in every process
    return archive.getvalue()


def content_types(main: str = "word/document.xml", kind: str = f"{DOCX}.main+xml") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{kind}"/></Types>'
    )


def relationships(target: str, family: str = TRANSITIONAL) -> str:
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="p" Type="{family}/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/>'
        f'<Relationship Id="r" Type="{family}/officeDocument" Target="{target}"/></Relationships>'
    )


def document_parts(
    main: str = "word/document.xml", target: str = "", kind: str = f"{DOCX}.main+xml", family: str = TRANSITIONAL
) -> dict[str, str]:
    """The parts of a document whose main part is ``main``."""
    return {
        "[Content_Types].xml": content_types(main, kind),
        "_rels/.rels": relationships(target or main, family),
        main: "<w:document/>",
    }


WORD = zipped(document_parts())


def of_many_parts(count: int) -> bytes:
    """An archive of so many empty parts (80 bytes each), the parts of a document among them."""
    locals_, directory = bytearray(), bytearray()
    given = {name: content.encode() for name, content in document_parts().items()}
    for number in range(count):
        given.setdefault(f"{number:x}", b"")
    for name, content in given.items():
        sizes = (zlib.crc32(content), len(content), len(content), len(name))
        facts = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, *sizes, 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHII", 0, 0, 0, 0, len(locals_))
        directory += name.encode()
        locals_ += b"PK\x03\x04" + facts + name.encode() + content
    count_told = min(len(given), 0xFFFF)
    end = struct.pack("<HHHHIIH", 0, 0, count_told, count_told, len(directory), len(locals_), 0)
    return bytes(locals_ + directory) + b"PK\x05\x06" + end


def lying(content: bytes, *, size: int) -> bytes:
    """An archive whose list of parts says that its first part unpacks to ``size`` bytes."""
    place = content.index(b"PK\x01\x02") + 24
    return content[:place] + struct.pack("<I", size) + content[place + 4 :]
