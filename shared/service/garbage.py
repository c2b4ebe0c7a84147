"""Python's garbage collector in a process that serves."""

import gc

_THRESHOLDS = 50_000, 20, 50
"""Objects between two collections of the young: many, as what a request leaves is mostly freed without one."""


def calm_collector() -> None:
    """Keep full collections from stalling requests: what is loaded by now is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


__all__ = ["calm_collector"]
