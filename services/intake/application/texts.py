"""Texts of a command: given, plain, and no longer than the policy allows."""

from __future__ import annotations

from services.intake import rules
from shared.contracts.core import Refusal
from shared.contracts.refusing import first, unless
from shared.programme.policy import Policy
from shared.programme.values.writing import is_blank, unplain


def unfit_prose(text: str, field: str, by: Policy) -> Refusal | None:
    """Refuses an opinion, a reason or the like that is blank, too long or not plain; it may have lines."""
    return _unfit(text, field, by.text_max, line=False)


def unfit_name(text: str, field: str, by: Policy) -> Refusal | None:
    """Refuses a name or a title that is blank, too long or not plain; it is one line."""
    return _unfit(text, field, by.name_max, line=True)


def _unfit(text: str, field: str, longest: int, *, line: bool) -> Refusal | None:
    return first(
        unless(not is_blank(text), rules.TEXT_IS_GIVEN, field=field),
        unless(len(text) <= longest, rules.TEXT_IS_PLAIN, f"≤ {longest}", field=field),
        unless(not unplain(text), rules.TEXT_IS_PLAIN, "control characters", field=field, detail_zh="控制字符"),
        unless(
            not unplain(text, line=line),
            rules.TEXT_IS_PLAIN,
            "a line break or an encoded word",
            field=field,
            detail_zh="换行或编码串",
        ),
    )
