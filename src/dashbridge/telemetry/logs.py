"""Logs on standard error: lines for a person, or JSON for Cloud Logging.

An exception that is not ours is told by its class and its stack, without its text: libraries quote rows and SQL in it.
At level debug the text is there.
"""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from dashbridge.kit import DashbridgeError
from dashbridge.telemetry.redact import redacted
from dashbridge.telemetry.trace import current_request, current_trace

LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]

_SEVERITY = {"DEBUG": "DEBUG", "INFO": "INFO", "WARNING": "WARNING", "ERROR": "ERROR", "CRITICAL": "CRITICAL"}
_CHATTY = (
    "alembic",
    "asyncio",
    "google",
    "grpc",
    "httpcore",
    "httpx",
    "httpx2",
    "opentelemetry",
    "sqlalchemy",
    "urllib3",
)
_LEFT_OUT = "(text left out; DASHBRIDGE_LOG_LEVEL=debug shows it)"


def configure_logs(log_format: LogFormat, level: LogLevel, *, project: str | None = None) -> None:
    """Send every log line of the process to standard error in one format; `project` is Google Cloud's, for its traces.

    Libraries are heard from warning on, whatever the level.
    """
    texts = level == "debug"
    formatter = JsonLines(project, texts=texts) if log_format == "json" else TextLines(texts=texts)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    handler.addFilter(_noted)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _noted(record: logging.LogRecord) -> bool:
    """Note on the record what it belongs to, on the thread that wrote it."""
    record.request_id = current_request.get()
    record.trace = current_trace.get()
    return True


class JsonLines(logging.Formatter):
    """One JSON object a line, with the names that Cloud Logging reads."""

    def __init__(self, project: str | None = None, *, texts: bool = False) -> None:
        super().__init__()
        self._project = project
        self._texts = texts

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line."""
        line: dict[str, Any] = {
            "severity": _SEVERITY.get(record.levelname, "DEFAULT"),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "message": redacted(record.getMessage()),
            "logger": record.name,
        }
        for name, value in getattr(record, "facts", {}).items():
            line[name] = redacted(value) if isinstance(value, str) else value
        if (request_id := getattr(record, "request_id", None)) is not None:
            line["request_id"] = request_id
        if (trace := getattr(record, "trace", None)) is not None:
            line["trace_id"] = trace.trace_id
            if self._project:
                line["logging.googleapis.com/trace"] = f"projects/{self._project}/traces/{trace.trace_id}"
                line["logging.googleapis.com/spanId"] = trace.span_id
                line["logging.googleapis.com/trace_sampled"] = trace.sampled
        if (stack := _stack(record, texts=self._texts)) is not None:
            line["stack_trace"] = stack
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class TextLines(logging.Formatter):
    """Readable lines: time, level, what, and whose request it was."""

    def __init__(self, *, texts: bool = False) -> None:
        super().__init__()
        self._texts = texts

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line, and its stack below."""
        when = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        text = f"{when} {record.levelname.lower():<7} {redacted(record.getMessage())}"
        facts = [f"{name}={redacted(str(value))}" for name, value in getattr(record, "facts", {}).items()]
        if (request_id := getattr(record, "request_id", None)) is not None:
            facts.append(f"request={request_id}")
        text += f"  [{' '.join(facts)}]" if facts else ""
        stack = _stack(record, texts=self._texts)
        return text if stack is None else f"{text}\n{stack}"


def _stack(record: logging.LogRecord, *, texts: bool) -> str | None:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return None
    told = traceback.TracebackException.from_exception(error, compact=True, capture_locals=False)
    if not texts:
        _withhold(told, error)
    return redacted("".join(told.format()).rstrip())


def _withhold(told: traceback.TracebackException, error: BaseException) -> None:
    """Leave out the text of exceptions that are not ours, along the chain of causes."""
    seen: set[int] = set()
    waiting: list[tuple[traceback.TracebackException | None, BaseException | None]] = [(told, error)]
    while waiting:
        shown, fault = waiting.pop()
        if shown is None or fault is None or id(fault) in seen:
            continue
        seen.add(id(fault))
        if not isinstance(fault, DashbridgeError):
            shown._str = shown.msg = _LEFT_OUT  # type: ignore[attr-defined]
            shown.__notes__ = None
            shown.text = None  # type: ignore[assignment]  # a SyntaxError's line
        waiting += [(shown.__cause__, fault.__cause__), (shown.__context__, fault.__context__)]
        inner = getattr(fault, "exceptions", ())
        waiting += zip(shown.exceptions or (), inner, strict=False)
