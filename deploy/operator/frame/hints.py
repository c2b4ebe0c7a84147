"""Hints: what would help, and at their end the next command, as it can be typed here."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from shutil import which

_COMMAND = re.compile(r"`((?:env -u \w+ )?)juqu( [^`]+)`")
_WITHOUT_STATE = ("documents",)


def called() -> str:
    """How this command line was called: by its path where it is a program that is not on PATH."""
    return os.path.relpath(sys.argv[0]) if Path(sys.argv[0]).name == "juqu" and not which("juqu") else "juqu"


def typed(text: str) -> str:
    """A text with its commands as they can be typed here: by the name that was called, of the state folder that was
    named."""
    return _COMMAND.sub(lambda command: f"`{command[1]}{called()}{command[2]}{_state(command[2])}`", text)


def _state(command: str) -> str:
    words = command.split()
    if words[0] in _WITHOUT_STATE or "--help" in words:
        return ""
    return "".join(f" --state {folder}" for folder in _given(sys.argv, "--state"))


def _given(argv: Sequence[str], option: str) -> list[str]:
    """What an option was given at last."""
    following = [value for name, value in pairwise(argv) if name == option]
    joined = [word.partition("=")[2] for word in argv if word.startswith(f"{option}=")]
    return (following + joined)[-1:]


def helped(hint: str, command: str) -> str:
    """A hint that ends with a command: its own, else the help of the one that was called."""
    if _COMMAND.search(hint):
        return typed(hint)
    return typed(f"{hint}{' ' if hint else ''}More: `juqu {command} --help`".replace("juqu  ", "juqu "))


__all__ = ["called", "helped", "typed"]
