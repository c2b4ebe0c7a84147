"""What was told in each case: which notice, to whom by their part, by which channel, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import asyncpg

from services.notify.notices import RULES
from shared.contracts.notify import Language

_DELIVERIES = """
select requested_on, rule, role, recipient, notices.channel, state
from notify.notices join notify.deliveries using (delivery_id)
where case_id = $1 order by notices.requested_seq
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: to whom by their part in the case, by which channel, in which state."""

    role: str
    recipient: str
    channel: str
    state: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """All messages that one rule caused on a day, one after the other."""

    on: date
    rule: str
    messages: tuple[Message, ...]

    @property
    def subject(self) -> str:
        """What it is called in Chinese; its rule's name where there is no such rule any more."""
        rule = RULES.get(self.rule)
        return rule.template.words[Language.CHINESE].subject if rule is not None else self.rule

    def by(self, channel: str) -> str:
        """Who was told by a channel, by what became of it: ``accepted: county ×2, key-unit; unknown: endorser``."""
        roles: dict[str, list[str]] = {}
        for message in self.messages:
            if message.channel == channel:
                roles.setdefault(message.state, []).append(message.role)
        return "; ".join(f"{state}: {_counted(parts)}" for state, parts in roles.items())


def _counted(roles: Sequence[str]) -> str:
    counts = {role: roles.count(role) for role in roles}
    return ", ".join(role if count == 1 else f"{role} ×{count}" for role, count in counts.items())


async def announced(operator_url: str, case_ids: Iterable[str]) -> dict[str, list[Announcement]]:
    """The notices of each case, in the order in which they were asked for."""
    connection = await asyncpg.connect(operator_url)
    try:
        return {case_id: _announcements(await connection.fetch(_DELIVERIES, case_id)) for case_id in case_ids}
    finally:
        await connection.close()


def _announcements(rows: Sequence[asyncpg.Record]) -> list[Announcement]:
    together = groupby(rows, key=lambda row: (row["requested_on"], row["rule"]))
    return [Announcement(on, rule, tuple(map(_message, group))) for (on, rule), group in together]


def _message(row: asyncpg.Record) -> Message:
    return Message(row["role"], row["recipient"], row["channel"], row["state"])


def parties(announcements: Iterable[Announcement]) -> dict[str, list[str]]:
    """By whom the parts of a case are played: offices by their part, each once."""
    parts: dict[str, list[str]] = {}
    for message in (message for announcement in announcements for message in announcement.messages):
        offices = parts.setdefault(message.role, [])
        if message.recipient not in offices:
            offices.append(message.recipient)
    return parts


__all__ = ["Announcement", "Message", "announced", "parties"]
