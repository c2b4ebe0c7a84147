"""The documents of the published events: complete, the same on every run, and true."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import characters, decimals, from_type, register_type_strategy, text
from referencing import Registry

from shared.contracts import intake, lifecycle, notify, office, review
from shared.contracts.core import Event, EventType, event_type, event_types
from shared.eventlog.codec import decode, encode
from shared.messaging.schemas import asyncapi, documents, kept_schemas, published_types, schemas
from tests.messaging.traffic import endorsed, overdue

CONTRACTS = (intake, lifecycle, notify, office, review)

register_type_strategy(
    Decimal, decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-99, max_value=10**9)
)
register_type_strategy(str, text(characters(exclude_categories=["Cs"])))


every_schema = cache(schemas)


def test_there_is_a_schema_of_every_published_event_and_of_no_internal_one() -> None:
    named = schemas()
    assert "review.CaseOpened.v2" in named
    assert "review.ScoreSheetSubmitted.v1" not in named
    assert len(named) == len(published_types()) == sum(not kind.internal for kind in event_types())


@pytest.mark.parametrize("event", [endorsed(), overdue()])
def test_what_the_log_stores_fits_its_schema(event: intake.ApplicationEndorsed) -> None:
    kind = event_type(event)
    schema = schemas()[f"{kind.name}.v{kind.version}"]
    validator = jsonschema.Draft202012Validator(schema, registry=Registry())
    stored = json.loads(encode(event))
    validator.validate(stored)
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({name: value for name, value in stored.items() if name != "case_id"})


def test_every_schema_is_one() -> None:
    for schema in schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_the_documents_are_the_same_on_every_run() -> None:
    assert documents() == documents()
    assert {path for path in documents() if not path.startswith("docs/schemas/")} == {"docs/asyncapi.json"}
    assert all(text.endswith("}\n") for text in documents().values())


def test_the_asyncapi_document_names_streams_messages_and_schemas_that_exist() -> None:
    document = asyncapi()
    assert set(document["channels"]) == {
        "events.all", "events.intake", "events.lifecycle", "events.notify", "events.office", "events.review",
    }  # fmt: skip
    messages = document["components"]["messages"]
    assert set(document["channels"]["events.all"]["messages"]) == set(messages)
    for name, channel in document["channels"].items():
        for key, reference in channel["messages"].items():
            assert reference == {"$ref": f"#/components/messages/{key}"}
            assert key in messages
            assert name in {"events.all", f"events.{key.partition('.')[0]}"}
    files = {*documents(), *kept_schemas()}
    for message in messages.values():
        assert f"docs/{message['payload']['schema']['$ref']}" in files


@pytest.mark.parametrize("kind", published_types(), ids=lambda kind: f"{kind.name}.v{kind.version}")
def test_any_event_fits_its_schema_and_comes_back_as_it_was(kind: EventType) -> None:
    validator = jsonschema.Draft202012Validator(every_schema()[f"{kind.name}.v{kind.version}"], registry=Registry())

    @settings(max_examples=3, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(from_type(kind.cls))
    def check(event: Event) -> None:
        stored = encode(event)
        validator.validate(json.loads(stored))
        assert decode(kind.name, kind.version, stored) == event

    check()
