"""Python's garbage collector in a process that serves."""

import gc

_THRESHOLDS = 50_000, 20, 50
"""Objects between two collections of the young. Many, because most of what a request leaves is freed without a
collection."""


def calm_collector() -> None:
    """Keep full collections from stalling requests: whatever is loaded by now is not scanned again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


__all__ = ["calm_collector"]
