"""What clients do besides what they should: repeats, reused keys, stale versions, other people's cases, nonsense."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from deploy.local.issuer.people import LEAD, OFFICER, city, county, expert
from shared.contracts.core import Actor, Role
from tests.faults.witness import Asked, Witness

OPERATOR = Actor("operator-1", "运维（虚构）", "operator", frozenset({Role.OPERATOR}))
REMEMBERED = 400


class Mischief:
    """Shared by all clients of a run: it remembers their cases and commands, to try them elsewhere."""

    def __init__(self) -> None:
        self.cases: list[str] = []
        self._commands: list[Asked] = []
        self._count = 0
        self._kinds: tuple[Callable[[Witness, Asked, random.Random], Awaitable[None]], ...] = (
            self._again,
            self._all_at_once,
            self._reuse,
            self._stale,
            self._elsewhere,
            self._out_of_turn,
            self._as_somebody_else,
            self._nonsense,
            self._withdraw,
            self._subscribe,
            self._contact,
        )

    async def after(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        """Sometimes do one piece of mischief after a command."""
        self._remember(asked)
        if dice.random() < 0.45:
            chosen = dice.choice(self._kinds)
            await chosen(desks, asked, dice)

    def _remember(self, asked: Asked) -> None:
        if asked.path.startswith(("/applications/", "/cases/", "/districts/")):
            if len(self._commands) >= REMEMBERED:
                del self._commands[0]
            self._commands.append(asked)
            ident = asked.path.split("/")[2]
            if ident not in self.cases:
                self.cases.append(ident)

    def _key(self) -> str:
        self._count += 1
        return f"mischief {self._count}"

    async def _again(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        await desks.once(asked)

    async def _all_at_once(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        fresh = replace(asked, key=self._key()) if dice.random() < 0.5 else asked
        await asyncio.gather(*(desks.once(fresh) for _ in range(dice.randint(2, 5))))

    async def _reuse(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        await desks.once(replace(asked, body={**asked.body, "reason": "another request (fictitious)"}))

    async def _stale(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        await desks.once(replace(asked, key=self._key()), **{"If-Match": f'"{dice.randint(0, 40)}"'})

    async def _elsewhere(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        known = [*self.cases, str(UUID(int=dice.getrandbits(128), version=4))]
        await desks.once(_at(replace(asked, key=self._key()), dice.choice(known)))

    async def _out_of_turn(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        if self.cases:
            other = replace(dice.choice(self._commands), key=self._key())
            await desks.once(_at(other, dice.choice(self.cases)))

    async def _as_somebody_else(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        others = (OFFICER, LEAD, OPERATOR, county("220113"), city("220100"), expert("nobody"), None)
        await desks.once(replace(asked, who=dice.choice(others), key=self._key()))

    async def _nonsense(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        spoilt = dict(asked.body)
        if spoilt and dice.random() < 0.5:
            spoilt[dice.choice(sorted(spoilt))] = dice.choice((None, 7, "", [], {"x": 1}, "x" * 300_000, "\u0000"))
        else:
            spoilt["nobody_knows"] = 1
        await desks.once(replace(asked, body=spoilt, key=self._key()))

    async def _withdraw(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        if asked.path.startswith("/applications/") and dice.random() < 0.2:
            path = "/".join((*asked.path.split("/")[:3], "withdrawal"))
            await desks.once(replace(asked, path=path, body={"reason": "撤回（虚构）"}, key=self._key()))

    async def _subscribe(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        body = {"channel": "mail", "address": f"reader{dice.randrange(40)}@example.invalid", "division": ""}
        await desks.once(Asked(None, "notify", "/subscriptions", body, self._key()))

    async def _contact(self, desks: Witness, asked: Asked, dice: random.Random) -> None:
        if dice.random() < 0.7:
            return
        office = dice.choice(("city:220100", "county:220113", "expert:nobody", "province"))
        number = dice.randrange(1000)
        body = {"name": "联系人（虚构）", "phone": f"0000-{8_000_000 + number}", "email": f"o{number}@example.invalid"}
        await desks.once(Asked(OFFICER, "notify", f"/contacts/{office}", body, self._key()))


def _at(asked: Asked, ident: str) -> Asked:
    parts = asked.path.split("/")
    if len(parts) < 3:
        return asked
    parts[2] = ident
    return replace(asked, path="/".join(parts))


__all__ = ["Mischief"]
