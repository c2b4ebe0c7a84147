"""A Python that has imported what our programs need and becomes ``python -m MODULE``, in a new process a request.

Run by path, with the standard library only until it imports what it is told: ``python -P zygote.py FD MODULE ...``,
where FD is a socket's descriptor. A request is a line of JSON with three descriptors: the new process's output and
errors, and where its pid and its exit code go, a line each.

Beside each program stays its keeper, which waits for its end and reports it. The program gets a session of its own,
so that Ctrl-C in the terminal reaches the launcher alone. It receives SIGTERM when nobody reads the report any more, as
the launcher has ended; the end of this process ends nobody.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

LONGEST = 1 << 20
"""Bytes of a request."""
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


def main(descriptor: int, modules: Sequence[str]) -> None:
    """Serve until whoever started this has gone, or return as a new process that has become its program."""
    for module in modules:
        with suppress(ImportError):  # whoever needs it says so then
            importlib.import_module(module)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as requests:
        while request := _receive(requests):
            asked, descriptors = request
            if os.fork() == 0:
                requests.close()
                _keep(asked, *descriptors)
            for each in descriptors:
                os.close(each)


def _receive(requests: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    line, descriptors = b"", list[int]()
    while not line.endswith(b"\n"):
        more, came, _, _ = socket.recv_fds(requests, LONGEST, 3)
        if not more:
            return None
        line, descriptors = line + more, descriptors + came
    return json.loads(line), descriptors


def _keep(asked: dict[str, Any], out: int, errors: int, report: int) -> NoReturn:
    """Start the program, tell its pid and, in the end, how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    keeper = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(report)
        _tie_to(keeper)
        _become(asked, out, errors)
    os.close(out)
    os.close(errors)
    with suppress(BrokenPipeError):
        os.write(report, f"{pid}\n".encode())
        _until_over(pid, report)
        os.write(report, f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())
    os._exit(0)


def _until_over(pid: int, report: int) -> None:
    """Wait for the program's end; where the reader of the report goes first, have the program end as well."""
    if not hasattr(os, "pidfd_open"):
        return
    ended, waiting = os.pidfd_open(pid), select.poll()
    waiting.register(ended, select.POLLIN)
    waiting.register(report, 0)  # an error is told without being asked for
    if report in (each for each, _ in waiting.poll()):
        os.kill(pid, signal.SIGTERM)
    os.close(ended)


def _tie_to(keeper: int) -> None:
    """Receive SIGTERM when the keeper ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != keeper:
            sys.exit(1)


def _become(asked: dict[str, Any], out: int, errors: int) -> NoReturn:
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for descriptor, standard in ((out, 1), (errors, 2)):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(asked["environment"])
    if asked["environment"].get("PYTHONUNBUFFERED"):
        sys.stdout.reconfigure(write_through=True)  # type: ignore[union-attr]
    os.chdir(asked["folder"])
    sys.path.insert(0, asked["folder"])
    sys.argv = ["", *asked["words"]]
    module = asked["module"]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, _short(module).encode(), 0, 0, 0)
    sys.modules.pop(module, None)  # it is executed anew, as ``__main__``
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()


def _short(module: str) -> str:
    """What ``ps -o comm`` calls the process (15 bytes at most): ``juqu-review`` for ``services.review.app``."""
    parts = module.split(".")
    return f"juqu-{parts[-2] if parts[-1] == 'app' and len(parts) > 1 else parts[-1]}"[:15]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
