"""What a session is, written once when it starts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class BadLog(ValueError):
    """A stored session is not readable; the message says which object and line."""


@dataclass(frozen=True, slots=True)
class SessionManifest:
    """A session's id, its start (with time zone), the model it began with, and the product's own `details` (JSON)."""

    session_id: str
    created_at: datetime
    provider: str
    model: str
    details: dict[str, Any] = field(default_factory=dict)
    version: int = 1

    def to_bytes(self) -> bytes:
        """The manifest as UTF-8 JSON."""
        data = {
            "version": self.version,
            "session_id": self.session_id,
            "created_at": self.created_at.isoformat(),
            "provider": self.provider,
            "model": self.model,
            "details": self.details,
        }
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> SessionManifest:
        """The manifest that `to_bytes` wrote. Raises BadLog."""
        try:
            fields = json.loads(data)
            fields["created_at"] = datetime.fromisoformat(fields["created_at"])
            return cls(**fields)
        except (ValueError, KeyError, TypeError) as error:
            raise BadLog(f"manifest.json is not a session manifest: {error}") from error
