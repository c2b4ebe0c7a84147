"""The demonstration's cases, played in a town with a driven clock up to a day, and on from there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import asyncpg
import httpx

from deploy.database.roles import OPERATOR
from deploy.demo.cases import read_cases
from deploy.demo.contacts import register_contacts
from deploy.demo.desks import Desks
from deploy.demo.drive import Drive
from deploy.demo.filing import Filing
from deploy.demo.judging import Judging
from deploy.demo.play import Play, act
from shared.programme.policy import policy_in_force
from shared.service.identity.development_issuer import DevelopmentIssuer
from tests.portal.conftest import Town


@dataclass
class Played:
    """One case of the demonstration; ``case_id`` is known once it is applied for."""

    town: Town
    name: str = "DEMO-A"
    case_ids: dict[str, str] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    @property
    def case_id(self) -> str:
        """The case."""
        return self.case_ids[self.name]

    def until(self, step: str, *, without: Iterable[str] = ()) -> None:
        """Do all steps before the one of that name, and let it be its day. ``without`` are left out: a test does
        them itself. It runs beside the test, which may have a loop of its own: a real browser's."""
        with ThreadPoolExecutor(1) as beside:
            beside.submit(asyncio.run, self._until(step, set(without))).result()

    async def _until(self, last: str, without: set[str]) -> None:
        cases, old_code = read_cases()
        case = next(case for case in cases if case.name == self.name)
        async with (
            httpx.AsyncClient(timeout=60, trust_env=False) as client,
            asyncpg.create_pool(self.town.roles[OPERATOR], min_size=1, max_size=2) as pool,
        ):
            desks = Desks(client, DevelopmentIssuer(self.town.state / "keys"), self.town.urls)
            play = Play(desks, Drive(pool, client, self.town.urls), cases, old_code, case_ids=self.case_ids)
            rooms = Filing(desks, self.case_ids), Judging(desks, self.case_ids, policy_in_force(case.steps[0].on))
            if not self.done:
                await play.drive.to(case.steps[0].on, 8)
                await register_contacts(desks, cases, old_code)
            for step in case.steps:
                await play.drive.to(step.on)
                if step.do == last:
                    break
                if step.do not in self.done | without:
                    await act(step, *rooms)(case, step)
                self.done.add(step.do)
            await play.drive.rest()


__all__ = ["Played"]
