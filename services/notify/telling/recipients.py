"""Whom events concern, as known when each happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.notices import Choices, Participant, Parties, People, Subscriber
from services.notify.views.people import as_of, case_people, contacts, subscriptions
from services.notify.views.preferences import preferences, stopped_addresses
from shared.contracts.notify import Channel, Language
from shared.programme.values.email_address import sent_to
from shared.programme.values.personal import ERASED

_OF_THE_CASE = ("county", "county_name", "county_unit", "key_unit", "key_unit_uscc", "endorser", "endorser_name")


async def people_at(connection: AsyncConnection, case_id: str, seq: int) -> People:
    """The people of one case after the event ``seq``; see ``Directory``."""
    return (await directory(connection, [case_id])).people(case_id, seq)


async def directory(connection: AsyncConnection, case_ids: Iterable[str]) -> Directory:
    """Everybody who may be told something in these cases, looked up now."""
    of_cases = select(case_people.table).where(case_people.table.c.case_id.in_(set(case_ids)))
    cases = {row["case_id"]: row for row in (await connection.execute(of_cases)).mappings()}
    divisions = {"", *(row["county"] for row in cases.values())}
    concerned = select(subscriptions.table).where(subscriptions.table.c.division.in_(divisions))
    return Directory(
        cases,
        (await connection.execute(select(contacts.table.c.office, contacts.table.c.history))).mappings().all(),
        (await connection.execute(concerned.order_by(subscriptions.table.c.subscription_id))).mappings().all(),
        (await connection.execute(select(preferences.table))).mappings().all(),
        (await connection.execute(select(stopped_addresses.table))).mappings().all(),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What was known of everybody after some event."""

    contacts: Mapping[str, Participant]
    subscribers: Mapping[str, Sequence[Subscriber]]
    preferences: Mapping[str, Choices]
    stopped: Mapping[tuple[Channel, str], str]


@dataclass(frozen=True, slots=True)
class Directory:
    """People with their history: the cases' own, the contacts of all offices, the subscribers; what they had chosen,
    and the addresses to which nothing is sent."""

    _cases: Mapping[str, RowMapping]
    _contacts: Sequence[RowMapping]
    _subscribers: Sequence[RowMapping]
    _preferences: Sequence[RowMapping]
    _stopped: Sequence[RowMapping]
    _settled: list[tuple[int, _Known]] = field(default_factory=list)

    def people(self, case_id: str, seq: int) -> People:
        """Whom something in a case concerns after the event ``seq``."""
        case = self._case(case_id, seq)
        known = self._known(seq)
        return People(
            case=case,
            contacts=known.contacts,
            subscribers=(
                *known.subscribers.get("", ()),
                *(known.subscribers.get(case.county, ()) if case.county else ()),
            ),
            preferences=known.preferences,
            stopped=known.stopped,
        )

    def _case(self, case_id: str, seq: int) -> Parties:
        case = self._cases.get(case_id)
        if case is None:
            return Parties(case_id=case_id)
        persons = tuple(
            Participant(**{name: entry[name] for name in ("role", "office", "name", "phone", "email")})
            for entry in as_of(case["people"], seq)
        )
        return Parties(case_id=case_id, persons=persons, **{name: case[name] for name in _OF_THE_CASE})

    def _known(self, seq: int) -> _Known:
        """What was known after ``seq``; computed once for every seq after the last change."""
        if not self._settled:
            last = self._last_change()
            self._settled.append((last, self._as_of(last)))
        settled, known = self._settled[0]
        return known if seq >= settled else self._as_of(seq)

    def _last_change(self) -> int:
        histories: Iterator[int] = (
            entry["since"] for rows in (self._contacts, self._preferences) for row in rows for entry in row["history"]
        )
        spans: Iterator[int] = (
            row[end]
            for rows in (self._subscribers, self._stopped)
            for row in rows
            for end in ("since", "until")
            if row[end] is not None
        )
        return max((*histories, *spans), default=0)

    def _as_of(self, seq: int) -> _Known:
        subscribers: dict[str, list[Subscriber]] = {}
        for row in self._subscribers:
            if _stands(row, seq) and row["address"] != ERASED:
                subscribers.setdefault(row["division"], []).append(_subscriber(row))
        return _Known(
            {row["office"]: person for row in self._contacts if (person := _contact(row, seq)) is not None},
            subscribers,
            {row["owner"]: preferences_in(row["history"], seq) for row in self._preferences},
            {
                (Channel(row["channel"]), sent_to(row["address"])): row["reason"]
                for row in self._stopped
                if _stands(row, seq)
            },
        )


def _stands(row: RowMapping, seq: int) -> bool:
    return bool(row["since"] <= seq and (row["until"] is None or row["until"] > seq))


def _contact(row: RowMapping, seq: int) -> Participant | None:
    held = [entry for entry in row["history"] if entry["since"] <= seq]
    if not held:
        return None
    return Participant(role="", office=row["office"], **{name: held[-1][name] for name in ("name", "phone", "email")})


def _subscriber(row: RowMapping) -> Subscriber:
    return Subscriber(
        subscription_id=row["subscription_id"],
        channel=Channel(row["channel"]),
        address=row["address"],
        division=row["division"],
        topic=row["topic"],
        language=Language(row["language"]),
    )


def preferences_in(history: list[dict[str, Any]], seq: int | None = None) -> Choices:
    """What a history of choices comes to: all of it, or after the event ``seq``."""
    language: Language | None = None
    wanted: dict[tuple[Channel, str], bool] = {}
    for entry in history:
        if seq is not None and entry["since"] > seq:
            break
        if "language" in entry:
            language = Language(entry["language"])
        else:
            wanted[Channel(entry["channel"]), entry["kind"]] = entry["on"]
    return Choices(language, wanted)
