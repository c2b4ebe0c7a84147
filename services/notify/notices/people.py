"""Who has which part in a case at the time of an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.contracts.notify import Channel, Language
from shared.programme.values.personal import ERASED

SUBSCRIBER = "subscriber"
"""The role of a member of the public. Deliveries name them ``subscriber:<subscription id>``."""


PROVINCE_NAME = "吉林省科学技术厅"


class Audience(StrEnum):
    """Who receives a notice, by their part in the case."""

    COUNTY = "county"
    """The county department's contact (联系人)."""
    COUNTY_HEAD = "county-head"
    KEY_UNIT = "key-unit"
    ENDORSER = "endorser"
    """The city bureau; nobody where the county files directly."""
    PROVINCE = "province"
    EXPERTS = "experts"
    """Every expert who sits on the panel."""
    EXPERT = "expert"
    """The expert that the event names."""
    SUBSCRIBERS = "subscribers"
    """The public that subscribed to the district, or to all."""


class Topic(StrEnum):
    """What the public can subscribe to."""

    APPLICATIONS = "applications"
    """Applications that are accepted."""
    PUBLICITY = "publicity"
    """Intended designations that are made public, to which anybody may object."""
    DESIGNATIONS = "designations"
    TITLES = "titles"
    """What becomes of a title: kept, recommended, revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody to tell: their part, their office, their name and their addresses as written (any may be empty)."""

    role: str
    office: str
    name: str = ""
    phone: str = ""
    email: str = ""

    def address(self, channel: Channel) -> str:
        """Where they are reached by a channel; empty where nobody knows, or where they were erased."""
        address = {Channel.MAIL: self.email, Channel.SMS: self.phone}.get(channel, "")
        return "" if address == ERASED else address

    @property
    def reachable(self) -> bool:
        """Whether they are reached by any channel."""
        return any(map(self.address, Channel))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A confirmed subscription of a person or another system, to a district (empty for all) and a topic (empty for
    every one)."""

    subscription_id: str
    channel: Channel
    address: str
    division: str
    topic: str = ""
    language: Language = Language.CHINESE

    @property
    def office(self) -> str:
        """By what preferences and deliveries name it."""
        return f"{SUBSCRIBER}:{self.subscription_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who is in a case, and what the words of a notice need of it. ``endorser`` is a division, empty for 直报."""

    case_id: str
    county: str = ""
    county_name: str = ""
    county_unit: str = ""
    key_unit: str = ""
    key_unit_uscc: str = ""
    endorser: str = ""
    endorser_name: str = ""
    persons: tuple[Participant, ...] = ()

    @property
    def place(self) -> str:
        """The district's name, or its unit's where it is not known."""
        return self.county_name or self.county_unit or "贵单位"

    def office_of(self, person: Participant) -> str:
        """The office that somebody is addressed in (主送); their own name for an expert."""
        match person.role:
            case Audience.COUNTY | Audience.COUNTY_HEAD:
                return self.county_unit or f"{self.county_name}科技管理部门"
            case Audience.KEY_UNIT:
                return self.key_unit
            case Audience.ENDORSER:
                return self.endorser_name
            case Audience.PROVINCE:
                return PROVINCE_NAME
            case _:
                return person.name or "评审专家"


@dataclass(frozen=True, slots=True)
class Choices:
    """What an office or subscriber chose: its language, and which kinds (a rule's name, empty for all) it wants by a
    channel. A choice for one kind overrides the choice for all."""

    language: Language | None = None
    wanted: Mapping[tuple[Channel, str], bool] = field(default_factory=dict)

    def wants(self, channel: Channel, kind: str) -> bool:
        """Whether notices of a kind are wanted by a channel; they are where nothing was said."""
        return self.wanted.get((channel, kind), self.wanted.get((channel, ""), True))


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody who can be told of an event: the case's own people, the registered contacts by office, subscribers;
    with what they chose, and the addresses to which nothing is sent any more, with the reason."""

    case: Parties
    contacts: Mapping[str, Participant] = field(default_factory=dict)
    subscribers: tuple[Subscriber, ...] = ()
    preferences: Mapping[str, Choices] = field(default_factory=dict)
    stopped: Mapping[tuple[Channel, str], str] = field(default_factory=dict)

    def chosen(self, office: str) -> Choices:
        """What an office chose."""
        return self.preferences.get(office, Choices())

    def who(self, audience: Audience, expert_id: str = "") -> Iterator[Participant | Subscriber]:
        """The members of an audience; an office without a known contact comes without an address."""
        match audience:
            case Audience.COUNTY | Audience.COUNTY_HEAD | Audience.KEY_UNIT:
                yield self._applicant(audience)
            case Audience.ENDORSER:
                if self.case.endorser:
                    yield self._office(audience, f"city:{self.case.endorser}", self.case.endorser_name)
            case Audience.PROVINCE:
                yield self._office(audience, "province", PROVINCE_NAME)
            case Audience.EXPERTS:
                for person in self.case.persons:
                    if person.role == "expert":
                        yield self._office("expert", person.office, person.name)
            case Audience.EXPERT:
                yield self._expert(expert_id)
            case Audience.SUBSCRIBERS:
                yield from (reader for reader in self.subscribers if reader.division in {"", self.case.county})

    def _applicant(self, audience: Audience) -> Participant:
        for person in self.case.persons:
            if person.role == audience and person.reachable:
                return person
        unit = self.case.key_unit_uscc if audience is Audience.KEY_UNIT else ""
        own = f"unit:{unit}" if unit else f"county:{self.case.county}"
        office = next((person.office for person in self.case.persons if person.role == audience), own)
        return self._office(audience, office, "")

    def _expert(self, expert_id: str) -> Participant:
        office = f"expert:{expert_id}"
        known = next((person.name for person in self.case.persons if person.office == office), "")
        return self._office("expert", office, known)

    def _office(self, role: str, office: str, name: str) -> Participant:
        contact = self.contacts.get(office)
        if contact is None:
            return Participant(role=role, office=office, name=name)
        return Participant(
            role=role, office=office, name=contact.name or name, phone=contact.phone, email=contact.email
        )
