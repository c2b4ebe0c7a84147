"""Giving changed code to functions that are loaded already, wherever they are held."""

from __future__ import annotations

import functools
import gc
from collections import defaultdict
from collections.abc import Container
from types import CodeType, FunctionType

PACKAGES = ("services", "shared", "deploy", "bench", "docs", "tests")


class Loaded:
    """The functions of some files and the caches of the house, as they are now: looked for once, before any fork."""

    def __init__(self, files: Container[str]) -> None:
        self._functions: dict[str, list[FunctionType]] = defaultdict(list)
        self._caches: list[functools._lru_cache_wrapper[object]] = []
        for thing in gc.get_objects():
            if type(thing) is FunctionType and thing.__code__.co_filename in files:
                self._functions[thing.__code__.co_filename].append(thing)
            if type(thing) is functools._lru_cache_wrapper and thing.__module__.split(".")[0] in PACKAGES:
                self._caches.append(thing)

    def change(self, module: CodeType) -> None:
        """Give the functions of a file the code that they have in the changed module."""
        codes = _codes(module)
        same_name: dict[str, list[FunctionType]] = defaultdict(list)
        for function in self._functions[module.co_filename]:
            same_name[function.__code__.co_qualname].append(function)
        for name, functions in same_name.items():
            lines = sorted({function.__code__.co_firstlineno for function in functions})
            for function in functions:
                index = lines.index(function.__code__.co_firstlineno)
                if index < len(codes[name]) and codes[name][index].co_freevars == function.__code__.co_freevars:
                    function.__code__ = codes[name][index]

    def forget(self) -> None:
        """Empty the caches: what is remembered was computed by unchanged code."""
        for cache in self._caches:
            cache.cache_clear()


def _codes(module: CodeType) -> dict[str, list[CodeType]]:
    """The code of every function of a module, by qualified name, in the order in which they are read."""
    codes: dict[str, list[CodeType]] = defaultdict(list)
    waiting = [module]
    while waiting:
        code = waiting.pop(0)
        codes[code.co_qualname].append(code)
        waiting.extend(constant for constant in code.co_consts if isinstance(constant, CodeType))
    return codes
