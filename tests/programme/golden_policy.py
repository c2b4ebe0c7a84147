"""Keep the digests of new versions of the policy: ``python -m tests.programme.golden_policy``. None that is kept
changes."""

from __future__ import annotations

import json
from pathlib import Path

from shared.programme.policy import kept_digests, parameter_digests, shipped_policies

FILE = Path(__file__).resolve().parents[2] / "shared" / "programme" / "data" / "policy.digests.json"


def keep() -> None:
    """Add what is not kept yet."""
    kept = kept_digests() if FILE.exists() else {}
    now = {version: {**parameter_digests(law), **kept.get(version, {})} for version, law in shipped_policies().items()}
    FILE.write_text(json.dumps({**kept, **now}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    keep()
