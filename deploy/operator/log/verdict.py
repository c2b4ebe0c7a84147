"""What a verification says."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from shared.notary.checkpoint import Checkpoint
from shared.notary.note import SignatureType, Verifier

Tell = Callable[[int], None]
"""Is told how many events were verified since it was told last."""

_CUT = 200
_PLAIN = {"L", "M", "N", "P", "S"}


@dataclass(slots=True)
class Verdict:
    """``findings`` are what is wrong, in words; without any, ``proven`` says what is proven."""

    findings: list[str] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return bool(self.proven) and not self.findings


def shown(text: object) -> str:
    """A text out of a file or a row, in which no blank, control or invisible character can pass for our own words."""
    return "".join(_visible(each) for each in str(text)[:_CUT])


def _visible(character: str) -> str:
    return character if unicodedata.category(character)[0] in _PLAIN else f"\\u{ord(character):04x}"


def under(checkpoint: Checkpoint) -> str:
    """Under which checkpoint something is proven."""
    return f"under the checkpoint of size {checkpoint.size:,} with root {checkpoint.root.hex()[:16]}…"


def unwitnessed(verifiers: Sequence[Verifier], signers: Sequence[Verifier], checkpoint: Checkpoint) -> list[str]:
    """The witnesses, of the keys that were given, that have not cosigned a checkpoint that a verdict rests on."""
    return [
        f"The witness {each.name} has not cosigned the checkpoint of size {checkpoint.size:,}, which this rests on; an "
        "export up to one that it has cosigned (`juqu log export --until SIZE`) can be proven by its key."
        for each in verifiers
        if each.kind is SignatureType.WITNESS and each not in signers
    ]


__all__ = ["Tell", "Verdict", "shown", "under", "unwitnessed"]
