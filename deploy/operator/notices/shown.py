"""How notices are shown: addresses masked, an event without what is personal."""

from __future__ import annotations

from deploy.operator.frame import records
from shared.eventlog.log import StoredEvent

_PERSONAL = {"address", "recipient_name", "body", "html", "variables", "subject", "unsubscribe_url", "message_id"}


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


__all__ = ["step"]
