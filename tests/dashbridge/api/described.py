"""Holds answers against what `/openapi.json` says of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
from fastapi import FastAPI
from jsonschema import Draft202012Validator


class Described:
    """The description of an app's API."""

    def __init__(self, app: FastAPI) -> None:
        self.whole = app.openapi()

    def unlike(self, method: str, path: str, answer: httpx.Response) -> Iterator[str]:
        """What an answer to `method` and `path` (as the description writes it) has that the description has not."""
        responses = self.whole["paths"][path][method.lower()]["responses"]
        if answer.status_code < 400 and str(answer.status_code) not in responses:
            yield f"nothing is said of {answer.status_code}"
            return
        content = responses[str(answer.status_code) if answer.status_code < 400 else "default"].get("content", {})
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if kind not in content:
            if answer.content:
                yield f"nothing is said of {kind}"
        elif schema := content[kind].get("schema"):
            yield from self.faults(schema, answer.json())

    def faults(self, schema: dict[str, Any], value: Any) -> Iterator[str]:
        """Where a value does not fit."""
        validator = Draft202012Validator({**schema, "components": self.whole["components"]})
        for error in validator.iter_errors(value):
            yield f"{error.json_path}: {error.message[:300]}"
