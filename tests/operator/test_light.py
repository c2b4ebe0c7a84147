"""A command begins at once: it imports neither what only the services need nor what another command asks with."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.operator.conftest import DELIVERY, ROOT, Said, System, plain
from tests.review.histories import CASE

SERVING = {"fastapi", "starlette", "sqlalchemy", "structlog", "faststream", "redis", "uvicorn", "obstore"}
ASKING = {"httpx", "jwt"}
OF_THE_LOG = (
    ("log", "tail"),
    ("log", "search", "--type", "review"),
    ("log", "show", "1"),
    ("case", "show", CASE),
    ("parked", "list"),
    ("notices", "show", DELIVERY),
)


async def begun(state: Path, *words: str) -> Said:
    """Run the command in a Python that has imported nothing yet, and that tells what it imports."""
    environment = plain() | {"JUQU_STATE_DIR": str(state), "PYTHONPROFILEIMPORTTIME": "1"}
    pipe = asyncio.subprocess.PIPE
    argv = (sys.executable, "-m", "deploy.operator.app", *words)
    process = await asyncio.create_subprocess_exec(*argv, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe)
    out, err = await asyncio.wait_for(process.communicate(), 120)
    return Said(process.returncode or 0, out.decode(), err.decode())


def imported(said: Said) -> set[str]:
    """The packages that a command imported, by what Python itself tells of it."""
    told = (each.rpartition("|")[2].strip() for each in said.err.splitlines() if each.startswith("import time:"))
    return {name.partition(".")[0] for name in told}


async def test_what_reads_the_log_imports_the_driver_only(lived: System) -> None:
    for words in OF_THE_LOG:
        said = await begun(lived.state, *words)
        assert said.code == 0, said
        assert "asyncpg" in imported(said)
        assert not imported(said) & (SERVING | ASKING), words


async def test_what_asks_a_service_imports_no_service(system: System) -> None:
    system.note(services={"notify": "http://127.0.0.1:1"})
    said = await begun(system.state, "notices", "list")
    assert "Notify does not answer" in said.err
    assert imported(said) >= ASKING
    assert not imported(said) & SERVING


async def test_a_token_takes_no_server(tmp_path: Path) -> None:
    words = ("token", "--office", "province", "--role", "province")
    said = await begun(tmp_path, *words)
    assert said.code == 0, said
    assert "jwt" in imported(said)
    assert not imported(said) & (SERVING | {"asyncpg", "httpx"})


async def test_what_folds_read_models_takes_their_tables_and_nothing_that_serves(system: System) -> None:
    said = await begun(system.state, "projection", "list")
    assert said.code == 0, said
    assert imported(said) & SERVING == {"sqlalchemy", "structlog"}
