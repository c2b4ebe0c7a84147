"""Trying a change where all is imported anew: what a module computes when it is imported stands in it already.

``python -m tests.mutants.anew services/x.py /tmp/changed.py tests/x/test_x.py ...`` runs the pure tests of these files
with the changed source in the place of the module, and exits as pytest does.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

import grimp
import pytest

from tests.mutants.quiet import QUIET, pure
from tests.mutants.rooms import ROOT


def nearest_first(path: Path, tests: Sequence[Path]) -> list[Path]:
    """The test modules that import a module, themselves or through others: those with the shortest way first."""
    graph = grimp.build_graph(
        "services", "shared", "deploy", "tests", exclude_type_checking_imports=True, cache_dir=None
    )
    ways = {test: graph.find_shortest_chain(_module(test), _module(path)) for test in tests}
    return sorted((test for test in tests if ways[test]), key=lambda test: len(ways[test] or ()))


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


class _InPlace(MetaPathFinder):
    """Finds one module, with another source than its file has."""

    def __init__(self, path: Path, source: bytes) -> None:
        self._name, self._file, self._source = _module(path), str(ROOT / path), source

    def find_spec(self, name: str, _path: object, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Nothing for every other module."""
        if name != self._name:
            return None
        return spec_from_file_location(name, self._file, loader=_Changed(name, self._file, self._source))


class _Changed(SourceFileLoader):
    def __init__(self, name: str, file: str, source: bytes) -> None:
        super().__init__(name, file)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        """The code of the changed source: no compiled file is read or written."""
        return compile(self._source, self.path, "exec")


class _Pure:
    """A plugin of pytest: leaves out the tests that need a server."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the pure ones."""
        items[:] = pure(items)


if __name__ == "__main__":
    sys.meta_path.insert(0, _InPlace(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()))
    sys.exit(pytest.main([*QUIET, "--exitfirst", *sys.argv[3:]], plugins=[_Pure()]))
