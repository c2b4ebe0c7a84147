"""What is wrong with what was given, as reasons that a refusal lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from services.intake import rules
from services.intake.application.state import Application
from shared.contracts.core import Reason, Refusal
from shared.contracts.intake import Sealer
from shared.programme.eligibility import Condition, assess
from shared.programme.forms import (
    ApplicationForm,
    EvidenceKind,
    Finding,
    IpKind,
    ServiceCategory,
    ServiceKind,
    Severity,
    Unit,
    errors,
    findings,
)
from shared.programme.policy import Policy, policy
from shared.programme.values.uscc import Uscc, UsccError
from shared.programme.values.writing import cleaned, is_blank, unplain

_NEVER_POSSIBLE: Final = frozenset({"negative", "too_large", "too_long", "too_many", "characters"})
_NEVER_POSSIBLE_ONLINE: Final = frozenset({"uscc_length", "uscc_alphabet", "uscc_check_digit", "division", "same_unit"})
_SEAL_NAMES: Final = {Sealer.COUNTY: "县（区）科技部门", Sealer.KEY_UNIT: "重点单位", Sealer.CITY: "市（州）科技局"}


def unfit_text(text: str, field: str, longest: int, *, line: bool = False) -> Refusal | None:
    """A refusal for a text that is blank, longer than ``longest`` characters or not plain; a name is a ``line``."""
    if is_blank(text):
        return Refusal(rules.TEXT_IS_GIVEN, field=field)
    if len(text) > longest:
        return Refusal(rules.TEXT_IS_PLAIN, f"≤ {longest}", field)
    if unplain(text, line=line):
        what = "control characters" if unplain(text) else "a line break or an encoded word"
        return Refusal(rules.TEXT_IS_PLAIN, what, field)
    return None


def possible_unit(unit: Unit, field: str, by: Policy) -> Unit | Refusal:
    """The unit with its name trimmed and its code normalised; refused without a name or with a wrong code."""
    if refusal := unfit_text(unit.name, f"{field}.name", by.name_max, line=True):
        return refusal
    try:
        code = Uscc.parse(unit.uscc)
    except UsccError as wrong:
        reason = Reason(f"{field}.uscc", f"uscc_{wrong.rule}", "附件1", wrong.message_en, wrong.message_zh)
        return Refusal(rules.BAD_USCC, wrong.message_en, f"{field}.uscc", (reason,))
    return Unit(name=cleaned(unit.name), uscc=code.text)


def impossible(form: ApplicationForm, by: Policy, *, online: bool) -> tuple[Finding, ...]:
    """What no draft may hold: negative or huge numbers, overlong texts, and online a wrong code."""
    forbidden = _NEVER_POSSIBLE | (_NEVER_POSSIBLE_ONLINE if online else frozenset())
    found = tuple(one for one in findings(form, frozenset(), by) if one.rule in forbidden)
    return (*found, *_beyond_the_fields(form, by))


def _beyond_the_fields(form: ApplicationForm, by: Policy) -> Iterator[Finding]:
    for number, stated in enumerate(form.declared_counts):
        if not 0 <= stated.count <= by.count_max:
            yield _impossible(f"declared_counts[{number}].count", f"0 - {by.count_max}")
    if len(form.declared_counts) > len(ServiceCategory):
        yield _impossible("declared_counts", f"<= {len(ServiceCategory)}")
    if len(form.coverage.cells) > len(IpKind) * len(ServiceKind):
        yield _impossible("coverage.cells", f"<= {len(IpKind) * len(ServiceKind)}")
    for number, cell in enumerate(form.coverage.cells):
        if len(cell.institutions) > by.roster_max:
            yield _impossible(f"coverage.cells[{number}].institutions", f"<= {by.roster_max}")
        if any(len(code) > by.name_max or unplain(code, line=True) for code in cell.institutions):
            yield _impossible(f"coverage.cells[{number}].institutions", "USCC")


def _impossible(field: str, possible: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        field=field,
        rule="out_of_bounds",
        clause="附件1",
        message_zh=f"超出范围：{possible}",
        message_en=f"Out of bounds: {possible}",
    )


def evidence_kinds(application: Application) -> frozenset[EvidenceKind]:
    """The kinds of document in the packet."""
    return frozenset(one.kind for one in application.attachments)


def packet_findings(application: Application) -> tuple[Finding, ...]:
    """Everything wrong with the packet as it now is; nothing while there is no form."""
    if application.form is None:
        return ()
    return findings(application.form, evidence_kinds(application), policy(application.policy_version))


def missing_evidence(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of the findings by which a document that every packet needs is missing."""
    return tuple(one for one in found if one.rule == "evidence_missing" and one.severity is Severity.ERROR)


def wrong_in_form(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The errors in the form itself, whatever documents there are."""
    return tuple(one for one in found if one.rule != "evidence_missing" and one.severity is Severity.ERROR)


def paper_defects(
    form: ApplicationForm, kinds: Iterable[EvidenceKind], seals: Iterable[Sealer], by: Policy
) -> tuple[Finding, ...]:
    """The defects of a paper filing, each a point of a correction notice: seals missing and errors, not warnings."""
    borne = frozenset(seals)
    missing = tuple(_missing_seal(one) for one in (Sealer.COUNTY, Sealer.KEY_UNIT) if one not in borne)
    return (*missing, *errors(findings(form, frozenset(kinds), by)))


def _missing_seal(sealer: Sealer) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        field=f"seals.{sealer.value}",
        rule="seal_missing",
        clause="附件1",
        message_zh=f"{_SEAL_NAMES[sealer]}未盖章",
        message_en=f"The seal of the {sealer.value} is missing",
    )


def seals_wanting(application: Application, needed: Iterable[Sealer]) -> tuple[Reason, ...]:
    """Which of the seals needed do not stand on the packet as it now is."""
    now = application.packet_sha256
    return tuple(
        Reason(
            f"seals.{sealer.value}",
            rules.SEALS_ARE_COMPLETE.name,
            rules.SEALS_ARE_COMPLETE.clause,
            f"the seal of the {sealer.value} does not stand on packet {now[:12]}",
            f"{_SEAL_NAMES[sealer]}未在当前申报材料上盖章",
        )
        for sealer in needed
        if application.seal(sealer, now) is None
    )


def listed(found: Iterable[Finding], prefix: str = "") -> tuple[Reason, ...]:
    """Findings as the reasons of a refusal."""
    return tuple(Reason(f"{prefix}{one.field}", one.rule, one.clause, one.message_en, one.message_zh) for one in found)


def unmet(application: Application) -> tuple[Reason, ...]:
    """The conditions of 四（二） that are not met, as reasons; the applicants see the same before they file."""
    if application.form is None:
        return ()
    report = assess(application.form, evidence_kinds(application), policy(application.policy_version))
    return tuple(_unmet(one) for one in report.not_met)


def _unmet(condition: Condition) -> Reason:
    return Reason(
        f"eligibility.{condition.key}",
        "condition_not_met",
        condition.clause,
        f"{condition.reason_en}. {condition.remedy_en}".strip(". "),
        f"{condition.reason_zh}；{condition.remedy_zh}".strip("；"),
    )
