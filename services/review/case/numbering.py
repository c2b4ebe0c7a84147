"""The document number (发文字号) of a decision."""

from __future__ import annotations

from datetime import date

from services.review import rules
from shared.contracts.core import Refusal
from shared.contracts.refusing import unless
from shared.programme.values.document_number import DocumentNumber, DocumentNumberError


def numbered(text: str, on: date) -> DocumentNumber | Refusal:
    """The number of a decision of that day; refuses one that is not well-formed, or of another year."""
    rule = rules.DOCUMENT_NUMBER_IS_WELL_FORMED
    try:
        number = DocumentNumber.parse(text)
    except DocumentNumberError as error:
        return Refusal(rule, error.message_en, "document_number")
    return unless(number.year == on.year, rule, f"{number.year}", field="document_number") or number
