"""What the notary answers, for its document, besides notes and tiles."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Sizes(BaseModel):
    """Sizes of checkpoints."""

    sizes: list[int]


class Key(BaseModel):
    """A verifier key and from which size on it signs."""

    vkey: str
    since_size: int
    added_at: AwareDatetime


class Keys(BaseModel):
    """The notary's keys, in the order of their use."""

    keys: list[Key]


class InclusionProof(BaseModel):
    """An event's leaf, its audit path (RFC 9162, section 2.1.3) and the checkpoint that it leads to."""

    seq: int
    hash: str
    proof: list[str]
    checkpoint: str


class Consistency(BaseModel):
    """A consistency proof (RFC 9162, section 2.1.4); ``from`` and ``to`` are sizes."""

    model_config = ConfigDict(populate_by_name=True)

    old: int = Field(alias="from")
    new: int = Field(alias="to")
    proof: list[str]


class OfStream(BaseModel):
    """That a stream has exactly its events at a checkpoint."""

    complete: dict[str, Any]
    checkpoint: str


class Checked(BaseModel):
    """Whether the log holds, and the first finding where it does not."""

    holds: bool
    finding: dict[str, Any] | None


class Cosigned(BaseModel):
    """How many cosignatures were added to the checkpoint of a size."""

    size: int
    added: int


__all__ = ["Checked", "Consistency", "Cosigned", "InclusionProof", "Key", "Keys", "OfStream", "Sizes"]
