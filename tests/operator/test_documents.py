"""Generated documents: the same on every run, and a drift is named."""

from __future__ import annotations

import json
from pathlib import Path

from deploy.operator.running.documents import glossary_page, policy_page
from tests.operator.conftest import juqu


async def test_what_is_written_passes_the_check_and_is_not_written_again(tmp_path: Path) -> None:
    assert (await juqu("documents", "--check", "--root", str(tmp_path))).code == 1
    assert (await juqu("documents", "--root", str(tmp_path))).code == 0
    again = await juqu("documents", "--root", str(tmp_path))
    assert again.out.endswith(" documents, 0 changed.\n")
    assert (await juqu("documents", "--check", "--root", str(tmp_path))).code == 0
    api = json.loads((tmp_path / "docs/openapi/review.json").read_text())
    assert "/health" in api["paths"]
    assert (tmp_path / "docs/schemas/intake.ApplicationFiled.v2.json").exists()


async def test_a_drift_is_named_with_its_difference(tmp_path: Path) -> None:
    await juqu("documents", "--root", str(tmp_path))
    policy = tmp_path / "docs/policy.md"
    policy.write_text(
        policy.read_text().replace("| 60 | 1 to 100 | filing | 四（四） |", "| 61 | 1 to 100 | filing | 四（四） |")
    )
    (tmp_path / "docs/schemas/intake.Invented.v1.json").write_text("{}")
    (tmp_path / "docs/glossary.md").unlink()
    said = await juqu("documents", "--check", "--root", str(tmp_path))
    assert said.code == 1
    assert "docs/policy.md: differs from the code" in said.out
    assert "    -| `pass_mark`" in said.out
    assert "docs/schemas/intake.Invented.v1.json: is generated no more" in said.out
    assert "docs/glossary.md: is missing" in said.out
    assert "3 generated documents have drifted" in said.refused


def test_the_glossary_has_words_and_events() -> None:
    page = glossary_page()
    assert "| 集聚区 | district |" in page
    assert "| 受理 | `review.ApplicationAccepted` |" in page


def test_a_later_policy_states_only_what_differs() -> None:
    first, second = policy_page().split("## 2027.1")
    assert "`panel_size`" in first
    assert "`national_pilot_name`" in second
    assert "`panel_size`" not in second
