"""What a run did, a JSON line each, in a file."""

from __future__ import annotations

import json
import time
from pathlib import Path


class Timeline:
    """Appends to a file; ``at`` is in seconds since it was made."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._began = time.monotonic()
        file.parent.mkdir(parents=True, exist_ok=True)
        self._out = file.open("w", encoding="utf-8", buffering=1)

    def note(self, what: str, **facts: object) -> None:
        """Keep a line."""
        line = {"at": round(time.monotonic() - self._began, 3), "what": what, **facts}
        self._out.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._out.close()


__all__ = ["Timeline"]
