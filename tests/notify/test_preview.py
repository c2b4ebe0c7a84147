"""A look at the words of a notice for what last happened in a case, before or after anybody is sent them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from services.notify.aggregates.reminder import REMINDER, reminder_id
from services.notify.channels.sms.segments import split
from services.notify.telling import preview as previewed
from services.notify.templates import ENQUIRIES
from shared.contracts.core import Envelope
from shared.contracts.notify import Channel, Language, Matter, ReminderRaised
from shared.contracts.review import CorrectionNoticeIssued
from shared.service.http.problems import Problem
from shared.service.service import Service
from tests.notify.messages import envelope, people
from tests.notify.samples import CASE, EVENTS


@dataclass
class _Notify:
    """As much of a service as a look needs: streams by their names."""

    streams: Mapping[str, Sequence[Envelope]] = field(default_factory=dict)

    @property
    def log(self) -> _Notify:
        return self

    async def read_stream(self, stream: str) -> Sequence[Envelope]:
        return self.streams.get(stream, ())

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        yield


@pytest.fixture(autouse=True)
def _people(monkeypatch: pytest.MonkeyPatch) -> None:
    async def people_at(_connection: None, _case_id: str, _seq: int) -> Any:
        return people()

    monkeypatch.setattr(previewed, "people_at", people_at)


ISSUED: Any = EVENTS[CorrectionNoticeIssued]
FIRST, SECOND = envelope(replace(ISSUED, notice_no=1), seq=5), envelope(replace(ISSUED, notice_no=2), seq=7)
CORRECTION = REMINDER.stream(reminder_id(CASE, Matter.CORRECTION, ""))


def raised(matter: Matter, seq: int) -> Envelope:
    """A reminder of a matter."""
    reminder = ReminderRaised(
        reminder_id="r",
        case_id=CASE,
        matter=matter,
        item="",
        due=ISSUED.due,
        days_before=7,
        days_left=7,
        cause_id=FIRST.event_id,
        cause_type=FIRST.type,
    )
    return envelope(reminder, seq=seq)


async def look(service: _Notify, name: str, channel: Channel = Channel.MAIL) -> dict[str, Any]:
    return await previewed.preview(
        cast(Service, service), ENQUIRIES, name, CASE, language=Language.CHINESE, channel=channel
    )


async def test_the_last_event_that_the_notice_tells_of_is_told() -> None:
    found = await look(_Notify({f"review/case/{CASE}": [FIRST, SECOND]}), "correction-notice")
    assert (found["cause_id"], found["channel"]) == (str(SECOND.event_id), Channel.MAIL)
    assert found["subject"]
    assert found["statutory"]


async def test_a_reminder_is_found_by_the_last_day_that_it_reminds_of() -> None:
    other = raised(Matter.RECTIFICATION, 10)
    service = _Notify({f"review/case/{CASE}": [FIRST], CORRECTION: [raised(Matter.CORRECTION, 9), other]})
    assert (await look(service, "reminder-correction"))["cause_id"] == str(raised(Matter.CORRECTION, 9).event_id)


async def test_only_a_short_message_is_counted_in_segments() -> None:
    service = _Notify({f"review/case/{CASE}": [FIRST]})
    mail, sms = [await look(service, "correction-notice", channel) for channel in (Channel.MAIL, Channel.SMS)]
    assert mail["segments"] == 0
    assert sms["segments"] == len(split(sms["text"])) > 0


@pytest.mark.parametrize(
    ("name", "title"),
    [("nonsense", "There is no such template"), ("case-opened", "Nothing has happened in this case")],
)
async def test_where_there_is_nothing_to_tell_it_says_so(name: str, title: str) -> None:
    with pytest.raises(Problem) as caught:
        await look(_Notify({f"review/case/{CASE}": [FIRST]}), name)
    assert caught.value.status == 404
    assert title in str(caught.value)
