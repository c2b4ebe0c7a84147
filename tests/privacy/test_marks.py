"""Every field that holds personal data is marked; what is marked can be sealed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from typing import Annotated, get_args, get_type_hints

import pytest

from deploy.operator.frame.vocabulary import vocabulary
from shared.contracts.core import Event, EventType
from shared.privacy.places import Unsealable, groups
from shared.programme.forms import Person
from shared.programme.values.personal import Personal, PersonName, Phone, Sealed

TELLING = re.compile(
    r"phone|mobile|e?mail|contact|address|objector|visitor|attended|recipient_name|on_word_of|^head$|person"
)
"""Names of fields that hold, or lead to, personal data."""

HARMLESS = {
    ("lifecycle.AssessmentConcluded", "evidence"),
    ("operator.ErasureOrdered", "person_id"),
    ("operator.PersonErased", "person_id"),
}
"""What only sounds like it: the opaque ids of the key store."""


def unmarked(cls: type) -> Iterator[str]:
    """Fields of a class, and of those in it, that are named like personal data and hold text without a mark."""
    for name, hint in get_type_hints(cls, include_extras=True).items():
        for each in (hint, *get_args(hint)):
            sealed = any(isinstance(mark, Sealed) for mark in getattr(each, "__metadata__", ()))
            if TELLING.search(name) and each is str and not _is_sealed(hint):
                yield name
            if not sealed and isinstance(each, type) and is_dataclass(each):
                yield from (f"{name}.{inner}" for inner in unmarked(each))


def _is_sealed(hint: object) -> bool:
    return any(
        isinstance(mark, Sealed) for each in (hint, *get_args(hint)) for mark in getattr(each, "__metadata__", ())
    )


@pytest.mark.parametrize("kind", vocabulary(), ids=lambda kind: kind.name)
def test_a_field_that_is_named_like_personal_data_is_marked(kind: EventType) -> None:
    assert [name for name in unmarked(kind.cls) if (kind.name, name) not in HARMLESS] == []


@pytest.mark.parametrize("kind", vocabulary(), ids=lambda kind: kind.name)
def test_whatever_is_marked_can_be_sealed(kind: EventType) -> None:
    assert isinstance(groups(kind.cls), tuple)


@dataclass
class Careless(Event):
    """Holds a telephone number without a mark."""

    name: str
    home_phone: str


@dataclass
class CarelessWithin(Event):
    """Holds something careless."""

    people: tuple[Careless, ...]


@dataclass
class Hidden(Event):
    """Holds a name where sealing does not reach."""

    names: dict[str, PersonName]


@dataclass
class Mistyped(Event):
    """Holds a number that is no text."""

    phone: Annotated[int, Sealed(Personal.PHONE)]


def test_the_guard_bites() -> None:
    assert list(unmarked(Careless)) == ["home_phone"]
    assert list(unmarked(CarelessWithin)) == ["people.home_phone"]
    assert list(unmarked(Person)) == []


@pytest.mark.parametrize("cls", [Hidden, Mistyped])
def test_a_mark_that_sealing_does_not_reach_is_refused(cls: type[Event]) -> None:
    with pytest.raises(Unsealable):
        groups(cls)


def test_a_person_of_the_form_is_sealed_but_for_the_post() -> None:
    (group,) = groups(Person)  # type: ignore[arg-type]
    assert group.sealed == {"name": Personal.NAME, "phone": Personal.PHONE, "email": Personal.EMAIL}
    assert get_args(Phone)[0] is str
