"""Words on a correction of the record, the same in every service."""

from __future__ import annotations

from services.notify.templates.form import About, Template, Text, template
from services.notify.templates.labels import field
from shared.contracts import intake as intake_events
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts import review as review_events
from shared.contracts.notify import Language

Corrected = intake_events.RecordCorrected | review_events.RecordCorrected | lifecycle_events.RecordCorrected


def _zh(event: Corrected, _: About) -> Text:
    return f"记录中的{field(event.field, Language.CHINESE)}由“{event.was}”更正为“{event.now}”。原因：{event.why}"


def _en(event: Corrected, _: About) -> Text:
    return (
        (
            f"In the record, {field(event.field, Language.ENGLISH)} has been corrected from “{event.was}” to "
            f"“{event.now}”."
        ),
        f"Reason: {event.why}",
    )


TEMPLATES: tuple[Template, ...] = (
    template(
        "intake-record-corrected",
        intake_events.RecordCorrected,
        zh="申报记录已更正",
        zh_text=_zh,
        en="Record of the application corrected",
        en_text=_en,
    ),
    template(
        "review-record-corrected",
        review_events.RecordCorrected,
        zh="审核记录已更正",
        zh_text=_zh,
        en="Record of the review corrected",
        en_text=_en,
    ),
    template(
        "lifecycle-record-corrected",
        lifecycle_events.RecordCorrected,
        zh="建设期记录已更正",
        zh_text=_zh,
        en="Record of the term corrected",
        en_text=_en,
    ),
)
