"""An aggregate under random commands: what must hold whatever is asked of it, in whatever order."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.contracts.core import Command, Decider, Event, Refusal, RuleKind, event_type
from shared.eventlog.codec import decode, encode

Ask = Callable[["DeciderMachine"], Command]
"""Makes a command for the day and the history as they are."""

USUALLY = 8
"""How often the menu has a wish of the one who usually has it, for each time that it has it of somebody else."""

SETTINGS = settings(
    max_examples=120,
    stateful_step_count=10,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class DeciderMachine(RuleBasedStateMachine):
    """A case of ``decider``. ``beginnings`` are histories to begin from, each with the day after it; ``menu`` is what
    may be asked, ``rare`` kinds of command seldom (they end a case); ``edges`` names, for each stage, those that may
    follow it (itself apart)."""

    decider: Decider[Any, Any]
    beginnings: Sequence[tuple[Callable[[], tuple[Event, ...]], date]]
    menu: Sequence[Ask]
    rare: tuple[type[Command], ...] = ()
    edges: ClassVar[dict[str, set[str]]]

    def __init__(self) -> None:
        super().__init__()
        self.events: tuple[Event, ...] = ()
        self.state: Any = self.decider.initial
        self.today = date(2018, 6, 11)

    @property
    def stage(self) -> str:
        """The name of the stage; a machine may tell them apart more finely."""
        return type(self.state).__name__

    def on(self) -> str:
        """Today, as an ISO date."""
        return self.today.isoformat()

    @initialize(number=strategies.integers(0, 1000))
    def begin(self, number: int) -> None:
        history, self.today = self.beginnings[number % len(self.beginnings)]
        self.events = history()
        self.state = reduce(self.decider.evolve, self.events, self.decider.initial)

    @rule(days=strategies.sampled_from((1, 3, 10, 40, 200)))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(seed=strategies.integers(0, 2**32 - 1), count=strategies.integers(5, 60))
    def ask(self, seed: int, count: int) -> None:
        """Some commands in a row: a case is long, and most of what can be asked at any time is refused."""
        dice = random.Random(seed)
        for _ in range(count):
            command = dice.choice(self.menu)(self)
            if isinstance(command, self.rare) and dice.random() < 0.9:
                continue
            self.give(command)
            if dice.random() < 0.1:
                self.today += timedelta(days=dice.choice((1, 2, 5, 30, 90)))

    def give(self, command: Command) -> None:
        """Decide a command, and check everything that must hold of any decision."""
        outcome = self.decider.decide(self.state, command)
        assert self.decider.decide(self.state, command) == outcome, "a decision is a function of state and command"
        if isinstance(outcome, Refusal):
            assert outcome.rule.sentence
            assert outcome.rule.sentence_zh
            assert outcome.rule.kind in RuleKind
            return
        for event in outcome:
            self._happened(event, command)
        if outcome:
            again = self.decider.decide(self.state, command)
            assert isinstance(again, Refusal) or again == () or self.may_repeat(command), f"{command} took effect twice"

    def may_repeat(self, command: Command) -> bool:
        """Whether the same command may rightly have an effect again."""
        return False

    def _happened(self, event: Event, command: Command) -> None:
        kind = event_type(event)
        assert kind.service == self.decider.category
        assert decode(kind.name, kind.version, encode(event)) == event, "what is stored is what happened"
        before = self.stage
        self.about_to(event, command)
        self.events = (*self.events, event)
        self.state = self.decider.evolve(self.state, event)
        allowed = self.edges.get(before, set()) | {before}
        assert self.stage in allowed, f"{type(event).__name__} moved from {before} to {self.stage}"

    def about_to(self, event: Event, command: Command) -> None:
        """What must be true before an event of this aggregate; asserts."""

    @invariant()
    def the_state_is_the_fold_of_its_events(self) -> None:
        folded = reduce(self.decider.evolve, self.events, self.decider.initial)
        assert folded == self.state


__all__ = ["SETTINGS", "USUALLY", "Ask", "DeciderMachine"]
