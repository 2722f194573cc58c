"""Counting, measuring and tracing, for whoever listens. Nobody does until `send_to`, and then a call costs nothing.

Attributes are few and bounded (a kind, a status, a route): never an id, a name that people chose, SQL or a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from dashbridge.telemetry.trace import Trace, current_trace

Value = str | int | float | bool


class Span(Protocol):
    """A piece of work in a trace."""

    @property
    def trace(self) -> Trace:
        """Where it stands."""

    def set(self, **attributes: Value) -> None:
        """Say more of it."""

    def fail(self, kind: str) -> None:
        """It failed; `kind` is an error's class or code, never its text."""

    def end(self) -> None:
        """It is over."""


class Instruments(Protocol):
    """Where figures go."""

    def count(self, name: str, value: int | float, attributes: dict[str, Value]) -> None:
        """Add to a counter."""

    def measure(self, name: str, value: float, attributes: dict[str, Value]) -> None:
        """Add to a distribution."""

    def gauge(self, name: str, read: Callable[[], int | float]) -> None:
        """Read this whenever figures are sent."""

    def start(self, name: str, parent: Trace | None, attributes: dict[str, Value]) -> Span:
        """Begin a piece of work."""


_listening: Instruments | None = None


def send_to(instruments: Instruments | None) -> None:
    """From now on figures go there; None sends them nowhere."""
    global _listening  # one process, one place for its figures, as with its logs
    _listening = instruments


def listened() -> bool:
    """Whether figures go anywhere."""
    return _listening is not None


def count(name: str, value: int | float = 1, **attributes: Value) -> None:
    """Add to a counter."""
    if _listening is not None and value:
        _listening.count(name, value, attributes)


def measure(name: str, value: float, **attributes: Value) -> None:
    """Add to a distribution."""
    if _listening is not None:
        _listening.measure(name, value, attributes)


def gauge(name: str, read: Callable[[], int | float]) -> None:
    """Read this whenever figures are sent."""
    if _listening is not None:
        _listening.gauge(name, read)


def start(name: str, **attributes: Value) -> Span | None:
    """A piece of work that its starter ends, below what is traced now. None where nobody listens."""
    return None if _listening is None else _listening.start(name, current_trace.get(), attributes)


@contextmanager
def span(name: str, **attributes: Value) -> Iterator[Span | None]:
    """A piece of work: what happens inside is traced below it. None where nobody listens."""
    if _listening is None:
        yield None
        return
    started = _listening.start(name, current_trace.get(), attributes)
    token = current_trace.set(started.trace)
    try:
        yield started
    except BaseException as error:
        started.fail(type(error).__name__)
        raise
    finally:
        current_trace.reset(token)
        started.end()
