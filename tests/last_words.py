"""What the processes of a system said last that was no mere information: for a failure on a machine that is gone."""

from __future__ import annotations

import json
import re
from pathlib import Path

LEVELS = {"error", "critical"}
SERVER_TROUBLE = ("FATAL:", "PANIC:", "ERROR:", "# WARNING")
_EXCEPTION = re.compile(r"[A-Za-z_.]+(Error|Exception|Disconnect)\b")


def last_words(folder: Path, lines: int = 6, width: int = 1500) -> str:
    """The last lines of level error, and of no known form, of each ``*.log`` below a folder."""
    parts = []
    for file in sorted(folder.rglob("*.log")):
        said = [line for line in file.read_text(errors="replace").splitlines() if _is_trouble(line)]
        if said:
            parts += [f"--- {file.relative_to(folder)}: the last of {len(said)} lines of trouble"]
            parts += [_shortened(line, width) for line in said[-lines:]]
    return "\n".join(parts) or f"no process under {folder} spoke of an error"


def _is_trouble(line: str) -> bool:
    if not line.startswith("{"):
        return any(mark in line for mark in SERVER_TROUBLE) or bool(_EXCEPTION.match(line))
    try:
        return json.loads(line).get("level") in LEVELS
    except ValueError:
        return True


def _shortened(line: str, width: int) -> str:
    """The end matters: that is where an exception says what it is."""
    if line.startswith("{") and line.endswith("}"):
        found = json.loads(line)
        trace = found.pop("exception", "")
        line = f"{json.dumps(found, ensure_ascii=False)}\n{trace}".rstrip()
    return line if len(line) <= width else f"{line[:300]} ... {line[-(width - 300) :]}"


__all__ = ["last_words"]
