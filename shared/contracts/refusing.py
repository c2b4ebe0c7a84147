"""A decision as a list of rules: the first that does not hold refuses."""

from __future__ import annotations

from shared.contracts.core import Refusal, Rule


def unless(holds: bool, rule: Rule, detail: str = "", *, field: str = "", detail_zh: str = "") -> Refusal | None:
    """A refusal by the rule, unless it holds."""
    return None if holds else Refusal(rule, detail, field, detail_zh=detail_zh)


def first(*refusals: Refusal | None) -> Refusal | None:
    """The first refusal, if any."""
    return next((refusal for refusal in refusals if refusal is not None), None)


__all__ = ["first", "unless"]
