"""A backlog is drained and looked at in tenths; what grows is told. No figure is judged here."""

from __future__ import annotations

from bench.backlog import HEAD, Tenth, is_flat, line, run


async def test_a_backlog_is_drained() -> None:
    told: list[tuple[int, Tenth]] = []
    tenths = await run(40, lambda number, tenth: told.append((number, tenth)))
    assert told == list(enumerate(tenths, 1))
    assert len(tenths) == 10
    assert all(each.memory > 0 and each.wall >= 0 and each.cpu >= 0 for each in tenths)


def test_a_tenth_is_a_line_of_the_table() -> None:
    said = line(3, Tenth(wall=1.234, cpu=0.5, memory=140))
    assert said == "| 3 | 1.23 | 0.50 | 140 |"
    assert {each.count("|") for each in [said, *HEAD.splitlines()]} == {5}


def test_what_grows_is_not_flat() -> None:
    def tenths(cpu: float, memory: int) -> list[Tenth]:
        return [Tenth(wall=1.0, cpu=1.0, memory=100)] * 9 + [Tenth(wall=1.0, cpu=cpu, memory=memory)]

    assert is_flat(tenths(1.1, 120))
    assert not is_flat(tenths(1.5, 120))
    assert not is_flat(tenths(1.1, 300))
