"""Every row of the bench runs, in a tiny size, and what is written down is well-formed. No figure is judged here."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench import flat, machine, memory, report
from bench.arena import Arena, Workload, open_arena
from bench.plot import Line, draw
from bench.row import YARD, YARDSTICK, Asked, Bar, Figure, Measured, Result, run
from bench.rows import ROWS
from bench.task import Sample

TINY = Workload(rounds=1, seconds=0.2, scale=0.001, peers=False)
KEYS = {"work", "ours", "against", "ratio", "bar", "holds"}


@pytest.fixture
async def arena() -> AsyncIterator[Arena]:
    async with open_arena(TINY) as opened:
        yield opened


def sample(rate: int, *latencies: float) -> Sample:
    return Sample(done=rate, began=1.0, ended=2.0, latencies=latencies)


async def test_every_row_runs_and_is_written_down(arena: Arena, tmp_path: Path) -> None:
    results = [await run(row, arena) for row in ROWS]
    for result in results:
        assert result.measured, result.row.name
        assert all(each.done > 0 for rounds in result.samples.values() for each in rounds)
        assert result.row.notes
    costs = await flat.measure(arena, 2 * flat.SMALLEST)
    report.write(results, costs, list(machine.facts(arena.folder, await arena.server())), TINY, tmp_path)
    written = json.loads((tmp_path / "benchmarks.json").read_text())
    assert all(set(row) == KEYS for row in written)
    assert all(type(row["holds"]) is bool and row["ratio"] > 0 for row in written)
    assert len({row["work"] for row in written}) == len(written)
    page = " ".join((tmp_path / "benchmarks.md").read_text().split())
    assert all(" ".join(result.row.notes.split()) in page for result in results)
    assert "$" not in page


async def test_the_memory_of_a_rebuild_is_measured_and_drawn(arena: Arena, tmp_path: Path) -> None:
    found = await memory.measure(arena, [1_000, 2_000])
    assert [each.events for each in found] == [1_000, 2_000]
    assert all(each.megabytes > 1 and each.rows > 0 for each in found)
    memory.write(found, tmp_path)
    assert ET.parse(tmp_path / "memory.svg").getroot().tag.endswith("svg")
    assert len(json.loads((tmp_path / "memory.json").read_text())) == len(memory.show(found).splitlines())
    tenfold = [replace(found[0], megabytes=100.0), replace(found[1], megabytes=200.0)]
    assert not memory.holds(tenfold)


def test_a_rate_is_as_good_as_it_is_high_and_a_latency_as_it_is_low() -> None:
    rate = Measured(bar=Bar(work="", against="x", bar=0.7), ours=70, against=100)
    assert (rate.ratio, rate.holds) == (0.7, True)
    slow = Measured(bar=Bar(work="", against=Asked(4.0), figure=Figure.P50), ours=5.0, against=4.0)
    assert (slow.ratio, slow.holds) == (0.8, False)


@pytest.mark.parametrize(("pace", "rate", "time"), [(1.0, 300.0, 4.0), (0.5, 150.0, 8.0), (2.0, 300.0, 4.0)])
def test_a_slower_machine_is_asked_for_less_and_a_faster_one_for_no_more(pace: float, rate: float, time: float) -> None:
    bars = (Bar(work="", against=Asked(300.0)), Bar(work="", against=Asked(4.0), figure=Figure.P50))
    row = replace(ROWS[0], bars=bars)
    samples = {"juqu": [sample(100, 8.0)], YARDSTICK: [sample(int(YARD * pace))]}
    assert [each.against for each in Result(row=row, samples=samples).measured] == [rate, time]


def test_a_row_below_its_bar_is_said_to_be() -> None:
    row = ROWS[0]
    samples = {"juqu": [sample(10)], "asyncpg insert": [sample(100)]}
    result = Result(row=row, samples=samples)
    (outcome,) = result.measured  # the peers did not take part, so their bars are left out
    assert not outcome.holds
    assert report.show([result]).startswith("BELOW")
    assert report.rows([result], [])[0]["holds"] is False


def test_medians_and_percentiles_are_of_the_rounds() -> None:
    samples = {"juqu": [sample(3, 1.0, 2.0, 30.0), sample(3, 1.0, 4.0, 10.0), sample(3, 1.0, 6.0, 20.0)]}
    result = Result(row=ROWS[0], samples=samples)
    assert result.median("juqu", Figure.P50) == 4.0
    assert result.median("juqu", Figure.P99) == 20.0


def test_costs_that_grow_are_not_flat_and_the_larger_log_is_kept(tmp_path: Path) -> None:
    def costs(largest: int, last: float) -> list[flat.Cost]:
        works = ("append", "load", "publish", "prove and verify")
        sizes = ((flat.SMALLEST, 1.0), (largest, last))
        return [
            flat.Cost(work=work, events=events, median=median, least=median, most=median, beside=1.0)
            for work in works
            for events, median in sizes
        ]

    assert all(each.holds for each in flat.flatness(costs(100_000, 1.4)))
    assert not any(each.holds for each in flat.flatness(costs(100_000, 1.6)))
    slower_disk = [replace(cost, beside=cost.median / 2) for cost in costs(100_000, 1.6)]
    assert all(each.growth == 1.0 for each in flat.flatness(slower_disk))
    large = costs(10_000_000, 1.2)
    assert flat.keep(large, tmp_path) == large
    assert flat.keep(costs(100_000, 1.0), tmp_path) == large
    assert flat.read(tmp_path) == large
    assert ET.parse(tmp_path / "flatness.svg").getroot().tag.endswith("svg")


def test_a_plot_shows_every_line() -> None:
    picture = draw("a < b", [Line("one & two", [(10.0, 5.0, 4.0, 6.0), (100.0, 5.0, 4.0, 7.0)])])
    texts = [each.text for each in ET.fromstring(picture).iter() if each.text and each.text.strip()]
    assert {"a < b", "one & two"} <= set(texts)
