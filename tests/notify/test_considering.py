"""What an event leads to for each whom it concerns: a message with its address, or with the reason why none is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from services.notify.aggregates.delivery.commands import RequestDelivery
from services.notify.channels.addresses import AddressRules
from services.notify.notices.rendering import UNWANTED
from services.notify.telling import considering as considered
from services.notify.telling.considering import Considering
from services.notify.telling.recipients import Directory
from services.notify.views.people import PEOPLE
from shared.contracts.core import Event
from shared.contracts.intake import FormRevised
from shared.contracts.notify import Channel
from shared.contracts.review import CaseOpened, PublicityEnded, SiteVisitRescheduled
from shared.programme.forms import ApplicationForm
from shared.service.service import Service
from tests.notify.messages import SYSTEM, envelope
from tests.notify.samples import EVENTS
from tests.notify.test_directory import COUNTY, known

CITY, UNIT = "city:220100", "unit:91220113DEM0000224"
REVISED = FormRevised(case_id="case", form=ApplicationForm(), office=COUNTY, revised_by=COUNTY)


@dataclass
class _Notify:
    """As much of a service as this needs: its read model of people is behind the log or not, and remembers how far it
    was asked to come."""

    behind: bool = False
    asked: list[int] = field(default_factory=list)
    log: Any = None

    async def shown(self, projection: str, seq: int, *, within: float) -> bool:
        assert (projection, within > 0) == (PEOPLE.name, True)
        self.asked.append(seq)
        return not self.behind

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        yield


def considering(service: _Notify, *, fictitious: bool = True) -> Considering:
    rules = AddressRules(test_addresses=fictitious)
    return Considering(cast(Service, service), rules, "n.example", lambda: b"k" * 32, "https://n.example")


@pytest.fixture(autouse=True)
def _people(monkeypatch: pytest.MonkeyPatch) -> None:
    async def directory(_connection: None, _cases: Any) -> Directory:
        return known()

    monkeypatch.setattr(considered, "directory", directory)


async def requests(event: type[Event], seq: int, *, fictitious: bool = True) -> dict[tuple[str, str], RequestDelivery]:
    """The requests that an event leads to, by office and channel."""
    of_the_case: Any = EVENTS[event]
    happened = envelope(replace(of_the_case, case_id="case"), seq=seq)
    react = await considering(_Notify(), fictitious=fictitious)([happened])
    todos = [todo for todo in react(happened) if todo.name == "request-delivery"]
    assert all(todo.new for todo in todos), "each is a stream of its own, begun by this"
    asked = [todo.command(SYSTEM) for todo in todos]
    assert all(isinstance(each, RequestDelivery) for each in asked)
    return {(each.notice.recipient, each.notice.channel): each for each in cast(list[RequestDelivery], asked)}


async def test_it_waits_for_the_people_of_the_last_event_that_tells_anybody() -> None:
    told = [envelope(EVENTS[CaseOpened], seq=5), envelope(EVENTS[PublicityEnded], seq=9), envelope(REVISED, seq=12)]
    service = _Notify(behind=True)
    with pytest.raises(TimeoutError, match="event 9"):
        await considering(service)(told)
    assert service.asked == [9]


async def test_what_tells_nobody_waits_for_nobody() -> None:
    service = _Notify(behind=True)
    quiet = envelope(REVISED, seq=12)
    react = await considering(service)([quiet])
    assert list(react(quiet)) == []
    assert service.asked == []


async def test_a_message_is_frozen_with_the_address_that_it_goes_to() -> None:
    county = (await requests(CaseOpened, 6))[COUNTY, Channel.MAIL]
    assert (county.notice.address, county.suppressed) == ("second@example.invalid", "")
    assert county.notice.message_id == f"<{county.notice.delivery_id}@n.example>"
    assert county.notice.dated == SYSTEM.now
    assert county.notice.unsubscribe_url.startswith("https://n.example/u/")


async def test_only_a_mail_has_a_mail_s_id() -> None:
    found = await requests(SiteVisitRescheduled, 6)
    assert {(office, channel): bool(each.notice.message_id) for (office, channel), each in found.items()} == {
        (COUNTY, Channel.MAIL): True,
        (UNIT, Channel.MAIL): True,
        (CITY, Channel.MAIL): True,
        ("expert:1", Channel.MAIL): True,
        (COUNTY, Channel.SMS): False,
        (UNIT, Channel.SMS): False,
    }


async def test_a_message_that_is_not_sent_says_why() -> None:
    found = {office: each for (office, _), each in (await requests(CaseOpened, 8)).items()}
    assert {office: (each.notice.address, each.suppressed) for office, each in found.items()} == {
        COUNTY: ("second@example.invalid", UNWANTED),
        UNIT: ("", f"no mail address of {UNIT} is known"),
        CITY: ("o@example.org", "nothing is sent to this address: nobody"),
    }


async def test_an_address_that_cannot_be_used_is_kept_with_what_is_wrong_with_it() -> None:
    county = (await requests(CaseOpened, 6, fictitious=False))[COUNTY, Channel.MAIL]
    assert county.notice.address == "second@example.invalid"
    assert "reserved for examples" in county.suppressed
