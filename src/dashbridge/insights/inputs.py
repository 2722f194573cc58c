"""Reading what a viewer chose: query-string texts to typed values, with defaults and size caps.

The text forms, for an input `carrier` (select, multi_select), `period` (date_range), `delay` (number_range):

    carrier=AA&carrier=UA         the values, one each
    carrier=all  carrier=none     no restriction; nothing chosen. The value `all` itself is written `=all`, and so on
    period=2013-01-01..2013-06-30 both ends; either may be left out. Also two values, or period.from=… and period.to=…
    delay=0..60                   the same with delay.min, delay.max
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from dashbridge.insights.dates import parse_span
from dashbridge.insights.ranges import range_type
from dashbridge.insights.references import near
from dashbridge.insights.spec import (
    DateRangeInput,
    DateSpan,
    InputSpec,
    MultiSelectInput,
    NumberRangeInput,
    NumberSpan,
    OptionsRange,
    SelectInput,
    TextInput,
    ToggleInput,
)
from dashbridge.insights.values import InputValue, ParameterType, typed
from dashbridge.kit import Invalid, Place, Problem

MAX_VALUES = 1000
MAX_VALUE_CHARS = 1000
_ESCAPED = re.compile(r"=+(all|none)")
_ENDS = {"from": 0, "min": 0, "to": 1, "max": 1}


def read_inputs(
    specs: Mapping[str, InputSpec], raw: Mapping[str, Sequence[str]], today: dt.date
) -> dict[str, InputValue]:
    """The typed value of every input: what `raw` says, else the default.

    Raises Invalid with one Problem per input that is unknown or whose value does not fit.
    """
    problems: list[Problem] = []
    ends: dict[str, dict[str, Sequence[str]]] = {}
    for key in raw:
        name, _, end = key.partition(".")
        if name not in specs:
            problems.append(Problem("input.unknown", f"there is no input {name[:64]!r}", _at(key), near(name, specs)))
        elif end and (specs[name].type not in ("date_range", "number_range") or end not in _ENDS):
            problems.append(Problem("input.unknown", f"input {name!r} has no part {end[:20]!r}", _at(key)))
        elif end:
            ends.setdefault(name, {})[end] = raw[key]
    values: dict[str, InputValue] = {}
    for name, spec in specs.items():
        try:
            texts = list(raw.get(name, ())) or _joined(ends.get(name, {}))
            values[name] = read_value(spec, texts, today) if texts else default_value(spec, today)
        except ValueError as error:
            problems.append(Problem("input.value", f"input {name!r}: {error}", _at(name), expected_value(spec)))
    if problems:
        raise Invalid.of(problems)
    return values


def default_inputs(specs: Mapping[str, InputSpec], today: dt.date) -> dict[str, InputValue]:
    """Every input at its default."""
    return {name: default_value(spec, today) for name, spec in specs.items()}


def value_type(spec: InputSpec) -> ParameterType:
    """The type a chosen value is bound with."""
    match spec:
        case SelectInput() | MultiSelectInput():
            return spec.value_type or _type_of_options(spec)
        case DateRangeInput():
            return "date"
        case NumberRangeInput():
            return spec.value_type
        case TextInput():
            return "text"
        case ToggleInput():
            return "boolean"


def read_value(spec: InputSpec, texts: Sequence[str], today: dt.date) -> InputValue:
    """One input's texts as its typed value. Raises ValueError with what is wrong."""
    kind = value_type(spec)
    if len(texts) > MAX_VALUES:
        raise ValueError(f"{len(texts)} values; at most {MAX_VALUES} are allowed")
    if any(len(text) > MAX_VALUE_CHARS for text in texts):
        raise ValueError(f"a value is longer than {MAX_VALUE_CHARS} characters")
    if any("\0" in text or any("\ud800" <= char <= "\udfff" for char in text) for text in texts):
        raise ValueError("a value holds a NUL or a broken character")
    if spec.type in ("date_range", "number_range"):
        return _range(spec.type, kind, texts, today)
    if spec.type == "text":
        text = _only(texts)
        return (
            InputValue("text", kind, (text,), everything=False) if text else InputValue("text", kind, everything=True)
        )
    if spec.type != "toggle" and len(texts) == 1 and texts[0] in ("all", "none"):
        return InputValue(spec.type, kind, everything=texts[0] == "all")
    items = tuple(typed(unescaped(text), kind, today) for text in texts)
    if spec.type != "multi_select":
        return InputValue(spec.type, kind, (items[0],)) if _only(texts) is not None else InputValue(spec.type, kind)
    return InputValue("multi_select", kind, tuple(dict.fromkeys(items)))


def default_value(spec: InputSpec, today: dt.date) -> InputValue:
    """The value an input has until the viewer turns it. Raises ValueError when the default does not fit."""
    kind = value_type(spec)
    match spec:
        case DateRangeInput(default=DateSpan() as span):
            texts = [span.from_ or "", span.to or ""]
            return _range("date_range", kind, texts, today)
        case DateRangeInput():
            return _range("date_range", kind, [str(spec.default)], today)
        case NumberRangeInput(default=NumberSpan() as numbers):
            texts = ["" if end is None else str(end) for end in (numbers.min, numbers.max)]
            return _range("number_range", kind, texts, today)
        case NumberRangeInput():
            return InputValue("number_range", kind, everything=True)
        case MultiSelectInput() if isinstance(spec.default, list):
            items = (typed(unescaped(_text(item)), kind, today) for item in spec.default)
            return InputValue("multi_select", kind, tuple(dict.fromkeys(items)))
        case SelectInput() | MultiSelectInput():
            if spec.default in ("all", "none"):
                return InputValue(spec.type, kind, everything=spec.default == "all")
            return InputValue(spec.type, kind, (typed(unescaped(_text(spec.default)), kind, today),))
    return read_value(spec, [_text(spec.default)], today)


def unescaped(text: str) -> str:
    """`=all` as the value `all`, `==all` as `=all`, and so with none; any other text as it is."""
    return text[1:] if _ESCAPED.fullmatch(text) else text


def _range(name: str, kind: ParameterType, texts: Sequence[str], today: dt.date) -> InputValue:
    if len(texts) == 1:
        if texts[0] in ("all", ""):
            return InputValue(name, kind, everything=True)
        if texts[0] == "none":
            raise ValueError("a range has no 'none'; leave an end open or write all")
        if kind == "date" and (span := parse_span(texts[0], today)):
            return InputValue(name, kind, span)
        first, dots, last = texts[0].partition("..")
        texts = [first, last if dots else first]
    if len(texts) != 2:
        raise ValueError("a range has two ends")
    low, high = (typed(text, kind, today) if text.strip() else None for text in texts)
    if low is None and high is None:
        return InputValue(name, kind, everything=True)
    if low is not None and high is not None and low > high:  # type: ignore[operator]  # both are of the input's one type
        raise ValueError(f"the range begins at {low} after its end {high}")
    return InputValue(name, kind, (low, high))


def _type_of_options(spec: SelectInput | MultiSelectInput) -> ParameterType:
    if isinstance(spec.options, OptionsRange):
        return range_type(spec.options.range)
    if not isinstance(spec.options, list):
        return "text"
    kinds = {type(option) for option in spec.options}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        return "integer"
    return "number" if kinds <= {int, float} else "text"


def _joined(ends: Mapping[str, Sequence[str]]) -> list[str]:
    texts = ["", ""]
    for end, given in ends.items():
        texts[_ENDS[end]] = _only(given)
    return texts if ends else []


def _only(texts: Sequence[str]) -> str:
    if len(texts) != 1:
        raise ValueError(f"{len(texts)} values; exactly one is allowed")
    return texts[0]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _at(name: str) -> Place:
    return Place(f"/inputs/{name[:64]}")


def expected_value(spec: InputSpec) -> str:
    """What to write for an input of this type."""
    return {
        "date_range": "write FROM..TO with ISO dates, all, or last 90 days",
        "number_range": "write MIN..MAX or all",
        "toggle": "write true or false",
        "text": "write one text",
        "select": "write one value, all or none",
        "multi_select": "repeat the input once for each value, or write all or none",
    }[spec.type]
