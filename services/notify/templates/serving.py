"""Words on how people were served."""

from __future__ import annotations

from services.notify.templates.form import Template, template
from shared.contracts import office as office_events

TEMPLATES: tuple[Template, ...] = (
    template(
        "feedback-answered",
        office_events.FeedbackAnswered,
        zh="对贵单位评价的反馈",
        zh_text=lambda e, _: (f"贵单位对“{e.step.zh}”环节办理情况的评价，经核实反馈如下：", e.answer),
        en="Answer to your feedback",
        en_text=lambda e, _: (f"You were not satisfied with how a step was handled ({e.step.en}):", e.answer),
    ),
)
