"""A registry of contracts and upcasts of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from deploy.operator.frame.vocabulary import vocabulary
from shared.contracts import core
from shared.contracts.core import Event, EventType, event, event_type
from shared.eventlog import codec
from shared.eventlog.upcasts import UPCASTS, Upcast


class Contracts:
    """What this build knows of ``examples.Noted``, for one test."""

    NAME = "examples.Noted"

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        vocabulary()
        self._monkeypatch = monkeypatch
        for registry in ("_registry", "_by_class"):
            monkeypatch.setattr(core, registry, dict(getattr(core, registry)))
        codec._decoder.cache_clear()

    def define(self, cls: type[Event], version: int = 1, *, internal: bool = False) -> EventType:
        """Make a class its version; in place of the one that is there."""
        self.remove(version)
        body = {name: value for name, value in vars(cls).items() if name not in {"__dict__", "__weakref__"}}
        copy = cast("type[Event]", type(cls.__name__, cls.__bases__, body))
        return event_type(event("示例", clause="-", version=version, internal=internal, name="Noted")(copy))

    def remove(self, version: int) -> None:
        """Take a version's class out of the build."""
        core._registry.pop((self.NAME, version), None)
        codec._decoder.cache_clear()

    def upcast(self, version: int, step: Upcast) -> None:
        """Say what a version means in the next one."""
        self._monkeypatch.setitem(cast("dict[tuple[str, int], Upcast]", UPCASTS), (self.NAME, version), step)
        codec._decoder.cache_clear()


@pytest.fixture
def contracts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Contracts]:
    with monkeypatch.context() as patch:
        yield Contracts(patch)
    codec._decoder.cache_clear()
