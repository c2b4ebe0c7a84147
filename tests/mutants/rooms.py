"""The pure rooms, and the tests that speak for each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Room:
    """Folders and files that hold rules and no server, and the folders of their tests."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]

    def files(self) -> list[Path]:
        """The modules, as paths from the root."""
        found = [path for name in self.sources for path in ([ROOT / name] if name.endswith(".py") else self._of(name))]
        return sorted(path.relative_to(ROOT) for path in found)

    @staticmethod
    def _of(folder: str) -> list[Path]:
        return list((ROOT / folder).rglob("*.py"))


ROOMS = {
    "intake": Room(("services/intake/application", "services/intake/packet.py"), ("tests/intake",)),
    "review": Room(("services/review/case",), ("tests/review",)),
    "lifecycle": Room(("services/lifecycle/district",), ("tests/lifecycle",)),
    "notify": Room(
        (
            "services/notify/aggregates",
            "services/notify/telling",
            "services/notify/notices",
            "services/notify/codes.py",
        ),
        ("tests/notify",),
    ),
    "office": Room(
        (
            *(f"services/office/{each}" for each in ("office", "letter", "feedback", "calendar", "policy")),
            "services/office/figures.py",
        ),
        ("tests/office",),
    ),
    "programme": Room(("shared/programme", "shared/contracts/core.py"), ("tests/programme", "tests/contracts")),
}
