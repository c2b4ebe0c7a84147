"""The table: for the terminal, for ``docs/benchmarks.md`` and for ``docs/benchmarks.json``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from textwrap import fill

from bench import flat
from bench.arena import Workload
from bench.contender import ROOT
from bench.row import YARDSTICK, Figure, Measured, Result

DOCS = ROOT / "docs"
_PAGE = Template((Path(__file__).parent / "page.md").read_text(encoding="utf-8"))


def show(results: Sequence[Result]) -> str:
    """What was measured in some rows and every contender's median and range, as text."""
    lines: list[str] = []
    for result in results:
        lines += [
            f"{'holds' if measured.holds else 'BELOW'}  {measured.bar.work}: {number(measured.ours)}, "
            f"{_against(measured)} {number(measured.against)}, ratio {measured.ratio:.2f}, bar {measured.bar.bar:g}"
            for measured in result.measured
        ]
        for name in result.samples:
            for figure in figures(result, name):
                values = result.values(name, figure)
                lines.append(
                    f"       {name}: {number(result.median(name, figure))} "
                    f"({number(min(values))} - {number(max(values))}) {_unit(result, figure, name)}"
                )
    return "\n".join(lines)


def rows(results: Sequence[Result], flatness: Sequence[flat.Flatness]) -> list[dict[str, object]]:
    """What ``docs/benchmarks.json`` holds. ``ratio`` is how many times as good as ``against``, so more is better."""
    lines: list[dict[str, object]] = [
        {
            "work": f"{measured.bar.work}, against {_against(measured)}",
            "ours": round(measured.ours, 2),
            "against": round(measured.against, 2),
            "ratio": round(measured.ratio, 3),
            "bar": measured.bar.bar,
            "holds": measured.holds,
        }
        for result in results
        for measured in result.measured
    ]
    lines += [
        {
            "work": f"cost of one in a log of {each.largest.events:,} events (µs), "
            f"against one of {each.smallest.events:,}: {each.work}",
            "ours": round(each.largest.median, 2),
            "against": round(each.smallest.median, 2),
            "ratio": round(1 / each.growth, 3),
            "bar": round(1 / flat.DEAREST, 3),
            "holds": each.holds,
        }
        for each in flatness
    ]
    return lines


def write(
    results: Sequence[Result], costs: Sequence[flat.Cost], machine: Sequence[tuple[str, str]], workload: Workload,
    folder: Path = DOCS,
) -> None:  # fmt: skip
    """Write ``benchmarks.md`` and ``benchmarks.json``."""
    plots = flat.flatness(costs) if costs else []
    page = _PAGE.substitute(
        table="\n".join(_table(results)),
        contenders="\n".join(_contenders(results)),
        notes="\n".join(_note(f"**{result.row.name}.** {result.row.notes}") for result in results),
        flatness=flat.show(costs) if costs else "Not measured yet.",
        dearest=f"{flat.DEAREST:g}",
        machine="\n".join(_note(f"{name}: {value}") for name, value in machine),
        day=datetime.now(UTC).date().isoformat(),
        rounds=workload.rounds,
        seconds=f"{workload.seconds:g}",
    )
    (folder / "benchmarks.md").write_text(page, encoding="utf-8")
    text = json.dumps(rows(results, plots), indent=1, ensure_ascii=False)
    (folder / "benchmarks.json").write_text(text + "\n", encoding="utf-8")


def _note(text: str) -> str:
    """A point of a list, in lines of a document."""
    return fill(text, width=118, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def _table(results: Sequence[Result]) -> list[str]:
    lines = ["| work | ours | against what | their figure | ratio | bar | holds |", "|---|---:|---|---:|---:|---:|---|"]
    for result in results:
        lines += [
            f"| {measured.bar.work} | {number(measured.ours)} "
            f"{_unit(result, measured.bar.figure, measured.bar.ours)} | "
            f"{_against(measured)} | {number(measured.against)} | {measured.ratio:.2f} | {measured.bar.bar:g} | "
            f"{'yes' if measured.holds else '**no**'} |"
            for measured in result.measured
        ]
    return lines


def _contenders(results: Sequence[Result]) -> list[str]:
    lines = ["| row | who | median | least | most |", "|---|---|---:|---:|---:|"]
    for result in results:
        for name in result.samples:
            for figure in figures(result, name):
                values = result.values(name, figure)
                middle, least, most = map(number, (result.median(name, figure), min(values), max(values)))
                lines.append(
                    f"| {result.row.name} | {name} | {middle} {_unit(result, figure, name)} | {least} | {most} |"
                )
    return lines


def figures(result: Result, contender: str) -> tuple[Figure, ...]:
    """What there is to say of a contender."""
    timed = bool(result.samples[contender][0].latencies)
    return (Figure.P50, Figure.P99) if timed else (Figure.RATE,)


def number(value: float) -> str:
    """A figure with as many digits as it deserves."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _against(measured: Measured) -> str:
    against = measured.bar.against
    if isinstance(against, str):
        return against
    asked = f"what is asked for ({against.figure:g})"
    return asked if measured.against == against.figure else f"{asked}, at this machine's pace"


def _unit(result: Result, figure: Figure, contender: str) -> str:
    if figure is not Figure.RATE:
        return figure.value
    return "events/s" if contender == YARDSTICK else f"{result.row.unit}/s"
