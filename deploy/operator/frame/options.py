"""The options that most commands take: which system, and for whom the answer is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

State = Annotated[
    Path,
    typer.Option(
        "--state",
        metavar="DIR",
        envvar="JUQU_STATE_DIR",
        help="The state folder of the system: its data, keys, logs and where it answers.",
    ),
]
DEFAULT_STATE = Path(".juqu")

AsJson = Annotated[bool, typer.Option("--json", help="JSON, one value a line, for machines.")]


__all__ = ["DEFAULT_STATE", "AsJson", "State"]
