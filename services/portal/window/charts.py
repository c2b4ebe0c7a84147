"""Charts as drawings of numbers: where each bar and each point stands. The template draws them as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 14, 34
_STEPS = (1, 2, 5)
_LINES = 5
"""Horizontal lines at most, above the ground."""
_FILLED = 0.72
"""Of a year's room, what its bars take."""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers under one name; ``style`` is the style's name of their colour."""

    zh: str
    en: str
    style: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class ChartBar:
    """A bar, and the number above it."""

    x: float
    y: float
    width: float
    height: float
    style: str
    value: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Something written along an axis, and where."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing of ``WIDTH`` by ``HEIGHT``: its bars, its line (points as SVG takes them), its axes."""

    bars: Sequence[ChartBar]
    line: str
    dots: Sequence[ChartBar]
    columns: Sequence[Mark]
    lines: Sequence[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    ground: int = HEIGHT - BOTTOM


def bar_chart(labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Bars side by side, a group for each label."""
    top = _top([value for each in series for value in each.values])
    room = _room(labels)
    width = room * _FILLED / max(1, len(series))
    bars = [
        _bar(LEFT + room * (index + (1 - _FILLED) / 2) + width * number, width, value, top, each.style)
        for number, each in enumerate(series)
        for index, value in enumerate(each.values)
    ]
    return Chart(bars=bars, line="", dots=(), columns=_columns(labels), lines=_lines(top))


def line_chart(labels: Sequence[str], series: Series) -> Chart:
    """A line through a point for each label."""
    top, room = _top(series.values), _room(labels)
    points = [
        ChartBar(LEFT + room * (index + 0.5), _y(value, top), 0, 0, series.style, value)
        for index, value in enumerate(series.values)
    ]
    line = " ".join(f"{point.x:g},{point.y:g}" for point in points)
    return Chart(bars=(), line=line, dots=points, columns=_columns(labels), lines=_lines(top))


def step_of(largest: int) -> int:
    """The distance of horizontal lines: 1, 2 or 5, times a power of ten."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power * _LINES >= largest:
                return step * power
        power *= 10


def _top(values: Sequence[int]) -> int:
    """The number at the upper edge: the first line above all numbers."""
    largest = max(values, default=0)
    step = step_of(largest)
    return max(step, -(-largest // step) * step)


def _room(labels: Sequence[str]) -> float:
    return (WIDTH - LEFT - RIGHT) / max(1, len(labels))


def _y(value: int, top: int) -> float:
    return round(HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP), 1)


def _bar(x: float, width: float, value: int, top: int, style: str) -> ChartBar:
    y = _y(value, top)
    return ChartBar(round(x, 1), y, round(width * 0.9, 1), round(HEIGHT - BOTTOM - y, 1), style, value)


def _columns(labels: Sequence[str]) -> list[Mark]:
    room = _room(labels)
    return [Mark(round(LEFT + room * (index + 0.5), 1), label) for index, label in enumerate(labels)]


def _lines(top: int) -> list[Mark]:
    step = step_of(top)
    return [Mark(_y(value, top), str(value)) for value in range(0, top + 1, step)]


__all__ = ["Chart", "ChartBar", "Mark", "Series", "bar_chart", "line_chart", "step_of"]
