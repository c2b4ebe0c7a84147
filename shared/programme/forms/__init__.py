"""The application form (附件1): its values, what is counted from it, and what is wrong with it."""

from shared.programme.forms.catalogue import FIELDS, FieldKind, FormField
from shared.programme.forms.counts import category_sum, derived_counts, distinct_roster
from shared.programme.forms.findings import Finding, Severity, errors, findings
from shared.programme.forms.values import (
    ApplicationForm,
    CategoryCount,
    CoverageCell,
    CoverageMatrix,
    Institution,
    KeyUnitNarrative,
    OtherQualification,
    Person,
    StaffCounts,
    Unit,
)
from shared.programme.vocabulary import EvidenceKind, IpKind, ServiceCategory, ServiceKind

__all__ = [
    "FIELDS",
    "ApplicationForm",
    "CategoryCount",
    "CoverageCell",
    "CoverageMatrix",
    "EvidenceKind",
    "FieldKind",
    "Finding",
    "FormField",
    "Institution",
    "IpKind",
    "KeyUnitNarrative",
    "OtherQualification",
    "Person",
    "ServiceCategory",
    "ServiceKind",
    "Severity",
    "StaffCounts",
    "Unit",
    "category_sum",
    "derived_counts",
    "distinct_roster",
    "errors",
    "findings",
]
