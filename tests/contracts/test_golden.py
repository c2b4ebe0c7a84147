"""Whatever was published once is read for ever; a contract that would break this is refused here."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.operator.frame.vocabulary import vocabulary
from shared.contracts.core import Event, event_types
from shared.messaging.schemas import SCHEMA_FOLDER
from tests.contracts.conftest import Contracts
from tests.contracts.examples import CHANGED, Noted, SecondNoted, from_first
from tests.contracts.golden import Golden, add_goldens, complaints, golden_of, missing, read_golden, read_goldens
from tests.contracts.shape import shape

ROOT = Path(__file__).resolve().parents[2]


def judged(golden: Golden) -> str:
    return "\n".join(complaints(golden, list(event_types())))


@pytest.mark.parametrize("golden", read_goldens(), ids=lambda golden: golden.name)
def test_what_was_published_is_unchanged_and_still_read(golden: Golden) -> None:
    vocabulary()
    assert golden.stored
    assert not judged(golden)


def test_every_version_has_a_golden_file() -> None:
    published = [kind for kind in vocabulary() if kind.cls.__module__.startswith("shared.contracts.")]
    names = [f"{kind.name}.v{kind.version}" for kind in missing(published)]
    assert not names, f"no golden file of {', '.join(names)}: `make golden` adds it; commit it with the contract"


def test_every_golden_file_is_named_after_what_it_holds() -> None:
    folder = Path(__file__).parent / "golden"
    assert [each.name for each in read_goldens()] == [path.name for path in sorted(folder.glob("*"))]


def test_every_published_version_has_its_schema_for_ever() -> None:
    folder = ROOT / SCHEMA_FOLDER
    lost = [each.name for each in read_goldens() if not each.internal and not (folder / each.name).exists()]
    assert not lost, (
        f"{SCHEMA_FOLDER} lacks {', '.join(lost)}: `juqu documents` makes that of a class, a retired one stays"
    )


@pytest.mark.parametrize(("changed", "said"), CHANGED.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_changed_contract_without_a_new_version_is_refused(
    contracts: Contracts, changed: type[Event], said: str
) -> None:
    published = golden_of(contracts.define(Noted))
    assert not judged(published)

    contracts.define(changed)

    assert "examples.Noted.v1 is published and has changed" in judged(published)
    assert said in judged(published)
    assert "make version 2 with an upcast from 1: docs/events.md" in judged(published)


def test_what_is_published_is_never_made_internal_nor_the_other_way_round(contracts: Contracts) -> None:
    published = golden_of(contracts.define(Noted))
    contracts.define(Noted, internal=True)
    assert "examples.Noted.v1 was published" in judged(published)


def test_a_version_cannot_vanish(contracts: Contracts) -> None:
    published = golden_of(contracts.define(Noted))
    contracts.remove(1)
    assert "examples.Noted.v1 has neither a class nor an upcast" in judged(published)


def test_other_bytes_for_the_same_event_are_refused(contracts: Contracts) -> None:
    published = golden_of(contracts.define(Noted))
    spaced = Golden("examples.Noted", 1, False, published.shape, (published.stored[0].replace(":", ": ", 1),))
    assert "is stored in other bytes now" in judged(spaced)


def test_a_new_version_with_an_upcast_is_accepted(contracts: Contracts) -> None:
    first = golden_of(contracts.define(Noted))
    contracts.remove(1)
    second = golden_of(contracts.define(SecondNoted, 2))
    assert "neither a class nor an upcast" in judged(first)

    contracts.upcast(1, from_first)

    assert not judged(first)
    assert not judged(second)


def test_a_new_version_beside_the_old_class_needs_an_upcast_too(contracts: Contracts) -> None:
    first = golden_of(contracts.define(Noted))
    contracts.define(SecondNoted, 2)
    assert "is read as examples.Noted.v1; the newest is v2. Add an upcast" in judged(first)
    contracts.upcast(1, from_first)
    assert not judged(first)


def test_an_upcast_that_does_not_fit_is_refused(contracts: Contracts) -> None:
    first = golden_of(contracts.define(Noted))
    contracts.define(SecondNoted, 2)
    contracts.upcast(1, lambda old: old)
    assert "examples.Noted.v1 is not read any more: ValidationError" in judged(first)
    contracts.upcast(1, lambda old: {"opinion": old["text"]})
    assert "examples.Noted.v1 is not read any more: KeyError" in judged(first)


def test_a_golden_file_is_added_once_and_never_overwritten(contracts: Contracts, tmp_path: Path) -> None:
    kind = contracts.define(Noted)
    assert missing([kind], tmp_path) == [kind]

    (path,) = add_goldens([kind], tmp_path)
    written = path.read_bytes()

    assert read_golden(path) == golden_of(kind)
    changed = contracts.define(next(iter(CHANGED)))
    assert add_goldens([changed], tmp_path) == []
    assert path.read_bytes() == written
    (second,) = add_goldens([changed, contracts.define(SecondNoted, 2)], tmp_path)
    assert second.name == "examples.Noted.v2.json"
    assert path.read_bytes() == written


def test_the_shape_names_every_field_with_its_parts(contracts: Contracts) -> None:
    assert shape(contracts.define(Noted).cls) == (
        "case_id: text",
        "remark: text",
        "on: date or nothing",
        "items: list",
        "items[]: object",
        "items[].name: text",
        "items[].mark: 'fair' | 'good'",
    )


def test_the_golden_texts_hold_every_value_of_every_enumeration(contracts: Contracts) -> None:
    texts = "".join(golden_of(contracts.define(Noted)).stored)
    assert '"mark":"good"' in texts
    assert '"mark":"fair"' in texts
