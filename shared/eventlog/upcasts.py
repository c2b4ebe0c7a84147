"""What old versions of events mean today: the one place where they are brought up to date.

A published version never changes and never vanishes from the log. ``docs/events.md``, "Changing an event", says how a
new version is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Fields = dict[str, Any]
Upcast = Callable[[Fields], Fields]
"""From the fields of one schema version, as its JSON has them, to those of the next."""

UPCASTS: Mapping[tuple[str, int], Upcast] = {}
"""By stored type and schema version. Applied in turn until a version is reached that has none."""


__all__ = ["UPCASTS", "Fields", "Upcast"]
