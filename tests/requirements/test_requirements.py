"""The table of requirements: each stands on something that exists, and what was not shown is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.contracts import intake, lifecycle, office, review
from shared.programme.policy import first_day, parameters, policy_in_force
from tests.requirements.reading import ROOT, Requirement, requirements
from tests.requirements.running import Shown
from tests.requirements.table import DOCUMENT, NotShownError, page
from tests.specification import contracts_of

ONE = Requirement(
    number=1,
    source="四（一）",
    kind="clause",
    says="It holds.",
    events=("office.LetterSent",),
    tests=("tests/a.py::b",),
)
SENT = {"tests/a.py::b": Shown(events={"office.LetterSent"})}
SERVICES = [module.__name__.rpartition(".")[2] for module in (intake, lifecycle, office, review)]


def test_what_was_shown_stands_in_the_table() -> None:
    assert page([ONE], SENT).endswith(
        "| 1 | 四（一） | It holds. | `office.LetterSent` | [a](../tests/a.py): b |\n",
    )


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ({}, "1: tests/a.py::b did not run\n1: no test led to office.LetterSent"),
        ({"tests/a.py::b": replace(SENT["tests/a.py::b"], passed=False)}, "1: tests/a.py::b failed"),
        ({"tests/a.py::b": Shown()}, "1: no test led to office.LetterSent"),
    ],
)
def test_what_was_not_shown_is_said_and_nothing_is_written(shown: dict[str, Shown], said: str) -> None:
    with pytest.raises(NotShownError) as raised:
        page([ONE], shown)
    assert str(raised.value) == said


def test_a_parameter_that_a_requirement_stands_on_is_one_of_the_policy() -> None:
    known = {each.name for each in parameters(policy_in_force(first_day()))}
    named = {each.source for each in requirements() if each.kind == "policy"}
    assert named <= known | {"version", "effective_from"}


def test_every_published_event_of_a_case_is_what_some_requirement_leads_to() -> None:
    published = {kind.name for kind in contracts_of(*SERVICES) if not kind.internal}
    assert published == {event for each in requirements() for event in each.events if event in published}


def test_the_committed_page_names_every_requirement_and_test_that_is_listed() -> None:
    """What the tests did is compared by `make check`, which runs them."""
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and line[2].isdecimal()]
    listed = requirements()
    assert [row.split(" | ")[2] for row in rows] == [each.says for each in listed]
    for each, row in zip(listed, rows, strict=True):
        for test in each.tests:
            assert f"](../{test.partition('::')[0]})" in row
            assert Path(ROOT / test.partition("::")[0]).is_file()
