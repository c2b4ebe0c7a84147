"""Nobody who was erased is written to."""

from __future__ import annotations

from services.notify.channels.addresses import AddressRules, Unusable
from services.notify.notices.people import Audience, Participant, Parties, People
from shared.contracts.notify import Channel
from shared.programme.values.personal import ERASED

GONE = Participant(role=Audience.COUNTY.value, office="county:220112", name=ERASED, phone=ERASED, email=ERASED)
NEXT = Participant(role="", office="county:220112", name="继任", email="next@example.invalid")


def told(people: People) -> Participant:
    (found,) = people.who(Audience.COUNTY)
    assert isinstance(found, Participant)
    return found


def test_an_erased_person_has_no_address() -> None:
    assert {GONE.address(channel) for channel in Channel} == {""}
    assert not GONE.reachable
    assert Participant(role="", office="", phone="1", email=ERASED).reachable


def test_the_office_is_told_in_place_of_a_contact_who_was_erased() -> None:
    case = Parties(case_id="1", county="220112", persons=(GONE,))
    assert told(People(case=case, contacts={"county:220112": NEXT})).address(Channel.MAIL) == NEXT.email
    assert told(People(case=case)).address(Channel.MAIL) == ""


def test_the_mark_is_no_address_anywhere() -> None:
    for channel in Channel:
        try:
            AddressRules(test_addresses=True).check(channel, ERASED)
        except Unusable:
            continue
        raise AssertionError(channel)
