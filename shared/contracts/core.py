"""What events, commands and refusals are made of. Standard library only.

An event class is registered by ``@event`` under ``<service>.<ClassName>`` and a schema version. The name is a stored
string: it is never renamed and never given a second meaning; a new meaning is a new version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha1
from typing import Generic, TypeVar, dataclass_transform
from uuid import UUID

CST = timezone(timedelta(hours=8), "CST")
"""China Standard Time; no daylight saving since 1991. Every effective date is a date in it."""


def day_in_china(moment: datetime) -> date:
    """The date in China at an aware moment."""
    return moment.astimezone(CST).date()


DECIDING = ("intake", "review", "lifecycle", "notify", "office")
"""The services that decide: each appends to a category of its own, which has a stream."""

JUQU_NAMESPACE = UUID("6f1d3b1e-52a5-5a0e-9d5e-6a1f0d8c7b21")
"""Namespace of the deterministic (RFC 9562 version 5) ids that the services derive."""

_NAMESPACE = JUQU_NAMESPACE.bytes
_CONTRACTS = "shared.contracts."
_FREE_BITS = ~(0xF000 << 64 | 0xC000 << 48)
_VERSION_5 = 0x5000 << 64 | 0x8000 << 48


class Event:
    """A fact that happened. Subclasses are frozen, keyword-only dataclasses made by ``@event``."""

    __slots__ = ()


E = TypeVar("E", bound=Event)
S = TypeVar("S")
C = TypeVar("C", bound="Command")


@dataclass(frozen=True, slots=True)
class EventType:
    """The definition of one version of one event.

    ``internal`` events are stored and proven but not published (a blind score sheet, say).
    """

    name: str
    version: int
    service: str
    clause: str
    term: str
    internal: bool
    cls: type[Event]


_registry: dict[tuple[str, int], EventType] = {}
_by_class: dict[type[Event], EventType] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(
    term: str, *, clause: str, version: int = 1, internal: bool = False, name: str | None = None
) -> Callable[[type[E]], type[E]]:
    """Make a class an event: a frozen, keyword-only dataclass, registered under the service of its module.

    ``term`` is the programme's Chinese term. ``clause`` is the clause of the notice that the event rests on, "-" where
    the notice is silent. ``name`` keeps the stored name when a later version is a class of another name. Raises
    ``ValueError`` when the name and version are taken.
    """

    def register(cls: type[E]) -> type[E]:
        made = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        service = _service_of(cls.__module__)
        kind = EventType(f"{service}.{name or cls.__name__}", version, service, clause, term, internal, made)
        if (kind.name, version) in _registry:
            raise ValueError(f"{kind.name} version {version} is defined twice")
        _registry[kind.name, version] = kind
        _by_class[made] = kind
        return made

    return register


def _service_of(module: str) -> str:
    """The service whose events a module holds: notify's are in ``shared.contracts.notify`` and in the modules below."""
    below = module.removeprefix(_CONTRACTS)
    return module.rpartition(".")[2] if below == module else below.partition(".")[0]


def event_type(of: Event | type[Event]) -> EventType:
    """The definition of an event or event class; raises ``KeyError`` for a class that ``@event`` did not make."""
    return _by_class[of if isinstance(of, type) else type(of)]


def find_event_type(name: str, version: int) -> EventType | None:
    """The definition stored under a name and version, or ``None`` where this build does not know it."""
    return _registry.get((name, version))


def event_types() -> Iterator[EventType]:
    """Every registered definition, by name and version. Import the contract modules first."""
    return iter(sorted(_registry.values(), key=lambda kind: (kind.name, kind.version)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A recorded event: the fact and everything the log knows about it.

    ``seq`` is the position in the whole log (from 1, gap-free, in commit order), ``version`` the position in its stream
    (from 1). ``effective_on`` is when the fact took legal effect (a date in China), ``recorded_at`` when the log
    recorded it. ``causation_id`` is the id of the event that led to it, where one did.
    """

    seq: int
    event_id: UUID
    stream: str
    version: int
    type: str
    schema_version: int
    event: Event
    actor: str
    office: str
    effective_on: date
    recorded_at: datetime
    command_id: UUID
    correlation_id: str
    causation_id: UUID | None
    policy_version: str

    @property
    def category(self) -> str:
        """The service whose stream this is."""
        return self.stream.partition("/")[0]


class Role(StrEnum):
    """What a person or service may be in this programme."""

    COUNTY = "county"
    KEY_UNIT = "key-unit"
    CITY = "city"
    PROVINCE = "province"
    PROVINCE_LEAD = "province-lead"
    EXPERT = "expert"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    CONSUMER = "consumer"
    SYSTEM = "system"


ACTING_FOR = ", acting for "
"""What stands in a recorded actor between who acted and for whom. No subject holds it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """For whom a colleague acts, and the acts that they let them do, each as ``<service>.<Command>``."""

    subject: str
    name: str
    acts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person (or service) in an office.

    ``office`` is ``county:<division>``, ``unit:<USCC>``, ``city:<division>``, ``province``, ``expert:<id>``,
    ``operator``, ``auditor``, ``consumer:<name>`` or ``system:<service>``. Whoever acts for a ``principal`` has that
    one's office and roles.
    """

    subject: str
    name: str
    office: str
    roles: frozenset[Role]
    principal: Principal | None = None

    @property
    def recorded(self) -> str:
        """As events name them: the subject, and where they act for somebody, for whom."""
        return self.subject if self.principal is None else f"{self.subject}{ACTING_FOR}{self.principal.subject}"

    def has(self, *roles: Role) -> bool:
        """Whether the actor has one of the roles."""
        return not self.roles.isdisjoint(roles)


def persons_of(recorded: str) -> tuple[str, str]:
    """Who acted and for whom (empty: for themselves), from an actor as events name them."""
    subject, _, principal = recorded.partition(ACTING_FOR)
    return subject, principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What surrounds a command: who, when, why. ``now`` is aware; ``effective_on`` is a date in China; ``calendar``
    names the working calendar by which days are counted (empty: the one that the build ships)."""

    actor: Actor
    now: datetime
    effective_on: date
    command_id: UUID
    correlation_id: str
    causation_id: UUID | None = None
    policy_version: str = ""
    calendar: str = ""

    @property
    def today(self) -> date:
        """The date in China now; ``effective_on`` may be an earlier one."""
        return day_in_china(self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A wish to change something. Time, ids and actor arrive in its context; the domain reads no clock."""

    context: Context


class RuleKind(StrEnum):
    """What a refusal means to the one refused."""

    INPUT = "input"
    """What was given is wrong; give something else (HTTP 422)."""
    STATE = "state"
    """Not in this state of the case (HTTP 409)."""
    SCOPE = "scope"
    """Not by this actor (HTTP 403)."""
    ABSENT = "absent"
    """There is no such thing (HTTP 404)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, what is wrong when it is broken, the clause it rests on ("-" for none), and the remedy.

    Texts are in both languages. A rule without a remedy has that of its kind.
    """

    name: str
    sentence: str
    sentence_zh: str
    clause: str
    kind: RuleKind
    remedy: str = ""
    remedy_zh: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One of several grounds of a refusal: where, by which rule, and what would fix it."""

    field: str
    rule: str
    clause: str
    message: str
    message_zh: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command refused, and why, in both languages. Nothing is stored."""

    rule: Rule
    detail: str = ""
    field: str = ""
    reasons: tuple[Reason, ...] = ()
    detail_zh: str = ""


Outcome = tuple[Event, ...] | Refusal
"""What a decision gives: new events (none when the very same fact is already recorded) or a refusal."""


@dataclass(frozen=True, slots=True)
class Decider(Generic[S, C]):
    """An aggregate as three pure things: where it starts, how events change it, what a command makes happen."""

    category: str
    aggregate: str
    initial: S
    evolve: Callable[[S, Event], S]
    decide: Callable[[S, C], Outcome]

    def stream(self, ident: str) -> str:
        """The stream's name, ``<category>/<aggregate>/<id>``."""
        return f"{self.category}/{self.aggregate}/{ident}"


@dataclass(frozen=True, slots=True)
class Due:
    """A legal deadline: the last day on which the duty can be done; ``provisional`` where the year's holidays are not
    announced yet."""

    on: date
    provisional: bool = False


def derived_id(*parts: str | UUID) -> UUID:
    """A deterministic id for what follows from its parts: the same parts give the same id (RFC 9562, version 5)."""
    name = "\x1f".join(map(str, parts))
    digest = sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()
    # ``uuid.uuid5`` gives the same at twice the price; a notice takes a dozen of them.
    return UUID(int=int.from_bytes(digest[:16], "big") & _FREE_BITS | _VERSION_5)


__all__ = [
    "ACTING_FOR",
    "CST",
    "Actor",
    "Command",
    "Context",
    "Decider",
    "Due",
    "Envelope",
    "Event",
    "EventType",
    "Outcome",
    "Principal",
    "Reason",
    "Refusal",
    "Role",
    "Rule",
    "RuleKind",
    "day_in_china",
    "derived_id",
    "event",
    "event_type",
    "event_types",
    "find_event_type",
    "persons_of",
]
