"""Who is told of an event, as they were known when it happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from sqlalchemy import RowMapping

from services.notify.notices import Choices, Participant, Parties, People, Subscriber
from services.notify.notices.people import Audience
from services.notify.telling.recipients import Directory
from services.notify.views.people import as_of
from shared.contracts.notify import Channel, Language
from shared.programme.values.personal import ERASED
from tests.notify.messages import people

COUNTY = "county:220113"


def entry(role: str, office: str, name: str, since: int, *, present: bool = True) -> dict[str, Any]:
    return {
        "role": role,
        "office": office,
        "name": name,
        "phone": "",
        "email": f"{name}@example.invalid",
        "present": present,
        "since": since,
    }


def subscriber(
    ident: str, division: str, since: int, until: int | None = None, *, address: str = "p@example.invalid"
) -> dict[str, Any]:
    return {
        "subscription_id": ident,
        "channel": "mail",
        "address": address,
        "division": division,
        "topic": "",
        "language": "en",
        "since": since,
        "until": until,
    }


def known() -> Directory:
    case = {
        "case_id": "case",
        "county": "220113",
        "county_name": "九台区",
        "county_unit": "某局",
        "key_unit": "某公司",
        "key_unit_uscc": "91220113DEM0000224",
        "endorser": "220100",
        "endorser_name": "长春市科技局",
        "people": [
            entry("county", COUNTY, "first", 3),
            entry("expert", "expert:1", "甲", 4),
            entry("county", COUNTY, "second", 6),
            entry("expert", "expert:1", "甲", 8, present=False),
        ],
    }
    contact = {"office": "city:220100", "history": [{"since": 5, "name": "old", "phone": "", "email": "o@example.org"}]}
    contact["history"] = [*contact["history"], {"since": 9, "name": "new", "phone": "", "email": "n@example.org"}]
    chosen = {
        "owner": COUNTY,
        "history": [
            {"since": 2, "language": "en"},
            {"since": 7, "channel": "mail", "kind": "", "on": False},
        ],
    }
    stopped = {"channel": "mail", "address": "o@EXAMPLE.org", "reason": "nobody", "since": 6, "until": 10}
    heard = [
        subscriber("all", "", 1),
        subscriber("erased", "", 1, address=ERASED),
        subscriber("here", "220113", 4, until=12),
        subscriber("there", "220122", 1),
    ]
    return Directory(
        cast(dict[str, RowMapping], {"case": case}),
        cast(list[RowMapping], [contact]),
        cast(list[RowMapping], heard),
        cast(list[RowMapping], [chosen]),
        cast(list[RowMapping], [stopped]),
    )


def names(found: People) -> list[str]:
    return [person.name for person in found.case.persons]


def test_people_are_those_of_the_event_and_of_what_came_before_it() -> None:
    directory = known()
    assert names(directory.people("case", 2)) == []
    assert names(directory.people("case", 3)) == ["first"]
    assert names(directory.people("case", 5)) == ["first", "甲"]
    assert names(directory.people("case", 6)) == ["second", "甲"]
    assert names(directory.people("case", 8)) == ["second"]
    assert directory.people("case", 8).case.endorser_name == "长春市科技局"


def test_a_contact_is_the_last_that_was_registered_by_then() -> None:
    directory = known()
    assert not directory.people("case", 4).contacts
    assert directory.people("case", 5).contacts["city:220100"].name == "old"
    assert directory.people("case", 8).contacts["city:220100"].name == "old"
    assert directory.people("case", 9).contacts["city:220100"].email == "n@example.org"


def test_a_subscriber_is_told_from_their_confirmation_to_their_end_and_never_once_erased() -> None:
    directory = known()

    def heard(seq: int, case_id: str = "case") -> list[str]:
        return [each.subscription_id for each in directory.people(case_id, seq).subscribers]

    assert heard(3) == ["all"]
    assert heard(4) == ["all", "here"]
    assert heard(11) == ["all", "here"]
    assert heard(12) == ["all"]
    assert heard(12, "another") == ["all"]
    assert directory.people("case", 4).subscribers[1].language is Language.ENGLISH


def test_a_choice_counts_from_its_event_on() -> None:
    directory = known()
    assert directory.people("case", 1).chosen(COUNTY) == Choices()
    assert directory.people("case", 6).chosen(COUNTY) == Choices(Language.ENGLISH)
    assert not directory.people("case", 7).chosen(COUNTY).wants(Channel.MAIL, "case-opened")
    assert directory.people("case", 7).chosen(COUNTY).wants(Channel.SMS, "case-opened")


def test_an_address_is_stopped_from_its_suppression_to_its_release_however_it_is_written() -> None:
    directory = known()
    stopped = (Channel.MAIL, "o@example.org")
    assert not directory.people("case", 5).stopped
    assert directory.people("case", 6).stopped == {stopped: "nobody"}
    assert directory.people("case", 9).stopped == {stopped: "nobody"}
    assert not directory.people("case", 10).stopped


def test_what_is_known_now_does_not_change_what_was_known_then() -> None:
    """After the last change everybody is looked up once; an earlier event still has what was known then."""
    directory = known()
    assert directory.people("case", 99).contacts["city:220100"].name == "new"
    assert directory.people("case", 100).contacts is directory.people("case", 99).contacts
    assert directory.people("case", 12).contacts is directory.people("case", 99).contacts
    assert directory.people("case", 11).contacts is not directory.people("case", 99).contacts
    assert directory.people("case", 8).contacts["city:220100"].name == "old"
    nobody = Directory({}, [], [], [], [])
    assert nobody.people("case", 0).contacts is nobody.people("case", 1).contacts


def test_who_is_present_is_said_by_their_latest_entry() -> None:
    history = [
        entry("expert", "expert:1", "甲", 1),
        entry("expert", "expert:2", "乙", 1),
        entry("expert", "expert:1", "甲", 3, present=False),
    ]
    assert [each["name"] for each in as_of(history, 2)] == ["甲", "乙"]
    assert [each["name"] for each in as_of(history, 3)] == ["乙"]


def test_an_applicant_without_an_address_is_reached_through_the_contact_of_their_office() -> None:
    told = people()
    silent = Participant(role="county", office=COUNTY, name="无址")
    reached = replace(
        told,
        case=replace(told.case, persons=(silent,)),
        contacts={COUNTY: Participant(role="", office=COUNTY, name="", phone="0000-7")},
    )
    (county,) = reached.who(Audience.COUNTY)
    assert isinstance(county, Participant)
    assert (county.role, county.name, county.phone) == ("county", "", "0000-7")
    erased = replace(silent, email=ERASED, phone=ERASED)
    assert not erased.reachable
    assert erased.address(Channel.MAIL) == ""
    assert replace(erased, phone="0000-8").reachable


def test_an_applicant_that_the_case_does_not_know_is_told_in_their_office() -> None:
    nobody = replace(people(), case=Parties(case_id="case", county="220113", key_unit_uscc="91"), contacts={})
    offices = [
        to.office for audience in (Audience.COUNTY, Audience.KEY_UNIT, Audience.PROVINCE) for to in nobody.who(audience)
    ]
    assert offices == [COUNTY, "unit:91", "province"]
    assert list(nobody.who(Audience.ENDORSER)) == []
    unit_unknown = replace(nobody, case=Parties(case_id="case", county="220113"))
    assert [to.office for to in unit_unknown.who(Audience.KEY_UNIT)] == [COUNTY]


def test_experts_are_told_as_experts_and_one_by_name() -> None:
    told = people()
    assert [to.office for to in told.who(Audience.EXPERTS)] == ["expert:1", "expert:2"]
    (first,) = told.who(Audience.EXPERT, "1")
    (unknown,) = told.who(Audience.EXPERT, "9")
    assert isinstance(first, Participant)
    assert isinstance(unknown, Participant)
    assert (first.name, first.email) == ("甲", "x@example.invalid")
    assert (unknown.office, unknown.name) == ("expert:9", "")


def test_a_contact_is_called_by_the_name_that_was_registered_or_by_that_in_the_case() -> None:
    told = people()
    for registered, called in (("乙", "乙"), ("", "甲")):
        contact = Participant(role="", office="expert:1", name=registered, email="y@example.invalid")
        (expert,) = replace(told, contacts={"expert:1": contact}).who(Audience.EXPERT, "1")
        assert isinstance(expert, Participant)
        assert (expert.name, expert.email) == (called, "y@example.invalid")


def test_subscribers_hear_of_their_district_or_of_all() -> None:
    here, all_of_them, there = (
        Subscriber(subscription_id=name, channel=Channel.MAIL, address="p@example.invalid", division=division)
        for name, division in (("here", "220113"), ("all", ""), ("there", "220122"))
    )
    told = replace(people(), subscribers=(here, all_of_them, there))
    assert list(told.who(Audience.SUBSCRIBERS)) == [here, all_of_them]


def test_a_district_is_called_by_its_name_or_by_its_unit() -> None:
    assert Parties(case_id="c", county_name="九台区", county_unit="某局").place == "九台区"
    assert Parties(case_id="c", county_unit="某局").place == "某局"
    assert Parties(case_id="c").place == "贵单位"


def test_each_is_addressed_in_their_office() -> None:
    case = Parties(case_id="c", county_name="九台区", key_unit="某公司", endorser_name="某市局")
    spoken_to = {
        role: case.office_of(Participant(role=role, office="x", name="甲"))
        for role in ("county", "county-head", "key-unit", "endorser", "province", "expert")
    }
    assert spoken_to == {
        "county": "九台区科技管理部门",
        "county-head": "九台区科技管理部门",
        "key-unit": "某公司",
        "endorser": "某市局",
        "province": "吉林省科学技术厅",
        "expert": "甲",
    }
    assert replace(case, county_unit="某局").office_of(Participant(role="county", office="x")) == "某局"
    assert case.office_of(Participant(role="expert", office="x")) == "评审专家"
