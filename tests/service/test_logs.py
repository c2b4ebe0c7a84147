"""Log lines: one JSON object each, whoever writes them and whatever they hold."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from shared.service.logs import Lines, encode_line

WRITES = """
import logging, structlog
from shared.service.logs import configure_logs, logger_of
early = logger_of("service")
configure_logs("intake", "info")
structlog.contextvars.bind_contextvars(correlation_id="c-1")
early.info("started", port=1, 名="甲")
early.debug("unheard")
logging.getLogger("some.library").warning("hand %s", "made")
logging.getLogger("httpx").info("unheard")
try:
    1 / 0
except ZeroDivisionError as error:
    logger_of("http").error("unforeseen", exc_info=error)
    logging.getLogger("asyncio").exception("lost")
logger_of("service").info("\\ud800", of={1: object})
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """What a process wrote to its standard output."""
    done = subprocess.run([sys.executable, "-c", WRITES], capture_output=True, timeout=120, check=True)
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_line_names_service_level_time_and_what_is_bound(lines: list[dict[str, Any]]) -> None:
    assert [line["event"] for line in lines] == ["started", "hand made", "unforeseen", "lost", "\ud800"]
    for line in lines:
        assert (line["service"], line["correlation_id"]) == ("intake", "c-1")
        assert line["timestamp"].endswith("Z")
    assert [line["level"] for line in lines] == ["info", "warning", "error", "error", "info"]
    assert lines[0] | {"port": 1, "名": "甲"} == lines[0]


def test_a_traceback_is_one_field(lines: list[dict[str, Any]]) -> None:
    for line in lines[2:4]:
        assert line["exception"].startswith("Traceback")
        assert line["exception"].endswith("ZeroDivisionError: division by zero")


UNCAUGHT = """
import asyncio, logging, sys, threading, warnings
import faststream
from shared.service.logs import configure_logs
configure_logs("intake", "info")

class Careless:
    def __del__(self):
        raise ValueError("on its way out")

async def work():
    asyncio.get_running_loop().create_task(fail("nobody asks"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

async def fail(why):
    raise ValueError(why)

def ring():
    raise ValueError("in a thread")

try:
    raise ConnectionError("lost")
except ConnectionError:
    logging.getLogger("faststream").exception("fetch")
warnings.warn("old")
Careless()
thread = threading.Thread(target=ring, name="bell")
thread.start()
thread.join()
asyncio.run(work())
raise ValueError("the end")
"""


def test_what_nobody_caught_is_a_line_too() -> None:
    done = subprocess.run([sys.executable, "-c", UNCAUGHT], capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"].partition("\n")[0].rpartition(": ")[2] for line in lines] == [
        "fetch",
        "old",
        "error.ignored",
        "thread.died",
        "Task exception was never retrieved",
        "process.died",
    ]
    for line, why in zip(lines, ("lost", "", "on its way out", "in a thread", "nobody asks", "the end"), strict=True):
        assert line["service"] == "intake"
        assert not why or line["exception"].endswith(f"Error: {why}")


def test_a_librarys_line_names_its_logger(lines: list[dict[str, Any]]) -> None:
    assert lines[1]["logger"] == "some.library"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1 << 70, 1 << 70), (object, "<class 'object'>"), ("\udc80", "\udc80"), ({1: 2}, {"1": 2})],
    ids=["huge", "class", "surrogate", "numbered"],
)
def test_what_has_no_plain_form_in_json_is_shown_all_the_same(value: object, shown: object) -> None:
    assert json.loads(encode_line({"event": "e", "value": value})) == {"event": "e", "value": shown}


class Full(io.BytesIO):
    """A disk without space."""

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_line_that_cannot_be_written_fails_nobody() -> None:
    lines = Lines(Full())
    lines.info(b"{}")
    lines.error(b"{}")


def test_lines_are_written_at_once_and_whole() -> None:
    out = io.BytesIO()
    Lines(out).info(b'{"event":"e"}')
    assert out.getvalue() == b'{"event":"e"}\n'
