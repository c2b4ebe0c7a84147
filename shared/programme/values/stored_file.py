"""A document that an event names: by its hash, with what it is called."""

from __future__ import annotations

from dataclasses import dataclass

from shared.programme.values.personal import DocumentName, FileHash


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A document kept outside the log by its content: hash (SHA-256, hex), size (bytes), sniffed type, name given."""

    sha256: FileHash
    size: int
    media_type: str
    name: DocumentName


__all__ = ["StoredFile"]
