"""The register's list, page by page by indexes: the same as when every district is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lifecycle.register import ORDERS, RegisterList, entries, figures, register_entry
from services.lifecycle.views import DISTRICTS
from shared.contracts.core import Envelope, derived_id
from shared.contracts.lifecycle import DistrictDesignated, RecordCorrected
from shared.projections.engine import open_engine
from shared.projections.projection import project
from shared.projections.projector import Projector
from tests.lifecycle.situations import (
    PROVINCE,
    at,
    conclude,
    designate,
    envelope,
    order,
    reassess,
    recorded,
    rectified,
    retain,
)
from tests.lifecycle.test_views import DISMAL
from tests.servers import Database

TODAY = date(2023, 8, 1)
COUNTIES = ("220502", "220113", "222401", "220702")


def lives(number: int) -> list[Envelope]:
    """The events of a district: one of four lives, in one of four counties."""
    begun = designate(f"2019-08-{10 + number:02}")
    ordered = (begun, conclude("40", "40", "2022-09-22"), order("2022-09-26"))
    kept = (*ordered, rectified("2022-10-20"), reassess("70", "2022-11-01"), retain("2022-11-07"))
    first, *rest = recorded(*((begun,), kept, ordered, DISMAL)[number % 4])
    assert isinstance(first.event, DistrictDesignated)
    county = COUNTIES[number // 2 % 4]
    unit = replace(first.event.key_unit, name=f"示例{'甲乙丙丁'[number % 4]}服务中心（虚构）")
    place = replace(first.event.place, county=county, county_name=f"县{county}")
    told = [replace(first, event=replace(first.event, place=place, key_unit=unit)), *rest]
    return [*told, _corrected(told, number)] if number % 5 == 0 else told


def _corrected(told: Sequence[Envelope], number: int) -> Envelope:
    event = RecordCorrected(
        case_id=told[0].event.case_id,  # type: ignore[attr-defined]
        corrects=told[0].event_id,
        field="document_number",
        was="旧",
        now=f"吉科发专〔2019〕{900 - number}号",
        why="录入笔误",
        on_word_of="省科技厅",
    )
    return envelope(event, at(PROVINCE, "2023-07-25"), len(told) + 1)


def _of(district: UUID, told: Sequence[Envelope]) -> list[Envelope]:
    """The same as another district's."""
    return [replace(each, stream=f"lifecycle/district/{district}") for each in told]


EVENTS = [
    replace(each, seq=seq)
    for seq, each in enumerate(
        (each for number in range(16) for each in _of(derived_id(PROVINCE.subject, str(number)), lives(number))), 1
    )
]


def asked_for(**values: object) -> RegisterList:
    """What a query asks."""
    return RegisterList.model_validate(values)


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[AsyncConnection]:
    engine = open_engine(database.url("lifecycle"))
    projector = Projector(engine, DISTRICTS, "lifecycle")
    await projector.prepare()
    await projector.position()
    await projector.apply(EVENTS, EVENTS[-1].seq)
    async with engine.connect() as opened:
        yield await opened.execution_options(schema_translate_map={None: "lifecycle"}, isolation_level="AUTOCOMMIT")
    await engine.dispose()


async def test_a_page_is_a_part_of_the_whole(connection: AsyncConnection) -> None:
    """In every order, of every group, by words, today and earlier."""
    days, words = (None, date(2022, 9, 27), date(2019, 9, 1)), ("", "甲服务", "89 号")
    for sort, on, standing, sought in product(ORDERS, days, (None, "kept", "gone"), words):
        asked: dict[str, Any] = {"sort": sort, "on": on and on.isoformat(), "standing": standing, "words": sought}
        whole = await entries(connection, asked_for(**asked), TODAY)
        pages = [
            each
            for offset in range(0, len(whole) + 5, 5)
            for each in await entries(connection, asked_for(**asked, limit=5, offset=offset), TODAY)
        ]
        assert pages == whole, asked


async def test_the_whole_is_what_each_district_says(connection: AsyncConnection) -> None:
    rows = project(DISTRICTS, EVENTS)["districts"].values()
    for on in (TODAY, date(2022, 9, 27), date(2019, 8, 15)):
        said = [entry for row in rows if (entry := register_entry(row, on)) is not None]
        whole = await entries(connection, asked_for(on=on.isoformat()), TODAY)
        assert {each["case_id"]: each for each in said} == {each["case_id"]: each for each in whole}
        assert whole == sorted(whole, key=lambda entry: (entry["designated_on"], entry["case_id"]))


async def test_figures_of_today_and_of_a_day_are_counted_alike(connection: AsyncConnection) -> None:
    today = await figures(connection, asked_for(), TODAY)
    counted = await figures(connection, asked_for(words="吉"), TODAY)
    assert sum(each["number"] for each in today["counts"]) == 16
    assert sorted(today["counts"], key=str) == sorted(counted["counts"], key=str)
    assert today["first"] == counted["first"]
    assert {each["standing"] for each in today["counts"]} == {"kept", "term", "under", "gone"}
    of_a_county = await figures(connection, asked_for(counties="220502,220113"), TODAY)
    assert {each["county"] for each in of_a_county["counts"]} == {"220502", "220113"}
