"""Keeps secrets out of what is written for operators, also when a library quotes them."""

from __future__ import annotations

import re

_SECRETS = (
    (re.compile(r"\b(dbk|dbi|dbs)_[A-Za-z0-9_-]{8,}"), r"\1_***"),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), r"\1:***@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 ***"),
    (re.compile(r"\bsk-[A-Za-z0-9_-]{6,}"), "sk-***"),
    (re.compile(r"\bya29\.[A-Za-z0-9._-]+"), "ya29.***"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL), "***"),
    (re.compile(r"(?i)\b(password|passwd|secret|api_?key|token)(['\"]?\s*[=:]\s*)(['\"]?)[^\s'\"&,;]+"), r"\1\2\3***"),
)


def redacted(text: str) -> str:
    """The text without what looks like a key, a password or a token, and without what no encoding can write."""
    text = text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return text
