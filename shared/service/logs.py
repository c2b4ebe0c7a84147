"""Structured logs: one JSON object a line, with the ids that follow a request from HTTP to the last SMS."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs(service: str, level: str = "info") -> None:
    """Log JSON lines to standard output, those of libraries included. Bound context variables are on every line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )

    def name_service(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {"service": service, **line}

    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                name_service,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "faststream", "httpx", "aiosmpplib"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def log(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger; nothing is written until the process configures its logs."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(name)
    return logger
