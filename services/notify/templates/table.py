"""Every template by its name."""

from __future__ import annotations

from collections.abc import Mapping

from services.notify.templates import (
    decision,
    examination,
    fate,
    filing,
    panel,
    record,
    recounting,
    reminding,
    serving,
    term,
)
from services.notify.templates.confirming import CONFIRMATION
from services.notify.templates.form import Template
from services.notify.templates.replying import ANSWER

_ROOMS = (filing, examination, panel, decision, term, fate, record, recounting, serving, reminding)

TEMPLATES: Mapping[str, Template] = {
    template.name: template
    for template in (*(template for room in _ROOMS for template in room.TEMPLATES), CONFIRMATION, ANSWER)
}
