"""Says something of half of the module."""

from tests.mutants.sample import module


def test_half_of_it() -> None:
    module.untested()
    assert (module.TESTED, module.tested()) == (1, 3)
