"""A process that runs one task: ``python -m bench.worker MODULE:TASK``. Standard library and the task's own needs only.

Standard input brings the task's ``Spec`` as a line of JSON and then an empty line a round; standard output answers
``ready`` and a line of JSON a round. Everybody's garbage collector is calmed alike, as juqu's services do it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from typing import TextIO

import uvloop

from bench.task import Spec, Task


async def run(task: Task, spec: Spec, answers: TextIO) -> None:
    """Open the task, then answer each line with a sample until there are no more."""
    async with task(spec) as round_:
        calm_collector()
        print("ready", file=answers, flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            sample = await round_()
            print(json.dumps(asdict(sample)), file=answers, flush=True)


def calm_collector() -> None:
    """Keep full collections out of the rounds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def main() -> None:
    """Run the named task."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a task prints goes to its log
    module, _, name = sys.argv[1].partition(":")
    task: Task = getattr(import_module(module), name)
    spec = Spec(**json.loads(sys.stdin.readline()))
    uvloop.run(run(task, spec, answers))


if __name__ == "__main__":
    main()
