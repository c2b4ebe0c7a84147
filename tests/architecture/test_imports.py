"""The import contracts of ``pyproject.toml``: that the tree keeps them, and that each one bites when it is broken."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "shared", "deploy", "bench")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
AGGREGATES = (
    "services/intake/application.py",
    "services/review/case.py",
    "services/lifecycle/district.py",
    "services/notify/aggregates/delivery.py",
    "services/notify/aggregates/subscription.py",
    "services/office/office.py",
)


@dataclass(frozen=True)
class Breach:
    """A line that, put into a module, must break the contract."""

    contract: str
    module: str
    line: str


BREACHES = (
    Breach("floors", "shared/service/intruder.py", "import services.intake"),
    Breach("floors", "shared/programme/intruder.py", "from deploy import local"),
    Breach("floors", "services/lifecycle/intruder.py", "import deploy.database.bootstrap"),
    Breach("floors", "shared/programme/intruder.py", "from shared.contracts import review"),
    Breach("floors", "shared/contracts/core.py", "from shared.contracts import intake"),
    Breach("floors", "shared/contracts/core.py", "from shared.programme import policy"),
    Breach("floors", "shared/contracts/review.py", "from shared.contracts import lifecycle"),
    Breach("floors", "shared/eventlog/intruder.py", "import shared.messaging"),
    Breach("floors", "shared/eventlog/intruder.py", "from shared.service import settings"),
    Breach("floors", "shared/eventlog/intruder.py", "from shared.projections import parking"),
    Breach("floors", "shared/eventlog/intruder.py", "from shared.privacy import keystore"),
    Breach("floors", "shared/projections/intruder.py", "import shared.messaging"),
    Breach("floors", "shared/projections/intruder.py", "from shared.privacy import keystore"),
    Breach("floors", "shared/privacy/intruder.py", "from shared.projections import view"),
    Breach("floors", "shared/notary/intruder.py", "from shared.messaging import publisher"),
    Breach("floors", "shared/notary/intruder.py", "from shared.service import settings"),
    Breach("floors", "deploy/database/intruder.py", "from deploy.operator import app"),
    Breach("floors", "deploy/operator/frame/intruder.py", "from deploy.operator.log import commands"),
    Breach("floors", "deploy/operator/log/intruder.py", "from deploy.operator.notary import accepting"),
    Breach("floors", "deploy/operator/read_models/intruder.py", "from deploy.operator.parked import holding"),
    Breach("floors", "shared/service/intruder.py", "from bench import task"),
    Breach("contracts-hold-values", "shared/contracts/intruder.py", "from shared.programme import policy"),
    Breach("services-apart", "services/review/intruder.py", "import services.intake"),
    Breach("services-apart", "services/intake/intruder.py", "from services.notify import app"),
    Breach("services-apart", "services/relay/intruder.py", "from services.notary import api"),
    Breach(
        "read-models", "shared/projections/projector.py", "from shared.projections.rebuilding import partition_rows"
    ),
    Breach(
        "read-models",
        "shared/projections/comparing/digest.py",
        "from shared.projections.rebuilding import partition_rows",
    ),
    Breach("frame", "shared/service/host.py", "from shared.service import app"),
    Breach("frame", "shared/service/definition.py", "from shared.service.host import Host"),
    Breach("frame", "shared/service/service.py", "from shared.service.definition import Definition"),
    Breach("processes-lean", "shared/notary/intruder.py", "from shared.projections import projection"),
    Breach("processes-lean", "shared/notary/intruder.py", "from sqlalchemy import text"),
    Breach("processes-lean", "services/notary/intruder.py", "from sqlalchemy import text"),
    Breach("processes-lean", "services/relay/feed.py", "from sqlalchemy import text"),
    Breach("processes-lean", "services/relay/feed.py", "from shared.messaging import subscription"),
    Breach("proofs-pure", "shared/notary/merkle.py", "import asyncpg"),
    Breach("proofs-pure", "shared/notary/note.py", "from shared.contracts import core"),
    Breach("pure-domain", "shared/contracts/intruder.py", "import msgspec"),
    Breach("pure-domain", "shared/programme/intruder.py", "from sqlalchemy import text"),
    Breach("pure-domain", "shared/programme/intruder.py", "import phonenumbers"),
    Breach("portal", "services/portal/frame/intruder.py", "from services.portal.window import home"),
    *(Breach("pure-domain", aggregate, "import pydantic") for aggregate in AGGREGATES),
)


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    """A copy of the packages and of the configuration, in which every package that a breach needs exists."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=_not_python)
    for needed in {Path(each.module).parent for each in BREACHES} | {Path("shared/messaging"), Path("services/notify")}:
        (tmp_path / needed).mkdir(exist_ok=True)
        (tmp_path / needed / "__init__.py").touch()
    for aggregate in AGGREGATES:
        if (folder := tmp_path / aggregate.removesuffix(".py")).is_dir():
            (folder / "__init__.py").touch()
    for module in ("services/notify/app.py", "shared/service/settings.py", "shared/programme/policy.py"):
        (tmp_path / module).touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    yield tmp_path
    shutil.rmtree(tmp_path)


def test_the_tree_keeps_every_contract(tree: Path) -> None:
    done = lint(tree)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.contract}: {breach.line}, {breach.module}")
def test_a_breach_is_found(tree: Path, breach: Breach) -> None:
    module = tree / breach.module
    if module.with_suffix("").is_dir():  # the aggregate is a package
        module = module.with_suffix("") / "intruder.py"
    module.write_text(f"{breach.line}\n")
    done = lint(tree, "--contract", breach.contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
    assert ".".join(module.relative_to(tree).with_suffix("").parts) in done.stdout


def test_every_contract_has_a_breach_that_shows_its_bite() -> None:
    assert {each["id"] for each in CONTRACTS} == {breach.contract for breach in BREACHES}


def test_the_pure_modules_import_the_standard_library_and_each_other_only() -> None:
    strangers = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in pure_files()
        for name in imported(file)
        if name.split(".")[0] not in {*sys.stdlib_module_names, "shared", "services"}
    }
    assert strangers == set()


def pure_files() -> list[Path]:
    """The files that the contract ``pure-domain`` names."""
    sources = next(each["source_modules"] for each in CONTRACTS if each["id"] == "pure-domain")
    places = [source.replace(".", "/") for source in sources]
    found = [file for place in places for pattern in (f"{place}.py", f"{place}/**/*.py") for file in ROOT.glob(pattern)]
    assert ROOT / "shared/contracts/core.py" in found
    return found


def imported(file: Path) -> Iterator[str]:
    """The modules that a file names in its imports; relative ones are its own package's."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def lint(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(program), "--no-cache", "--no-logo", *options],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )


def _not_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".py") and not (Path(folder) / name).is_dir()} | {"__pycache__"}
