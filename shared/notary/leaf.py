"""An event as the bytes that are hashed: every stored column in one text form, so that a stranger can hash it again.

Leaf data is the concatenation of netstrings (``<length in bytes>:<UTF-8>,``) of ``COLUMNS``; SQL null is ``-,``. The
leaf hash is SHA-256(0x00 || leaf data), RFC 9162 section 2.1.1. The leaf of ``seq`` has the index ``seq - 1``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, cast

COLUMNS = (
    "seq",
    "recorded_at",
    "event_id",
    "command_id",
    "causation_id",
    "effective_on",
    "version",
    "schema_version",
    "ordinal",
    "internal",
    "stream",
    "type",
    "actor",
    "office",
    "correlation_id",
    "policy_version",
    "data",
)
"""The columns of ``log.events`` that a leaf holds, in order. ``category`` is the beginning of ``stream``."""

Row = Sequence[str | None]
"""The columns in their text forms: ``recorded_at`` in microseconds since 1970 (UTC), UUIDs in lower case,
``effective_on`` as YYYY-MM-DD, ``internal`` as true or false, numbers in decimals, the rest as stored."""

_TEXTS = {"stream", "type", "actor", "office", "correlation_id", "policy_version", "data"}
_FORMS = {
    # In double precision exact to the microsecond until the year 2242.
    "recorded_at": "round(date_part('epoch', recorded_at) * 1000000)::bigint::text",
    "internal": "case when internal then 'true' else 'false' end",
    "effective_on": "to_char(effective_on, 'YYYY-MM-DD')",
    **{name: name for name in _TEXTS},
}


def _form(name: str) -> str:
    return _FORMS.get(name, f"{name}::text")


def _as_netstring(name: str) -> str:
    parts = f"octet_length({_form(name)}), ':', {_form(name)}, ','"
    return f"case when {name} is null then '-,' else concat({parts}) end" if name == "causation_id" else parts


SELECT = ", ".join(f"{_form(name)} as {name}" for name in COLUMNS)
"""What to select from ``log.events`` to have a ``Row``. The columns keep their names, so order by ``log.events.seq``:
a bare ``seq`` is the text."""

LEAF = f"concat({', '.join(map(_as_netstring, COLUMNS))})"
"""The leaf data of a row of ``log.events`` as the server makes it, as text; the same as ``leaf_data``, and faster."""


class Leaf(NamedTuple):
    """What the tree and the stream map take of an event: ``hash`` is its leaf hash."""

    seq: int
    stream: str
    version: int
    hash: bytes


def leaf_data(row: Row) -> bytes:
    """The bytes of an event that its leaf hash is taken of. Raises ``ValueError`` for what has not the columns."""
    if len(row) != len(COLUMNS):
        raise ValueError(f"an event has {len(COLUMNS)} columns, not {len(row)}")
    try:
        head, data = _head(cast("Sequence[str]", row)), cast("str", row[-1]).encode()
    except (TypeError, AttributeError):  # a null where the log has none
        return b"".join(map(netstring, row))
    if not head.isascii():
        return b"".join(map(netstring, row))
    return b"%b%d:%b," % (head.encode(), len(data), data)


def _head(row: Sequence[str]) -> str:
    """The netstrings of all but the data, right where all is ASCII; in one piece, as this is done for each event."""
    (
        seq,
        at,
        event,
        command,
        cause,
        day,
        version,
        schema,
        ordinal,
        internal,
        stream,
        name,
        actor,
        office,
        corr,
        law,
        _,
    ) = row
    reason = "-," if cause is None else f"{len(cause)}:{cause},"
    return (
        f"{len(seq)}:{seq},{len(at)}:{at},{len(event)}:{event},{len(command)}:{command},{reason}{len(day)}:{day},"
        f"{len(version)}:{version},{len(schema)}:{schema},{len(ordinal)}:{ordinal},{len(internal)}:{internal},"
        f"{len(stream)}:{stream},{len(name)}:{name},{len(actor)}:{actor},{len(office)}:{office},"
        f"{len(corr)}:{corr},{len(law)}:{law},"
    )


def netstring(text: str | None) -> bytes:
    """A text as a netstring of its UTF-8 bytes; ``-,`` for null."""
    if text is None:
        return b"-,"
    encoded = text.encode()
    return b"%d:%b," % (len(encoded), encoded)


def leaf_hash(data: bytes) -> bytes:
    """The leaf hash (32 bytes) of leaf data, RFC 9162 section 2.1.1."""
    return sha256(b"\x00" + data).digest()


def row_of(columns: Mapping[str, str | None]) -> list[str | None]:
    """A row from its columns by name. Raises ``KeyError`` for a missing one, ``ValueError`` for an unknown one."""
    if len(columns) != len(COLUMNS) and (unknown := set(columns) - set(COLUMNS)):
        raise ValueError(f"a leaf has no {', '.join(sorted(unknown))}")
    return [columns[name] for name in COLUMNS]


__all__ = ["COLUMNS", "LEAF", "SELECT", "Leaf", "Row", "leaf_data", "leaf_hash", "netstring", "row_of"]
