"""Documents of office programs: archives whose main part is found as Open Packaging Conventions say (ECMA-376, part 2).

An archive states how much it holds. That is checked against limits before it is believed, and only the two small parts
that name the main part are unpacked.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import IO, Any
from urllib.parse import unquote
from xml.parsers import expat

MOST_PARTS = 10_000
LARGEST_DIRECTORY = 1_048_576
"""Bytes of an archive's list of its parts, and of whatever else is read of it at once."""

LARGEST_PART = 1_048_576
"""Bytes, unpacked, of a part that we read."""

LARGEST_UNPACKED = 1_073_741_824
"""Bytes that all parts may unpack to."""

MOST_COMPRESSED = 200
"""How many times larger an archive may become, beyond ``ALWAYS_TAKEN`` bytes. Text becomes five to twenty times
larger."""

ALWAYS_TAKEN = 67_108_864

_MAIN = ".main+xml"
"""How the type of a main part ends; what stands before it is the type of the whole file."""

_LEADS_TO_MAIN_PART = "/relationships/officeDocument"
_STORED_OR_DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)
_UNKNOWN = "application/zip"


class Unsafe(Exception):
    """An archive that would harm whoever opens it: too many parts, too large unpacked, parts that lie about themselves.
    The message says what it is, in English; ``zh`` in Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh


def kind_of(content: IO[bytes]) -> str:
    """The media type of an archive by its main part; ``application/zip`` for one that is no document, or is broken.
    Raises ``Unsafe``."""
    try:
        with zipfile.ZipFile(_InSmallReads(content)) as archive:
            parts = _parts(archive.infolist(), _size(content))
            if "ofd.xml" in parts:
                return "application/ofd"
            return _by_main_part(archive, parts)
    except _BROKEN:
        return _UNKNOWN


class _InSmallReads:
    """A file of which nobody reads more at once than an archive's list of parts may have."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, lambda: True

    def read(self, size: int = -1) -> bytes:
        """As of any file; raises ``Unsafe``."""
        if size > LARGEST_DIRECTORY:
            raise Unsafe("its list of parts is too long", "压缩包内文件过多")
        return self._file.read(size if size >= 0 else LARGEST_DIRECTORY)


def _size(content: IO[bytes]) -> int:
    return content.seek(0, 2)


def _parts(listed: Sequence[zipfile.ZipInfo], size: int) -> dict[str, zipfile.ZipInfo]:
    """The parts by their names in small letters; raises ``Unsafe``."""
    if len(listed) > MOST_PARTS:
        raise Unsafe(f"it has {len(listed)} parts; at most {MOST_PARTS}", f"压缩包内文件超过{MOST_PARTS}个")
    unpacked, packed = sum(part.file_size for part in listed), sum(part.compress_size for part in listed)
    if unpacked > LARGEST_UNPACKED or unpacked > max(ALWAYS_TAKEN, MOST_COMPRESSED * size):
        raise Unsafe(f"it would unpack to {unpacked} bytes", "压缩比异常，解压后过大")
    parts = {_part_name(part.filename): part for part in listed}
    if packed > size or len(parts) != len(listed) or any(".." in name.split("/") for name in parts):
        raise Unsafe("its parts overlap, have one name, or lie outside of it", "压缩包内文件重叠、重名或路径越界")
    return parts


def _part_name(name: str) -> str:
    """Names of parts are equal whatever their case; some programs write them with backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def _by_main_part(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> str:
    if not {"[content_types].xml", "_rels/.rels"} <= parts.keys():
        return _UNKNOWN
    for relation in _elements(_unpacked(archive, parts["_rels/.rels"]), "Relationship"):
        if relation.get("Type", "").endswith(_LEADS_TO_MAIN_PART) and relation.get("TargetMode") != "External":
            main = _part_name(unquote(relation.get("Target", "")).removeprefix("./"))
            types = _unpacked(archive, parts["[content_types].xml"])
            kind = _content_type(types, main).strip().lower() if main in parts else ""
            return kind.removesuffix(_MAIN) or _UNKNOWN
    return _UNKNOWN


def _content_type(types: bytes, part: str) -> str:
    """What ``[Content_Types].xml`` says that a part is: by its name, else by its ending."""
    for override in _elements(types, "Override"):
        if _part_name(override.get("PartName", "")) == part:
            return override.get("ContentType", "")
    ending = part.rpartition(".")[2]
    defaults = {
        default.get("Extension", "").lower(): default.get("ContentType", "") for default in _elements(types, "Default")
    }
    return defaults.get(ending, "")


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    if part.flag_bits & _ENCRYPTED or part.compress_type not in _STORED_OR_DEFLATED:
        raise zipfile.BadZipFile(part.filename)
    with archive.open(part) as packed:
        content = packed.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise Unsafe(f"one of its parts has more than {LARGEST_PART} bytes", "压缩包内文件过大")
    return content


def _elements(xml: bytes, name: str) -> list[dict[str, str]]:
    """The attributes of each element of a name, whatever its namespace; raises ``ValueError``. A document type, which
    these parts never have, ends the reading: nothing is expanded."""
    elements: list[dict[str, str]] = []

    def note(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == name:
            elements.append(attributes)

    def refuse(*_: Any) -> None:
        raise ValueError("a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = note, refuse
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(f"{error}") from None
    return elements
