"""Checks that several commands share, each a refusal or nothing."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

from services.lifecycle import rules
from shared.contracts.core import Command, Refusal
from shared.contracts.refusing import unless
from shared.programme.policy import Policy
from shared.programme.scoring import is_mark
from shared.programme.values.entering import texts_in
from shared.programme.values.writing import is_blank, unplain


def text_given(text: str, field: str) -> Refusal | None:
    """Refuses a blank text."""
    return unless(not is_blank(text), rules.TEXT_GIVEN, field=field)


def texts_fit(command: Command, law: Policy) -> Refusal | None:
    """Refuses the first text of a command that is too long or holds control characters, naming its place."""
    for field in fields(command):
        if field.name == "context":
            continue
        for place, text, _ in texts_in(getattr(command, field.name), object, field.name):
            if len(text) > law.text_max:
                return Refusal(rules.TEXT_FITS, f"{len(text)} > {law.text_max}", place)
            if unplain(text):
                return Refusal(rules.TEXT_PLAIN, field=place)
    return None


def uploaded(not_uploaded: tuple[str, ...]) -> Refusal | None:
    """Refuses the first document that was not uploaded, or is not what the filing says."""
    return Refusal(rules.DOCUMENT_STORED, field=not_uploaded[0]) if not_uploaded else None


def points_in_range(points: Decimal, field: str) -> Refusal | None:
    """Refuses points that do not lie between 0 and 100."""
    return unless(is_mark(points), rules.POINTS_IN_RANGE, field=field)


__all__ = ["points_in_range", "text_given", "texts_fit", "uploaded"]
