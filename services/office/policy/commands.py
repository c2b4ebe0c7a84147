"""What becomes of the policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from shared.contracts.core import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptPolicy(Command):
    """Adopt a version of the policy from a day on, by the department's lead. ``text`` is TOML as in the data file,
    without the first day; ``policy`` is ``programme``."""

    policy: str
    text: str
    effective_from: date


PolicyCommand: TypeAlias = AdoptPolicy
