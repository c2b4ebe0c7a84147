"""How notices are shown: addresses masked, an event without what is personal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from deploy.operator.frame import records
from shared.eventlog.log import StoredEvent

_PERSONAL = {"address", "recipient_name", "body", "html", "variables", "subject", "unsubscribe_url", "message_id"}


def masked(address: str) -> str:
    """An address of which only enough is left to be told apart: ``c***@example.org``, ``+86****0005``."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    if "://" in address:
        return re.sub(r"^(\w+://[^/]+).*", r"\1/***", address)
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "***" if address else ""


def masked_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of notices, its address masked and nothing else in it that is personal."""
    shown = {name: value for name, value in row.items() if name not in _PERSONAL}
    return shown | {"address": masked(str(row["address"]))}


def step(event: StoredEvent) -> dict[str, object]:
    """An event of a notice's history; the first has the digest of its content, the others their facts."""
    facts = {name: value for name, value in records.facts_of(event).items() if value not in ("", None, [], False)}
    listed = "; ".join(
        f"{name}={value}" for name, value in facts.items() if name not in _PERSONAL | {"delivery_id", "case_id"}
    )
    return {
        "seq": event.seq,
        "recorded_at": records.local(event.recorded_at),
        "what": records.named(event),
        "facts": listed if event.version > 1 else f"content {str(facts.get('content_sha256', ''))[:16]}",
    }


__all__ = ["masked", "masked_row", "step"]
