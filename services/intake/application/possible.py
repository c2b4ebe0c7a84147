"""What can be true at all: a draft may stay incomplete, but it holds nothing that no form could say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.intake import rules
from services.intake.application.texts import unfit_name
from shared.contracts.core import Reason, Refusal
from shared.programme.forms import (
    ApplicationForm,
    Finding,
    IpKind,
    ServiceCategory,
    ServiceKind,
    Severity,
    Unit,
    findings,
)
from shared.programme.policy import Policy
from shared.programme.values.uscc import Uscc, UsccError
from shared.programme.values.writing import cleaned, unplain

_NEVER_POSSIBLE: Final = frozenset({"negative", "too_large", "too_long", "too_many", "characters"})
_NEVER_POSSIBLE_ONLINE: Final = frozenset({"uscc_length", "uscc_alphabet", "uscc_check_digit", "division", "same_unit"})


def possible_unit(unit: Unit, field: str, by: Policy) -> Unit | Refusal:
    """The unit with its name trimmed and its code normalised; refused without a name or with a wrong code."""
    if refusal := unfit_name(unit.name, f"{field}.name", by):
        return refusal
    try:
        code = Uscc.parse(unit.uscc)
    except UsccError as wrong:
        reason = Reason(f"{field}.uscc", f"uscc_{wrong.rule}", "附件1", wrong.message_en, wrong.message_zh)
        return Refusal(rules.BAD_USCC, wrong.message_en, f"{field}.uscc", (reason,))
    return Unit(name=cleaned(unit.name), uscc=code.text)


def impossible_form(form: ApplicationForm, by: Policy, *, online: bool) -> Refusal | None:
    """Refuses negative or huge numbers and overlong texts; online also a wrong code."""
    forbidden = _NEVER_POSSIBLE | (_NEVER_POSSIBLE_ONLINE if online else frozenset())
    in_fields = (finding for finding in findings(form, frozenset(), by) if finding.rule in forbidden)
    wrong = (*in_fields, *_beyond_the_fields(form, by))
    if not wrong:
        return None
    reasons = tuple(finding.as_reason("form.") for finding in wrong)
    return Refusal(rules.FORM_IS_POSSIBLE, reasons[0].message, reasons[0].field, reasons)


def _beyond_the_fields(form: ApplicationForm, by: Policy) -> Iterator[Finding]:
    for number, stated in enumerate(form.declared_counts):
        if not 0 <= stated.count <= by.count_max:
            yield _out_of_bounds(f"declared_counts[{number}].count", f"0 - {by.count_max}")
    if len(form.declared_counts) > len(ServiceCategory):
        yield _out_of_bounds("declared_counts", f"<= {len(ServiceCategory)}")
    if len(form.coverage.cells) > len(IpKind) * len(ServiceKind):
        yield _out_of_bounds("coverage.cells", f"<= {len(IpKind) * len(ServiceKind)}")
    for number, cell in enumerate(form.coverage.cells):
        if len(cell.institutions) > by.roster_max:
            yield _out_of_bounds(f"coverage.cells[{number}].institutions", f"<= {by.roster_max}")
        if any(len(code) > by.name_max or unplain(code, line=True) for code in cell.institutions):
            yield _out_of_bounds(f"coverage.cells[{number}].institutions", "USCC")


def _out_of_bounds(field: str, possible: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        field=field,
        rule="out_of_bounds",
        clause="附件1",
        message_zh=f"超出范围：{possible}",
        message_en=f"Out of bounds: {possible}",
    )
