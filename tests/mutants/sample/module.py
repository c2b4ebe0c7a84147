"""What is tried: of each pair the first is tested."""

TESTED = 1
UNTESTED = 2


def tested() -> int:
    """Tested."""
    return 3


def untested() -> int:
    """Called by the test, and nothing is said of what it gives."""
    return 4
