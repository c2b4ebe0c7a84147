"""What an answer tells of people is found by the marks in its documented type, and every route's type is marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

import pytest
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from deploy.operator.frame.definitions import definition
from shared.contracts.core import DECIDING
from shared.contracts.reading import PersonalDataRead
from shared.programme.forms import ApplicationForm, Person
from shared.programme.values.json_values import as_json
from shared.programme.values.personal import ERASED, PersonName, Phone
from shared.service.app import build_app
from shared.service.files.documents import DOCUMENT
from shared.service.http.openapi import answers, lists
from shared.service.http.routes import Route
from shared.service.identity.callers import Caller
from shared.service.readings.answered import what_it_tells
from shared.service.readings.kinds import finder_of
from tests.intake import cases

CASE, OTHER = cases.CASE, "00000000-0000-4000-8000-000000000002"
TELLING = re.compile(
    r"phone|mobile|email|address|objector|visitor|attended|recipient_name|on_word_of|^was$|^now$|^body$|html|canonical"
)
"""Names of fields that tell of people."""

HARMLESS = {
    ("NoticeListed", "address"): "masked",
    ("Letter", "html"): "one's own post",
    ("DocumentChange", "was"): "a version's number",
    ("DocumentChange", "now"): "a version's number",
}


class Visited(BaseModel):
    """Somebody at a place."""

    case_id: str
    people: list[PersonName]
    phone: Phone | None = None
    host: Person | None = None


def tells(shape: Any, body: object, path: Mapping[str, Any] = {}, office: str = "province") -> list[PersonalDataRead]:
    found = what_it_tells(answers(shape))
    assert found is not None
    return list(found(path, json.dumps(body).encode(), office))


def read(case_id: str, *kinds: str, whose: str = "") -> PersonalDataRead:
    return PersonalDataRead(case_id=case_id, whose=whose, kinds=kinds)


def test_kinds_are_found_wherever_they_stand() -> None:
    find = finder_of(ApplicationForm)
    assert find is not None
    assert set(find(as_json(cases.form()))) == {"name", "phone", "email"}
    host = {"name": "王样例", "post": "科长", "phone": "", "email": ""}
    assert tells(Visited, {"case_id": CASE, "people": ["李样例"], "host": host}) == [read(CASE, "name")]
    assert tells(Visited, {"case_id": CASE, "people": [], "phone": "0000"}) == [read(CASE, "phone")]


def test_what_is_empty_or_erased_is_not_read() -> None:
    assert tells(Visited, {"case_id": CASE, "people": [ERASED], "phone": ""}) == []
    assert tells(Visited | None, None) == []


def test_each_case_of_a_list_is_read_by_itself() -> None:
    rows = [{"case_id": CASE, "people": ["李样例"]}, {"case_id": OTHER, "people": []}, {"case_id": OTHER, "phone": "0"}]
    assert tells(list[Visited], rows) == [read(CASE, "name"), read(OTHER, "phone")]


def test_the_case_in_the_path_is_the_one_that_is_read() -> None:
    assert tells(list[Visited], [{"people": ["李样例"]}], {"case_id": CASE}) == [read(CASE, "name")]


class Kept(BaseModel):
    """A contact of an office."""

    office: str
    name: PersonName


def test_an_office_that_reads_its_own_contact_reads_nothing_of_others() -> None:
    rows = [{"office": office, "name": "陈样例"} for office in ("city:220100", "city:222400")]
    assert tells(list[Kept], rows, office="city:220100") == [read("", "name", whose="city:222400")]


def test_a_document_is_read_whatever_stands_in_it() -> None:
    found = what_it_tells(DOCUMENT)
    assert found is not None
    assert list(found({"case_id": CASE}, b"", "province")) == [read(CASE, "document")]


def test_what_tells_of_nobody_is_not_looked_through() -> None:
    assert what_it_tells(lists(dict)) is None
    assert what_it_tells({}) is None


# --- Every route ------------------------------------------------------------------------------------------------------


@cache
def routes(service: str) -> Sequence[tuple[RouteContext, Any]]:
    """The routes of a service that answer a GET, each with the type of its answers."""
    every = iter_route_contexts(build_app(definition(service)).routes)
    asking = [each for each in every if isinstance(each.original_route, Route) and "GET" in (each.methods or ())]
    return [(each, each.original_route.responses.get(200, {}).get("model")) for each in asking]  # type: ignore[attr-defined]


def unmarked(shape: Any, seen: frozenset[Any] = frozenset()) -> Iterator[tuple[str, str]]:
    """Fields named like personal data in which no mark is."""
    for each in get_args(shape):
        yield from unmarked(each, seen)
    if not isinstance(shape, type) or shape in seen:
        return
    hints: dict[str, Any] = {}
    if issubclass(shape, BaseModel):
        hints = {name: _alone(field) for name, field in shape.model_fields.items()}
    elif is_dataclass(shape):
        hints = get_type_hints(shape, include_extras=True)
    for name, hint in hints.items():
        if TELLING.search(name) and finder_of(hint) is None:
            yield shape.__name__, name
        yield from unmarked(hint, seen | {shape})


def _alone(field: FieldInfo) -> Any:
    """A field's type with its marks."""
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


@pytest.mark.parametrize("service", DECIDING)
def test_a_field_that_is_named_like_personal_data_is_marked(service: str) -> None:
    assert [each for _, shape in routes(service) for each in unmarked(shape) if each not in HARMLESS] == []


@pytest.mark.parametrize("service", DECIDING)
def test_what_is_open_to_everybody_tells_of_nobody(service: str) -> None:
    telling = [route for route, shape in routes(service) if finder_of(shape) is not None]
    assert telling
    for route in telling:
        assert any(isinstance(each.call, Caller) for each in route.dependant.dependencies), route.path


@dataclass
class Careless:
    """Holds a telephone number without a mark."""

    home_phone: str


def test_the_guard_bites() -> None:
    assert list(unmarked(list[Careless])) == [("Careless", "home_phone")]
