"""A backlog is drained and looked at in tenths; what grows is told. No figure is judged here."""

from __future__ import annotations

from bench.backlog import Tenth, is_flat, run, show


async def test_a_backlog_is_drained() -> None:
    tenths = await run(40)
    assert len(tenths) == 10
    assert all(each.memory > 0 and each.wall >= 0 and each.cpu >= 0 for each in tenths)
    assert show(tenths).count("\n") == 11


def test_what_grows_is_not_flat() -> None:
    def tenths(cpu: float, memory: int) -> list[Tenth]:
        return [Tenth(wall=1.0, cpu=1.0, memory=100)] * 9 + [Tenth(wall=1.0, cpu=cpu, memory=memory)]

    assert is_flat(tenths(1.1, 120))
    assert not is_flat(tenths(1.5, 120))
    assert not is_flat(tenths(1.1, 300))
