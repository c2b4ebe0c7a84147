"""Who is told that a last day moved: whoever has to act by it, and whoever was told of it."""

from __future__ import annotations

from typing import Any

from services.notify.notices.people import Audience
from services.notify.notices.rule import COUNTY, ENDORSER, KEY_UNIT, PROVINCE, NoticeRule, notice
from services.notify.templates.recounting import CAUSES, Recounted
from shared.programme.vocabulary import TimeLimit

_CONCERNED: dict[TimeLimit, tuple[Audience, ...]] = {
    TimeLimit.ENDORSEMENT: (ENDORSER, COUNTY),
    TimeLimit.FORMAL_EXAMINATION: (PROVINCE, COUNTY, KEY_UNIT),
    TimeLimit.CORRECTION: (COUNTY, KEY_UNIT, ENDORSER),
    TimeLimit.PUBLICITY: (PROVINCE, COUNTY, KEY_UNIT),
    TimeLimit.ANNUAL_REPORT: (COUNTY, ENDORSER),
    TimeLimit.LATE_REPORT: (COUNTY, ENDORSER),
    TimeLimit.RECTIFICATION: (COUNTY, KEY_UNIT, ENDORSER),
    TimeLimit.HEARING: (COUNTY, KEY_UNIT),
}


def _moved(matter: TimeLimit) -> NoticeRule:
    def stays(event: Recounted) -> bool:
        """It is another's last day, or was only provisional and is the same day now."""
        return event.matter is not matter or event.was.on == event.now.on

    concerned: tuple[Audience, ...] = _CONCERNED[matter]
    cause: type[Any] = CAUSES[matter]
    return notice(f"moved-{matter}", cause, mail=concerned, sms=concerned[:1], unless=stays, statutory=True)


NOTICES: tuple[NoticeRule, ...] = tuple(map(_moved, TimeLimit))
