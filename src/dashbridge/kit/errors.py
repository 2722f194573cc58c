"""The error tree: every expected failure says what, where and what to do next.

    DashbridgeError            500  a fault of ours
    ├── Invalid                422  the input is wrong; `problems` lists every finding
    │   └── TooLarge           413  over a stated limit
    ├── Unauthenticated        401
    ├── Forbidden              403
    ├── NotFound               404  absent, or another team's (never told apart)
    ├── Conflict               409
    ├── PreconditionFailed     412  stale revision
    ├── PreconditionRequired   428  If-Match / If-None-Match missing
    ├── Unavailable            503  a part we rely on does not answer
    └── TimedOut               504  a query ran past its limit and was stopped

The same text serves the author of a file, the model and the operator; `api/errors` alone turns it into RFC 9457.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is: a path inside the document (`/queries/sales/sql`) and a 1-based line and column of it."""

    path: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.path] if self.path else []
        if self.line is not None:
            parts.append(f"line {self.line}" + (f", column {self.column}" if self.column is not None else ""))
        return " at ".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a stable `code`, what is wrong, where, and what to do."""

    code: str
    message: str
    place: Place = Place()
    hint: str | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        return f"{where}{self.message}" + (f" ({self.hint})" if self.hint else "")

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON, without the empty fields."""
        fields = {
            "code": self.code,
            "message": self.message,
            "path": self.place.path,
            "line": self.place.line,
            "column": self.place.column,
            "hint": self.hint,
        }
        return {name: value for name, value in fields.items() if value is not None}


class DashbridgeError(Exception):
    """A failure with a stable code, an HTTP status, and optionally a hint and a place."""

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str | None = None,
        place: Place | None = None,
        problems: tuple[Problem, ...] = (),
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint
        self.place = place or Place()
        self.problems = problems or (Problem(self.code, message, self.place, hint),)
        self.details = details

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Invalid(DashbridgeError):
    """The input is wrong."""

    status = 422
    default_code = "invalid"

    @classmethod
    def of(cls, problems: list[Problem] | tuple[Problem, ...], summary: str | None = None) -> Invalid:
        """One error out of several findings, headed by the first."""
        first = problems[0]
        return cls(
            summary or first.message, code=first.code, hint=first.hint, place=first.place, problems=tuple(problems)
        )


class TooLarge(Invalid):
    """Over a stated limit."""

    status = 413
    default_code = "too_large"


class Unauthenticated(DashbridgeError):
    """No valid credentials."""

    status = 401
    default_code = "unauthenticated"


class Forbidden(DashbridgeError):
    """The actor may not do this."""

    status = 403
    default_code = "forbidden"


class NotFound(DashbridgeError):
    """Absent, or another team's."""

    status = 404
    default_code = "not_found"


class Conflict(DashbridgeError):
    """Another write came first, or the name is taken."""

    status = 409
    default_code = "conflict"


class PreconditionFailed(DashbridgeError):
    """The revision named is no longer the newest."""

    status = 412
    default_code = "stale_revision"


class PreconditionRequired(DashbridgeError):
    """A write without `If-Match` or `If-None-Match`."""

    status = 428
    default_code = "precondition_required"


class Unavailable(DashbridgeError):
    """A part we rely on does not answer."""

    status = 503
    default_code = "unavailable"


class TimedOut(DashbridgeError):
    """Stopped at its time limit."""

    status = 504
    default_code = "timed_out"
