"""A client: takes one case after the other through the whole programme, as far as it gets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from deploy.demo.cases import SampleCase, Step
from deploy.demo.desks import ProblemAnswer
from deploy.demo.filing import Filing, Unexpected
from deploy.demo.judging import Judging
from deploy.demo.keeping import Keeping
from deploy.demo.play import act
from deploy.local.issuer.people import OFFICER
from shared.programme.policy import policy_in_force
from tests.faults.calendar import FIRST_DAY, Calendar
from tests.faults.mischief import Mischief
from tests.faults.timeline import Timeline
from tests.faults.witness import Asked, NoAnswer, Witness

TRIES = 6
LEFT_OUT = {"expect_lapse", "reschedule_visit"}
"""Steps of the sample cases that need their own dates."""


class _Judging(Judging):
    """As in the demonstration, on whatever day it is."""

    async def publicise(self, case: SampleCase, step: Step) -> None:
        await self.send(OFFICER, case, step, "publicity", {"starts_on": step.on.isoformat()})


@dataclass
class Client:
    """``number`` tells it apart; all its choices are drawn from its dice."""

    number: int
    desks: Witness
    dice: random.Random
    cases: tuple[SampleCase, ...]
    calendar: Calendar
    mischief: Mischief
    timeline: Timeline
    steps_done: int = 0
    visit_on: date = FIRST_DAY
    case_ids: dict[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        """Case after case until cancelled."""
        self.desks.after = self._after
        count = 0
        while True:
            count += 1
            template = self.dice.choice(self.cases)
            case = replace(template, name=f"{template.name}-{self.number}-{count}")
            await self._one(case)

    async def _after(self, asked: Asked) -> None:
        await self.mischief.after(self.desks, asked, self.dice)

    async def _one(self, case: SampleCase) -> None:
        rooms = (
            Filing(self.desks, self.case_ids),
            _Judging(self.desks, self.case_ids, policy_in_force(FIRST_DAY)),
            Keeping(self.desks, self.case_ids),
        )
        for number, step in enumerate(self._plot(case)):
            if not await self._step(case, step, number, rooms):
                self.timeline.note("case left", case=case.name, id=self.case_ids.get(case.name), step=step.do)
                return
            self.steps_done += 1
        self.timeline.note("case done", case=case.name, id=self.case_ids[case.name])

    def _plot(self, case: SampleCase) -> Iterator[Step]:
        for step in case.steps:
            if step.do not in LEFT_OUT:
                yield step

    async def _step(self, case: SampleCase, step: Step, number: int, rooms: tuple[Filing, Judging, Keeping]) -> bool:
        """Take a step, again while it is refused: it may come too early. Says whether it was taken."""
        patience = TRIES * 4 if step.do in {"approve", "assess", "retain"} else TRIES
        for attempt in range(patience):
            today = self.calendar.today
            if step.do == "schedule_visit":
                self.visit_on = today
            on = self.visit_on if step.do == "report_visit" else today
            now = Step(f"{case.name} {number}.{attempt}", on, step.do, _facts(step, today, self.dice))
            try:
                await act(now, *rooms)(case, now)
            except NoAnswer:
                if self.dice.random() < 0.3:
                    return False
            except (ProblemAnswer, Unexpected, LookupError, TypeError) as error:
                if attempt == patience - 1:
                    self.timeline.note("refused", case=case.name, step=step.do, why=str(error)[:300])
            else:
                return True
            await asyncio.sleep(self.dice.uniform(0.1, 0.6))
        return False


def _facts(step: Step, today: date, dice: random.Random) -> dict[str, Any]:
    """The step's particulars, for today."""
    facts = dict(step.facts)
    if "visit_on" in facts:
        facts["visit_on"] = today.isoformat()
    if "number" in facts:
        facts["number"] = f"吉科发专〔{today.year}〕{dice.randint(1, 900)}号"
    if "year" in facts:
        facts = {"year": today.year}
    return facts


__all__ = ["Client"]
