"""What the schema and the spec models have against a file, as Problems an author can act on."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from pydantic import ValidationError as SpecError

from dashbridge.dashboards.document import Document, escape
from dashbridge.dashboards.json_schema import dashboard_schema
from dashbridge.insights import near
from dashbridge.kit import Problem

_NAMES = {
    "object": "a map",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}
_SLUG_HINT = "use a-z, 0-9 and _, begin with a letter: delay_by_month"


def schema_findings(document: Document) -> list[Problem]:
    """Every place where the plain data departs from the schema."""
    found = [problem for error in _validator().iter_errors(document.data) for problem in _explain(error, document)]
    return list(dict.fromkeys(found))


def spec_findings(error: SpecError, document: Document) -> list[Problem]:
    """What only the models see (exact integers, ends of patterns), in the same form."""
    found = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        path = _known(document, one["loc"])
        found.append(Problem("schema.value", f"{_last(path)}: {one['msg']}", document.place(path)))
    return list(dict.fromkeys(found))


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(dashboard_schema())


def _known(document: Document, location: Sequence[int | str]) -> str:
    """The path of a model error: steps that name a union's branch are no steps of the file."""
    path = ""
    for step in location:
        longer = f"{path}/{escape(str(step))}"
        path = longer if longer in document.places else path
    return path


def _path(error: ValidationError) -> str:
    return "".join(f"/{escape(str(step))}" for step in error.absolute_path)


def _explain(error: ValidationError, document: Document) -> Iterator[Problem]:
    path = _path(error)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(error, path, document)
    elif error.validator == "required":
        yield _missing(error, path, document)
    elif error.validator == "anyOf":
        yield from _alternatives(error, path, document)
    elif error.validator in ("minProperties", "maxProperties") and "filter" in _properties(error):
        message = "an interaction has exactly one of filter, split, sort"
        yield Problem("schema.interaction", message, document.place(path), "give each its own list item")
    else:
        yield Problem(f"schema.{_code(error)}", f"{_last(path)}: {_message(error)}", document.place(path), _hint(error))


def _unknown_keys(error: ValidationError, path: str, document: Document) -> Iterator[Problem]:
    known = _properties(error)
    for key in _value(error):
        if key in known or key.startswith("x-") or _matches_pattern(error, key):
            continue
        place = document.place(f"{path}/{escape(key)}")
        if _value(error)[key] is None and not key.isidentifier():
            message = f"{key[:60]!r} reads as a key without value"
            yield Problem("schema.unknown_key", message, place, "inside { }, a text with a comma must stand in quotes")
        elif known:
            message = f"{_last(path)} has no key {key[:60]!r}"
            yield Problem("schema.unknown_key", message, place, near(key, list(known)))
        else:
            yield Problem("schema.slug", f"{key[:70]!r} is not a name", place, _SLUG_HINT)


def _matches_pattern(error: ValidationError, key: str) -> bool:
    patterns = _schema(error).get("patternProperties", {})
    resolver = (
        Draft202012Validator({"type": "string", "anyOf": [{"pattern": one} for one in patterns]}) if patterns else None
    )
    return resolver is not None and resolver.is_valid(key)


def _missing(error: ValidationError, path: str, document: Document) -> Problem:
    absent = [key for key in _limit(error) if key not in _value(error)]
    named = error.message.split("'")[1] if "'" in error.message else ""
    key = named if named in absent else absent[0]
    expected = _describe(_properties(error).get(key, {}))
    hint = f"add {key}: {expected}" if expected else f"add {key}"
    return Problem("schema.missing_key", f"{_last(path)} lacks the key {key!r}", document.place(path), hint)


def _alternatives(error: ValidationError, path: str, document: Document) -> Iterator[Problem]:
    """Of several forms, complain by the one whose type was meant; else name them all."""
    branches: dict[int, list[ValidationError]] = {}
    for one in error.context or ():
        branches.setdefault(int(one.relative_schema_path[0]), []).append(one)
    fitting = [
        errors
        for errors in branches.values()
        if not any(one.validator in ("type", "enum", "const") and not one.relative_path for one in errors)
    ]
    if len(fitting) > 1 and isinstance(_value(error), dict):
        # Two forms of a map, such as the options of an input: the one with the least against it was meant.
        least = min(len(errors) for errors in fitting)
        fitting = [errors for errors in fitting if len(errors) == least]
    if len(fitting) == 1:
        for one in fitting[0]:
            yield from _explain(one, document)
        return
    message = f"{_last(path)}: {_shown(_value(error))} does not fit"
    yield Problem("schema.type", message, document.place(path), f"expected {_describe(_schema(error))}")


def _code(error: ValidationError) -> str:
    kinds = {"type": "type", "enum": "value", "const": "value", "pattern": "pattern"}
    return kinds.get(str(error.validator), "limit")


def _message(error: ValidationError) -> str:
    shown, limit = _shown(_value(error)), _limit(error)
    match error.validator:
        case "type":
            return f"{shown} is not {_NAMES.get(str(limit), str(limit))}"
        case "enum" | "const":
            return f"{shown} is not allowed"
        case "pattern":
            return f"{shown} has not the right form"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"longer than {limit}"
        case "minLength" | "minItems" | "minProperties":
            return "must not be empty"
        case "minimum" | "exclusiveMinimum":
            return f"{shown} is less than {limit}"
        case "maximum" | "exclusiveMaximum":
            return f"{shown} is more than {limit}"
    return error.message[:200]


def _hint(error: ValidationError) -> str | None:
    if error.validator == "enum":
        options = [str(one) for one in _limit(error)]
        guess = near(str(_value(error)), options)
        listed = f"expected one of {', '.join(options)}"
        return f"{guess} {listed}" if guess.startswith("did") else listed
    if error.validator == "const":
        return f"expected {_limit(error)!r}"
    if error.validator == "pattern":
        return _SLUG_HINT if "a-z0-9_]{0,62}" in str(_limit(error)) else f"expected {_limit(error)}"
    if error.validator == "type" and _limit(error) == "string" and isinstance(_value(error), int | float):
        return "put it in quotes"
    description: str | None = _schema(error).get("description")
    return description


def _properties(error: ValidationError) -> dict[str, Any]:
    found: dict[str, Any] = _schema(error).get("properties", {})
    return found


def _schema(error: ValidationError) -> dict[str, Any]:
    return dict(error.schema) if isinstance(error.schema, Mapping) else {}


def _value(error: ValidationError) -> Any:
    return error.instance


def _limit(error: ValidationError) -> Any:
    return error.validator_value


def _describe(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " or ".join(str(one) for one in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_describe(one) for one in schema["anyOf"]))
    if "$ref" in schema:
        return _describe(dashboard_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    if schema.get("properties"):
        return "{" + ", ".join(schema["properties"]) + "}"
    if "minimum" in schema and "maximum" in schema:
        return f"a number from {schema['minimum']} to {schema['maximum']}"
    return _NAMES.get(str(schema.get("type")), "")


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return _NAMES["object" if isinstance(value, dict) else "array"]
    if value is None:
        return "nothing"
    return repr(value)[:60] if isinstance(value, str) else str(value)


def _last(path: str) -> str:
    parent, _, step = path.rpartition("/")
    if step.isdigit():
        return f"item {int(step) + 1} of {_last(parent)}"
    return step or "the dashboard"
