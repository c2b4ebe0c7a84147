"""What binds a notice's rendered content: one digest over all that a reader may see of it. Pure."""

from __future__ import annotations

import json
from hashlib import sha256


def content_sha256(*, subject: str, body: str, html: str = "", sms_template: str = "", variables: str = "") -> str:
    """The SHA-256 (hex) of a rendered notice: of its parts as a JSON array, in this order, in UTF-8."""
    parts = [subject, body, html, sms_template, variables]
    return sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
