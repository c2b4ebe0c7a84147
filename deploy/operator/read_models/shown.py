"""How changes of rows, rebuilds and spans of time are said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from deploy.operator.frame.hints import typed
from shared.projections.comparing.diff import Difference
from shared.projections.rebuilding.rebuild import Rebuilt

_CUT = 60


def outcome(name: str, result: Rebuilt) -> str:
    """What a rebuild of a projection gave."""
    if result.equal:
        return f"Equal, row for row: {result.shadow.combined}{'; switched.' if result.switched else ''}"
    what = f"{', '.join(result.differs)} differ" if result.live else "There are no live tables of this version"
    if result.switched:
        return f"{what}; the new tables are in place now."
    return typed(f"{what}. The new tables stay as a replay; remove it: `juqu projection drop {name} rebuild`")


def columns_of(change: Difference) -> Iterator[str]:
    """What a row's columns were and are, a line each."""
    before, after = change.before or {}, change.after or {}
    names: Sequence[str] = change.columns or [
        name for name, value in (after or before).items() if value not in ("", None)
    ]
    for name in names:
        if change.kind == "changed":
            yield f"           {name}: {_brief(before[name])} -> {_brief(after[name])}"
        else:
            yield f"           {name}: {_brief((after or before)[name])}"


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}…"


def span(seconds: float) -> str:
    """A span of time as people say it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


__all__ = ["columns_of", "outcome", "span"]
