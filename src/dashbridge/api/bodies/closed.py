"""The base of every described body, and how a route says which it answers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Whole = Annotated[int, Field(ge=0)]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
EVENTS_TYPE = "text/event-stream"
YAML_TYPE = "application/yaml"
YAML_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {YAML_TYPE: {"schema": {"type": "string"}}}},
}


def without_default(schema: dict[str, Any]) -> None:
    """Describe a field that may be left out."""
    del schema["default"]


NOT_ALWAYS: Any = Field(default=None, json_schema_extra=without_default)


class Closed(BaseModel):
    """A body without further keys; one that is NOT_ALWAYS there may be left out."""

    model_config = ConfigDict(extra="forbid")


def says(model: type[BaseModel] | None, *others: str, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """A route's `responses`: the model of its JSON, and other media types that it answers by `Accept`."""
    found: dict[str, Any] = {"content": {kind: {} for kind in others}} if others else {}
    if model is not None:
        found["model"] = model
    return {status: {"description": "Done", **found}}
