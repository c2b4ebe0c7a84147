"""The table, for the terminal, for ``docs/benchmarks.md`` and for ``docs/benchmarks.json``."""

from __future__ import annotations

from collections.abc import Sequence

from bench.row import Figure, Result


def show(results: Sequence[Result]) -> str:
    """The outcomes of some rows and every contender's median and range, as text."""
    lines = []
    for result in results:
        for outcome in result.outcomes:
            bar = outcome.bar
            against = bar.against if isinstance(bar.against, str) else "what is asked for"
            verdict = "holds" if outcome.holds else "BELOW"
            lines.append(
                f"{verdict}  {bar.work} [{bar.figure}]: {number(outcome.ours)}, {against} {number(outcome.against)}, "
                f"ratio {outcome.ratio:.2f}, bar {bar.bar:g}"
            )
        for name in result.samples:
            for figure in figures(result, name):
                values = result.values(name, figure)
                lines.append(
                    f"       {name}: {number(result.median(name, figure))} "
                    f"({number(min(values))} - {number(max(values))}) {figure}"
                )
    return "\n".join(lines)


def figures(result: Result, contender: str) -> tuple[Figure, ...]:
    """What there is to say of a contender."""
    timed = bool(result.samples[contender][0].latencies)
    return (Figure.P50, Figure.P99) if timed else (Figure.RATE,)


def number(value: float) -> str:
    """A figure with as many digits as it deserves."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
