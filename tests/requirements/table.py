"""The table of ``docs/programme.md``, from the requirements and what their tests did."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tests.requirements.reading import ROOT, Requirement
from tests.requirements.running import Shown

DOCUMENT = ROOT / "docs" / "programme.md"
_HEAD = """# The programme, requirement by requirement

The notice (吉科发专管〔2018〕76号) and its form, split as finely as they can be tested, in our words. `make programme`
writes this page: it runs the tests that `tests/requirements/requirements.toml` names, and a line is written only where
every one of them passed and led to the events beside it. `make test` does the same and compares.

A requirement stands on a clause of the notice; where the notice is silent, on a law that the programme follows (a
designation is no licence: it does so by choice) or on a parameter of the policy ([policy.md](policy.md)).

| | stands on | what must hold | events | shown by |
|---:|---|---|---|---|
"""


class NotShownError(Exception):
    """What some requirement says was not shown; the text names each, a line apiece."""


def page(requirements: Sequence[Requirement], shown: Mapping[str, Shown]) -> str:
    """The document, whole. Raises NotShownError where a test failed or is missing, or an event was not seen."""
    missing = [line for requirement in requirements for line in lacking(requirement, shown)]
    if missing:
        raise NotShownError("\n".join(missing))
    return _HEAD + "".join(f"{_row(requirement)}\n" for requirement in requirements)


def lacking(requirement: Requirement, shown: Mapping[str, Shown]) -> list[str]:
    """What keeps a requirement from being shown, in words."""
    did = {test: shown.get(test) for test in requirement.tests}
    seen = {event for what in did.values() if what for event in what.events}
    return [
        *(f"{requirement.number}: {test} did not run" for test, what in did.items() if what is None),
        *(f"{requirement.number}: {test} failed" for test, what in did.items() if what and not what.passed),
        *(f"{requirement.number}: no test led to {event}" for event in requirement.events if event not in seen),
    ]


def _row(requirement: Requirement) -> str:
    source = f"`{requirement.source}`" if requirement.kind == "policy" else requirement.source
    events = "<br>".join(f"`{event}`" for event in requirement.events)
    tests = "<br>".join(map(_test, requirement.tests))
    return f"| {requirement.number} | {source} | {requirement.says} | {events} | {tests} |"


def _test(test: str) -> str:
    path, *names = test.split("::")
    words = " ".join(_words(name) for name in names)
    return f"[{path.removeprefix('tests/').removesuffix('.py')}](../{path}): {words}"


def _words(name: str) -> str:
    """The sentence that a test's name is, of a class as of a function."""
    apart = re.sub(r"(?=[A-Z])", "_", name.removeprefix("Test")).lower()
    return apart.removeprefix("test_").replace("_", " ").strip()


__all__ = ["DOCUMENT", "NotShownError", "lacking", "page"]
