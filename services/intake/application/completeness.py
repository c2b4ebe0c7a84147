"""What a packet still lacks before it may go on: errors, documents, seals, conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from services.intake import rules
from services.intake.application.state import Application
from shared.contracts.core import Reason
from shared.contracts.intake import Sealer
from shared.programme.eligibility import Condition, assess
from shared.programme.forms import EvidenceKind, Finding, errors, findings
from shared.programme.policy import policy

SEAL_NAMES: Final = {
    Sealer.COUNTY: "县（区）科技部门",
    Sealer.KEY_UNIT: "服务业重点单位",
    Sealer.CITY: "市（州）科技局",
}
_EVIDENCE_MISSING: Final = "evidence_missing"


def evidence_kinds(application: Application) -> frozenset[EvidenceKind]:
    """The kinds of document in the packet."""
    return frozenset(attachment.kind for attachment in application.attachments)


def packet_findings(application: Application) -> tuple[Finding, ...]:
    """Everything wrong with the packet as it now is; nothing while there is no form."""
    if application.form is None:
        return ()
    return findings(application.form, evidence_kinds(application), policy(application.policy_version))


def missing_evidence(packet: Collection[Finding]) -> tuple[Finding, ...]:
    """Of a packet's findings, the documents missing that every packet needs."""
    return tuple(error for error in errors(packet) if error.rule == _EVIDENCE_MISSING)


def wrong_in_form(packet: Collection[Finding]) -> tuple[Finding, ...]:
    """Of a packet's findings, the errors in the form itself, whatever documents there are."""
    return tuple(error for error in errors(packet) if error.rule != _EVIDENCE_MISSING)


def listed(packet: Iterable[Finding]) -> tuple[Reason, ...]:
    """Findings as the reasons of a refusal."""
    return tuple(finding.as_reason() for finding in packet)


def seals_wanting(application: Application, needed: Iterable[Sealer]) -> tuple[Reason, ...]:
    """Which of the seals needed do not stand on the packet as it now is."""
    now = application.packet_sha256
    return tuple(
        Reason(
            f"seals.{sealer.value}",
            rules.SEALS_ARE_COMPLETE.name,
            rules.SEALS_ARE_COMPLETE.clause,
            f"the seal of the {sealer.value} does not stand on packet {now[:12]}",
            f"{SEAL_NAMES[sealer]}未在当前申报材料上盖章",
        )
        for sealer in needed
        if application.seal(sealer, now) is None
    )


def unmet(application: Application) -> tuple[Reason, ...]:
    """The conditions of 四（二） that are not met, as reasons; the applicants see the same before they file."""
    if application.form is None:
        return ()
    report = assess(application.form, evidence_kinds(application), policy(application.policy_version))
    return tuple(_unmet(condition) for condition in report.not_met)


def _unmet(condition: Condition) -> Reason:
    return Reason(
        f"eligibility.{condition.key}",
        "condition_not_met",
        condition.clause,
        f"{condition.reason_en}. {condition.remedy_en}".strip(". "),
        f"{condition.reason_zh}；{condition.remedy_zh}".strip("；"),
    )
