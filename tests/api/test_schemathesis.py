"""No answer of any process, to any role, is one that its document does not tell of."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.api.processes import MODULES, ROOT, process
from tests.api.story import tell, told
from tests.servers import Database

SEED = "2018"
TOLD = "JUQU_TEST_TOLD"
"""The variable by which the hooks learn tokens and ids."""


@pytest.mark.parametrize("name", MODULES)
async def test_every_answer_to_everybody_is_as_its_document_says(
    name: str, database: Database, redis_url: str, tmp_path: Path
) -> None:
    await tell(database)
    async with process(name, database, redis_url, tmp_path) as url:
        facts = json.dumps(told(name, tmp_path / "keys"))
        run = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(ROOT / "tests" / "api" / "schemathesis.toml"),
            "run",
            "--checks",
            "all",
            "--seed",
            SEED,
            f"{url}/openapi.json",
            cwd=ROOT,
            env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.api.hooks", TOLD: facts, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await run.communicate()
    assert run.returncode == 0, out.decode()
