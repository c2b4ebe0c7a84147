"""Why a notary does not sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_SENTENCES = {
    "altered": "event {seq} is not as it was when it was taken into the tree",
    "missing": "event {seq} is missing from the log",
    "shorter": "the log ends before event {seq}, which the tree has",
    "disordered": "event {seq} does not carry its stream on from the version before",
    "tree": "the stored tree is damaged",
    "root": "the stored tree does not have the root that was signed",
    "streams": "the stored stream map does not have the root that was signed",
    "signature": "the newest checkpoint is not signed by the key in force",
    "unreadable": "what the notary stored cannot be read",
    "history": "the log is not the history that this notary signed",
    "forgotten": "this notary does not remember what it signed",
    "memory": "what this notary remembers of its checkpoints cannot be used",
}

FlawKind = Literal[
    "altered",
    "missing",
    "shorter",
    "disordered",
    "tree",
    "root",
    "streams",
    "signature",
    "unreadable",
    "history",
    "forgotten",
    "memory",
]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, at which seq where it is one event."""

    kind: FlawKind
    seq: int | None
    detail: str = ""

    def __str__(self) -> str:
        sentence = _SENTENCES[self.kind].format(seq=self.seq)
        return f"{sentence} ({self.detail})" if self.detail else sentence


class SigningRefused(Exception):
    """The log and the tree contradict each other: nothing is signed until that is cleared up."""

    def __init__(self, finding: Flaw) -> None:
        super().__init__(str(finding))
        self.finding = finding
