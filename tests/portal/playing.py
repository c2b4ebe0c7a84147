"""The sample cases, played on a running system up to a day: ``python -m tests.portal.playing STATE DAY``."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import date
from pathlib import Path

import asyncpg
import httpx

from deploy.database.roles import OPERATOR
from deploy.demo.cases import Step, read_cases
from deploy.demo.contacts import register_contacts
from deploy.demo.desks import Desks
from deploy.demo.drive import Drive
from deploy.demo.play import Play
from shared.service.identity.development_issuer import DevelopmentIssuer


class Enough(Exception):
    """The day has come."""


async def play(state: Path, until: date) -> None:
    """Play what happened up to a day; ``STATE/cases.json`` then has the cases' ids by their names."""
    noted = json.loads((state / "stack.json").read_text())
    cases, old_code = read_cases()

    async def before(step: Step) -> None:
        if step.on > until:
            raise Enough

    async with (
        httpx.AsyncClient(timeout=60, trust_env=False) as client,
        asyncpg.create_pool(noted["roles"][OPERATOR], min_size=1, max_size=2) as pool,
    ):
        desks = Desks(client, DevelopmentIssuer(state / "keys"), noted["services"])
        drive = Drive(pool, client, noted["services"])
        await drive.to(min(step.on for case in cases for step in case.steps), 8)
        await register_contacts(desks, cases, old_code)
        played = Play(desks, drive, cases, old_code, before=before)
        try:
            await played.run()
        except Enough:
            await drive.rest()
    (state / "cases.json").write_text(json.dumps(played.case_ids))


if __name__ == "__main__":
    asyncio.run(play(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])))
