"""The figures of feedback that everybody reads: numbers of each step, nothing that was said, nobody who said it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.programme.vocabulary import Satisfaction, ServiceStep


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFigures:
    """How often a step was rated at each level. ``satisfied_percent`` is the share of the three upper levels (满意率),
    to one decimal."""

    step: ServiceStep
    ratings: int
    very_satisfied: int
    satisfied: int
    fairly_satisfied: int
    dissatisfied: int
    very_dissatisfied: int
    satisfied_percent: float


def figures(counted: Iterable[tuple[str, str, int]], least: int) -> Iterator[StepFigures]:
    """The figures of each step, in the programme's order, from (step, level, how many).

    A step with fewer than ``least`` ratings is left out: of so few, whoever knows one knows the others.
    """
    of_steps: dict[ServiceStep, Counter[Satisfaction]] = {step: Counter() for step in ServiceStep}
    for step, level, number in counted:
        of_steps[ServiceStep(step)][Satisfaction(level)] += number
    return (_of_step(step, levels) for step, levels in of_steps.items() if levels.total() >= least)


def _of_step(step: ServiceStep, levels: Counter[Satisfaction]) -> StepFigures:
    content = sum(number for level, number in levels.items() if not level.calls_for_an_answer)
    return StepFigures(
        step=step,
        ratings=levels.total(),
        satisfied_percent=round(100 * content / levels.total(), 1),
        **{level.value: levels[level] for level in Satisfaction},
    )


__all__ = ["StepFigures", "figures"]
