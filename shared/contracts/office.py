"""Office: who of an office acts for whom, the letters of the public, what people say of how they were served, and the
working calendar. The notice of 2018 is silent on all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shared.contracts.core import Due, Event, Role, event
from shared.contracts.notify import Channel, Language
from shared.programme.values.holidays import Holiday, HolidayNotice
from shared.programme.values.personal import Address, FeedbackId, LetterId, OfficeName, PersonalText, PersonName
from shared.programme.vocabulary import ActKind, LetterKind, Satisfaction, ServiceStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Somebody of an office: the subject of their token, and their name."""

    subject: str
    name: PersonName
    office: OfficeName


POLICY: Final = "office/policy/programme"
"""The stream of the policy: one for the programme."""
CALENDAR: Final = "office/calendar/national"
"""The stream of the calendar: one for the country."""


@event("委托办理", clause="-")
class DelegationGranted(Event):
    """A head lets a colleague act for them, both days inclusive. ``roles`` are the head's, in which the colleague then
    acts; ``kinds`` are the kinds of act."""

    delegation_id: str
    principal: Officer
    delegate: Officer
    roles: tuple[Role, ...]
    kinds: tuple[ActKind, ...]
    first_day: date
    last_day: date


@event("终止委托", clause="-")
class DelegationEnded(Event):
    """From here on nobody acts under it. ``ended_by`` is the subject of whoever ended it."""

    delegation_id: str
    ended_by: str


@event("收到来信", clause="-")
class LetterSent(Event):
    """Somebody of the public wrote to the department. Without an address (``channel`` is none) they ask for the answer
    with the letter's id."""

    letter_id: LetterId
    kind: LetterKind
    text: PersonalText
    channel: Channel | None
    address: Address
    language: Language
    due: Due


@event("答复来信", clause="-")
class LetterAnswered(Event):
    """The answer to whoever wrote, and where they are told of it. ``public_question`` and ``public_answer`` are what
    everybody reads, without anything personal; empty where nothing is published."""

    letter_id: LetterId
    answer: PersonalText
    channel: Channel | None
    address: Address
    language: Language
    public_question: str
    public_answer: str


class RatedBy(StrEnum):
    """Who rates: by their part in the case, or the public by the receipt of a letter or an objection."""

    COUNTY = "county"
    KEY_UNIT = "key-unit"
    PUBLIC = "public"


@event("办理评价", clause="国办发〔2019〕51号")
class FeedbackGiven(Event):
    """Whoever was served said how satisfied they are with how a step was handled, once. ``handling_id`` is the event
    that ended the step, or the letter or objection that was answered. ``case_id`` is empty for a letter. ``due`` is
    until when it is answered; none for a level that calls for no answer."""

    feedback_id: FeedbackId
    handling_id: str
    case_id: str
    step: ServiceStep
    rated_by: RatedBy
    level: Satisfaction
    words: PersonalText
    due: Due | None


@event("差评整改反馈", clause="国办发〔2019〕51号")
class FeedbackAnswered(Event):
    """What the department found and did about it, told to whoever rated."""

    feedback_id: FeedbackId
    handling_id: str
    case_id: str
    step: ServiceStep
    rated_by: RatedBy
    answer: PersonalText


@event("签发政策版本", clause="-")
class PolicyAdopted(Event):
    """A version of the policy, in force from a day on. ``text`` is TOML as it was given, ``sha256`` its digest."""

    version: str
    effective_from: date
    sha256: str
    text: str


@event("公布节假日安排", clause="-")
class CalendarAnnounced(Event):
    """A year's notice of the General Office of the State Council. ``sha256`` is that of its days; ``replaces`` that of
    the days known for the year before, where it corrects them."""

    year: int
    document_number: str
    announced_on: date
    holidays: tuple[Holiday, ...]
    sha256: str
    replaces: str

    @property
    def announcement(self) -> HolidayNotice:
        """What it makes of the calendar."""
        rows = tuple(row for holiday in self.holidays for row in holiday.rows)
        return HolidayNotice(year=self.year, document_number=self.document_number, rows=rows)
