"""The play: every step of every case in the order of the calendar, on a running system."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date

from deploy.demo.cases import OldCode, SampleCase, Step
from deploy.demo.desks import Desks
from deploy.demo.drive import Drive
from deploy.demo.filing import Filing
from deploy.demo.judging import Judging
from deploy.demo.keeping import Keeping
from shared.programme.policy import policy_in_force

Act = Callable[[SampleCase, Step], Awaitable[None]]
AFTERWARDS = date(2023, 12, 29)
"""The day on which the play ends: every deadline of its cases has passed by then."""


async def nothing(_step: Step) -> None:
    """What a spectator does."""


@dataclass
class Play:
    """Plays the cases. ``before`` is called before each step: the place to look, or to break something."""

    desks: Desks
    drive: Drive
    cases: tuple[SampleCase, ...]
    old_code: OldCode
    before: Callable[[Step], Awaitable[None]] = nothing
    case_ids: dict[str, str] = field(default_factory=dict)
    explained: str = ""

    def steps(self) -> list[Step]:
        """All steps, by date."""
        old = Step("OLD-CODE", self.old_code.on, "old_code")
        return sorted([old, *(step for case in self.cases for step in case.steps)], key=lambda step: step.on)

    async def run(self) -> None:
        """Play to the end. Raises ``Unexpected``, ``ProblemAnswer`` and ``NeverAtRest``."""
        by_name = {case.name: case for case in self.cases}
        filing = Filing(self.desks, self.case_ids)
        judging = Judging(self.desks, self.case_ids, policy_in_force(self.steps()[0].on))
        keeping = Keeping(self.desks, self.case_ids)
        for step in self.steps():
            await self.drive.to(step.on)
            await self.before(step)
            if step.do == "old_code":
                self.explained = await filing.old_code(self.old_code)
                continue
            case = by_name[step.case]
            await act(step, filing, judging, keeping)(case, step)
            if step.do == "approve":
                await self.drive.rest()
                await keeping.designated(case, step)
        await self.drive.to(AFTERWARDS)


def act(step: Step, *rooms: Filing | Judging | Keeping) -> Act:
    """Who does a step; raises ``LookupError`` for one that nobody does."""
    for room in rooms:
        method: Act | None = getattr(room, step.do, None)
        if method is not None:
            return method
    raise LookupError(f"{step.case} {step.on}: nobody does {step.do!r}")
