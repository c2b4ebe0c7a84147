"""What kind of file this is, by its content and never by its name, with bounds on how much of it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Final

import filetype

from shared.service.files import office_files

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    PDF: (".pdf",),
    DOCX: (".docx",),
    PNG: (".png", ".apng"),
    JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
}
"""The kinds taken as evidence, and the endings that may name them."""

_HEAD = 65_536
_PDF_BEGINS_WITHIN = 1024
"""Bytes that may stand before a PDF's header (ISO 32000-1, implementation note 13 of Adobe's edition)."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(content: IO[bytes]) -> str:
    """The media type of a file; empty where nobody knows it. Raises ``office_files.Unsafe``.

    An animated PNG is a PNG, a JPEG of a telephone with several pictures a JPEG. It reads the file, so it is not called
    on the event loop.
    """
    content.seek(0)
    head = content.read(_HEAD)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"PK\x03\x04"):
        return office_files.kind_of(content)
    if b"%PDF-" in head[: _PDF_BEGINS_WITHIN + len(b"%PDF-")]:
        return PDF
    if head.startswith(_OLD_OFFICE):
        return "application/x-ole-storage"
    known = filetype.guess(head)
    return str(known.mime) if known is not None else ""
