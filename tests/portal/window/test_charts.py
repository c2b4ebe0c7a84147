"""Numbers of the years, and where they are drawn."""

from __future__ import annotations

from itertools import pairwise

import pytest

from services.portal.views import NUMBERS
from services.portal.window.charts import HEIGHT, WIDTH, Series, bar_chart, line_chart, step_of
from services.portal.window.numbers import draw
from shared.projections.projection import project

YEARS = ["2018", "2019", "2020"]


def series(*values: int) -> Series:
    return Series("数", "Numbers", "act", values)


@pytest.mark.parametrize(
    ("largest", "step"), [(0, 1), (1, 1), (5, 1), (6, 2), (10, 2), (11, 5), (25, 5), (26, 10), (60, 20), (1001, 500)]
)
def test_lines_are_at_round_distances_and_few(largest: int, step: int) -> None:
    assert step_of(largest) == step


def test_bars_stand_side_by_side_within_the_drawing() -> None:
    chart = bar_chart(YEARS, [series(3, 0, 7), series(1, 2, 4)])
    assert len(chart.bars) == 6
    for bar in chart.bars:
        assert chart.left <= bar.x
        assert bar.x + bar.width <= WIDTH
        assert bar.y >= 0
        assert bar.y + bar.height == pytest.approx(chart.ground, abs=0.2)
    tallest = max(chart.bars, key=lambda bar: bar.height)
    assert tallest.value == 7
    spans = sorted((bar.x, bar.x + bar.width) for bar in chart.bars)
    assert all(end <= start + 0.2 for (_, end), (start, _) in pairwise(spans))


def test_a_line_goes_through_every_year() -> None:
    chart = line_chart(YEARS, series(0, 2, 1))
    assert len(chart.line.split()) == 3
    assert [dot.value for dot in chart.dots] == [0, 2, 1]
    assert chart.dots[0].y == chart.ground
    assert [mark.text for mark in chart.columns] == YEARS
    assert all(0 <= mark.at <= HEIGHT for mark in chart.lines)


def test_nothing_is_drawn_of_nothing() -> None:
    chart = bar_chart(YEARS, [series(0, 0, 0)])
    assert {bar.height for bar in chart.bars} == {0}


def test_titles_held_are_those_given_less_those_taken() -> None:
    blank = dict.fromkeys(("filed", "accepted", "published", "objections", "not_yet", "kept"), 0)
    page = draw(
        [
            blank | {"year": 2018, "designated": 3, "revoked": 0},
            blank | {"year": 2020, "designated": 1, "revoked": 2, "filed": 9},
        ],
        2021,
    )
    assert page.years == ["2018", "2019", "2020", "2021"]
    titles, applications, *_ = page.drawn
    assert titles.series[0].values == [3, 3, 2, 2]
    assert applications.series[0].values == [0, 0, 9, 0]


def test_only_the_last_years_are_shown_and_none_is_forgotten_in_the_sum() -> None:
    blank = dict.fromkeys(("filed", "accepted", "published", "objections", "not_yet", "kept", "revoked"), 0)
    page = draw([blank | {"year": 2018, "designated": 5}], 2040)
    assert page.years[0] == "2029"
    assert page.drawn[0].series[0].values[-1] == 5


def test_the_rows_of_no_events_are_none() -> None:
    assert project(NUMBERS, []) == {"numbers": {}}
