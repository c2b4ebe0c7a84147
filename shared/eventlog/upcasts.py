"""What old versions of events mean today: the one place where they are brought up to date.

A published version never changes and never vanishes from the log. ``docs/events.md``, "Changing an event", says how a
new version is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Fields = dict[str, Any]
Upcast = Callable[[Fields], Fields]
"""From the fields of one schema version, as its JSON has them, to those of the next."""


def _delivery_requested_2(fields: Fields) -> Fields:
    """Before there were templates every notice was Chinese plain text, sent at any hour, and resent by hand if need
    be."""
    return fields | {
        "language": "zh-CN",
        "template": f"{fields['rule']}@{fields['rule_version']}",
        "html": "",
        "sms_template": "",
        "variables": "",
        "content_sha256": "",
        "statutory": True,
        "urgent": True,
        "unsubscribe_url": "",
    }


def _subscription_2(fields: Fields) -> Fields:
    """Before there were topics and languages a subscription was to everything, in Chinese."""
    return fields | {"topic": "", "language": "zh-CN"}


def _subscription_requested_3(fields: Fields) -> Fields:
    """Before there were codes of an address each request sent its code itself; it says nothing else."""
    return fields


def _objection_filed_2(fields: Fields) -> Fields:
    """Before strangers were counted nobody noted where an objection came from."""
    return fields | {"client": ""}


def _documents_named_2(fields: Fields) -> Fields:
    """Titles and names of documents were stored as they were written, now they are sealed; they say the same."""
    return fields


_WITH_DOCUMENTS = (
    "intake.ApplicationFiled",
    "intake.AttachmentAdded",
    "intake.CorrectionFiled",
    "intake.PaperApplicationKeyed",
    "lifecycle.AnnualReportFiled",
    "lifecycle.DutyReported",
    "lifecycle.RectificationReportFiled",
    "review.CaseOpened",
    "review.CorrectionReceived",
    "review.SiteVisitReported",
)


def _objection_filed_3(fields: Fields) -> Fields:
    """Before floods of objections were thought of each was told to the offices, as the first one is."""
    return fields | {"waiting": 1}


def _panel_convened_2(fields: Fields) -> Fields:
    """Before declarations were on record no panel waited for them."""
    return fields | {"declare_first": False}


UPCASTS: Mapping[tuple[str, int], Upcast] = {
    **{(name, 1): _documents_named_2 for name in _WITH_DOCUMENTS},
    ("notify.DeliveryRequested", 1): _delivery_requested_2,
    ("notify.SubscriptionConfirmed", 1): _subscription_2,
    ("notify.SubscriptionRequested", 1): _subscription_2,
    ("notify.SubscriptionRequested", 2): _subscription_requested_3,
    ("review.ObjectionFiled", 1): _objection_filed_2,
    ("review.ObjectionFiled", 2): _objection_filed_3,
    ("review.PanelConvened", 1): _panel_convened_2,
}
"""By stored type and schema version. Applied in turn until a version is reached that has none."""


__all__ = ["UPCASTS", "Fields", "Upcast"]
