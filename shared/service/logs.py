"""Structured logs: one JSON object a line, with the ids that follow a request from HTTP to the last SMS."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from threading import Lock
from types import TracebackType
from typing import BinaryIO

import msgspec
import structlog
from structlog.typing import ExcInfo

from shared.eventlog.wording import trace

AsLine = Callable[[object, str, structlog.typing.EventDict], bytes]


def configure_logs(service: str, level: str = "info") -> None:
    """Log JSON lines to standard output, and nothing else anywhere. This includes what libraries log in their own form,
    warnings, and uncaught errors. Bound context variables are on every line."""
    lines = Lines(sys.stdout.buffer)

    def as_line(_logger: object, _method: str, line: structlog.typing.EventDict) -> bytes:
        return encode_line({"service": service, **line})

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_trace),
    ]
    structlog.configure(
        processors=[*shared, as_line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_name: lines,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [_Libraries(lines, [*shared, structlog.stdlib.add_logger_name], as_line)]
    root.setLevel(level.upper())
    for library in logging.root.manager.loggerDict.values():
        if isinstance(library, logging.Logger):
            library.handlers.clear()
            library.propagate = True
    logging.captureWarnings(capture=True)
    _catch_the_uncaught()
    for noisy in ("uvicorn.access", "faststream", "httpx", "aiosmpplib"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def log_errors_only() -> None:
    """Log errors as text to standard error, and nothing else: for a command, whose output is its result."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@cache
def logger_of(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger; nothing is written until the process configures its logs."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(name)
    return logger


def _trace(exc_info: ExcInfo) -> str:
    return trace(exc_info[1])


def _catch_the_uncaught() -> None:
    """Log errors that end the process or a thread, or that are raised where nobody can catch them."""

    def ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            logger_of("process").critical("process.died", exc_info=(kind, error, trace))

    def thread_ended(hooked: threading.ExceptHookArgs) -> None:
        name = hooked.thread.name if hooked.thread else ""
        logger_of("process").critical("thread.died", thread=name, exc_info=hooked.exc_value or True)

    def ignored(hooked: sys.UnraisableHookArgs) -> None:
        logger_of("process").error("error.ignored", where=repr(hooked.object), exc_info=hooked.exc_value or True)

    sys.excepthook, threading.excepthook, sys.unraisablehook = ended, thread_ended, ignored


class Lines:
    """Writes lines, each whole and at once. A line that cannot be written is lost: no work fails because of its log."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._writing = Lock()

    def msg(self, line: bytes) -> None:
        """Write a line."""
        with self._writing, suppress(OSError, ValueError):
            self._out.write(line + b"\n")
            self._out.flush()

    debug = info = warning = error = critical = msg


class _Libraries(logging.Handler):
    """Writes what libraries log by ``logging`` in the same form, to the same place."""

    def __init__(self, lines: Lines, processors: list[structlog.typing.Processor], as_line: AsLine) -> None:
        super().__init__()
        self._lines = lines

        def as_text(logger: object, method: str, line: structlog.typing.EventDict) -> str:
            return as_line(logger, method, line).decode()

        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=processors,
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_text],
            )
        )

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - as every handler of logging does
            self.handleError(record)
        else:
            self._lines.msg(line.encode())


def encode_line(line: structlog.typing.EventDict) -> bytes:
    """A line as JSON; what has no form in JSON is shown as Python does, and half a surrogate pair escaped."""
    try:
        return _encode(line)
    except (TypeError, ValueError, OverflowError, msgspec.MsgspecError):
        return json.dumps(line, default=repr, skipkeys=True).encode()


_encode = msgspec.json.Encoder(enc_hook=repr).encode
