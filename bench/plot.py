"""A plot as SVG: both axes logarithmic, a line a series, a whisker from the least to the most of the rounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float, float, float]
"""x, and the median, least and most of y."""

_WIDTH, _HEIGHT = 760, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 170, 50, 50
_FONT = 'font-family="sans-serif" font-size="13"'
_COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#b9770e")


@dataclass(frozen=True, slots=True)
class Line:
    """One series."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a value to a place on the paper."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    @property
    def decades(self) -> list[float]:
        return [10.0**power for power in range(math.ceil(self.low), math.floor(self.high) + 1)]


def draw(title: str, lines: Sequence[Line]) -> str:
    """The whole picture."""
    points = [point for line in lines for point in line.points]
    across = _Scale(
        math.log10(min(point[0] for point in points)) - 0.1,
        math.log10(max(point[0] for point in points)) + 0.1,
        _LEFT,
        _WIDTH - _RIGHT,
    )
    up = _Scale(
        math.floor(math.log10(min(point[2] for point in points))),
        math.ceil(math.log10(max(point[3] for point in points))),
        _HEIGHT - _BOTTOM,
        _TOP,
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_FONT}>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="28" font-size="16">{escape(title)}</text>',
        *_grid(across, up),
        *(part for line, colour in zip(lines, _COLOURS, strict=False) for part in _series(line, colour, across, up)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(across: _Scale, up: _Scale) -> list[str]:
    parts = []
    for value in across.decades:
        x = across(value)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{value:,.0f}</text>')
    for value in up.decades:
        y = up(value)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,.0f}</text>')
    return parts


def _series(line: Line, colour: str, across: _Scale, up: _Scale) -> list[str]:
    places = [(across(x), up(y)) for x, y, _, _ in line.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
    for (x, y), (_, _, least, most) in zip(places, line.points, strict=True):
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{up(least):.1f}" y2="{up(most):.1f}" stroke="{colour}"/>')
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>')
    x, y = places[-1]
    parts.append(f'<text x="{x + 10:.1f}" y="{y + 4:.1f}" fill="{colour}">{escape(line.name)}</text>')
    return parts
