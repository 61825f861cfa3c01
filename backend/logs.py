"""Structured logs: one JSON line an event, with the request's id and without personal text.

Our own events and those of the libraries take the same form. Of an exception the log keeps its kind, its causes and
where it happened, never its message: databases and validators quote the values that they refuse.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import structlog

ROOT = Path(__file__).resolve().parent.parent
DEEPEST = 25


def _dump(content: Any, **_options: Any) -> str:
    return orjson.dumps(content, default=str).decode()


def describe(error: BaseException) -> str:
    """An exception for the log: kinds and places, the deepest cause last, without messages."""
    return "\n".join(_described(error))


def _described(error: BaseException | None) -> Iterator[str]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        state = getattr(error, "sqlstate", None)
        yield type(error).__name__ + (f" [{state}]" if isinstance(state, str) else "")
        for frame in traceback.extract_tb(error.__traceback__)[-DEEPEST:]:
            yield f"  {frame.filename.removeprefix(f'{ROOT}/')}:{frame.lineno} {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _exception(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = describe(error)
    return event


class JsonLines(logging.Formatter):
    """The same lines for what libraries log."""

    def format(self, record: logging.LogRecord) -> str:
        """One line. Where an exception is told, only the first line of the message is kept, which names it."""
        error = record.exc_info[1] if record.exc_info else None
        message = record.getMessage()
        line = {
            "logger": record.name,
            "event": message if error is None and record.name != "asyncio" else message.partition("\n")[0],
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if error is not None:
            line["exception"] = describe(error)
        return _dump(line)


def configure(level: str) -> None:
    """Set up logging for this process. ``level`` as in the standard library."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(number)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "sqlalchemy.engine", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception,
            structlog.processors.JSONRenderer(serializer=_dump),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
