"""The documents of the published events: complete, the same on every run, and true."""

from __future__ import annotations

import json

import jsonschema
import pytest
from referencing import Registry

from shared.contracts import intake, lifecycle, notify, review
from shared.contracts.core import event_type, event_types
from shared.eventlog.codec import encode
from shared.messaging.schemas import asyncapi, documents, published_types, schemas
from tests.messaging.traffic import endorsed, overdue

CONTRACTS = (intake, lifecycle, notify, review)


def test_there_is_a_schema_of_every_published_event_and_of_no_internal_one() -> None:
    named = schemas()
    assert "review.CaseOpened.v1" in named
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
        "events.all", "events.intake", "events.lifecycle", "events.notify", "events.review",
    }  # fmt: skip
    messages = document["components"]["messages"]
    assert set(document["channels"]["events.all"]["messages"]) == set(messages)
    for name, channel in document["channels"].items():
        for key, reference in channel["messages"].items():
            assert reference == {"$ref": f"#/components/messages/{key}"}
            assert key in messages
            assert name in {"events.all", f"events.{key.partition('.')[0]}"}
    files = documents()
    for message in messages.values():
        assert f"docs/{message['payload']['schema']['$ref']}" in files
