"""What the schema cannot say of inputs: defaults and options that do not fit, options that hang on themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from dashbridge.dashboards.spec import DashboardSpec
from dashbridge.insights import InputSpec, MultiSelectInput, SelectInput, default_value, expected_value, near
from dashbridge.insights.inputs import unescaped
from dashbridge.insights.options import option_cycles, range_problems
from dashbridge.insights.spec import NumberRangeInput, NumberSpan
from dashbridge.insights.values import InputValue
from dashbridge.kit import Place, Problem

_ANY_DAY = dt.date(2013, 7, 1)


def input_problems(spec: DashboardSpec) -> Iterator[Problem]:
    """What is wrong with the inputs' defaults and options, as far as no row of a query is needed to tell."""
    for name, one in spec.inputs.items():
        path = f"/inputs/{name}/default"
        try:
            value = default_value(one, _ANY_DAY)
        except ValueError as error:
            yield Problem("input.default", f"the default does not fit: {error}", Place(path), expected_value(one))
            continue
        yield from _listed(one, value, path)
        yield from _options_of_type(one, f"/inputs/{name}/options")
        yield from range_problems(name, one, value, _ANY_DAY)
        yield from _bounds(one, value, f"/inputs/{name}")
    yield from option_cycles(spec.inputs)


def _listed(one: InputSpec, chosen: InputValue, path: str) -> Iterator[Problem]:
    if not isinstance(one, SelectInput | MultiSelectInput):
        return
    written = one.default if isinstance(one.default, list) else [one.default]
    texts = [str(option) for option in one.options] if isinstance(one.options, list) else None
    for value in written if chosen.items else ():
        if texts is not None and unescaped(str(value)) not in texts and str(value) not in texts:
            yield Problem(
                "input.default", f"the default {value!r} is not among the options", Place(path), near(str(value), texts)
            )
        elif texts is None and isinstance(one.default, list) and value in ("all", "none"):
            message = f"{value!r} inside a list is a value like any other"
            hint = f"write default: {value}, or {f'={value}'!r} for the value itself"
            yield Problem("input.default", message, Place(path), hint)


def _options_of_type(one: InputSpec, path: str) -> Iterator[Problem]:
    if not isinstance(one, SelectInput | MultiSelectInput) or not isinstance(one.options, list):
        return
    for at, option in enumerate(one.options):
        try:
            default_value(
                one.model_copy(update={"default": [option]})
                if one.type == "multi_select"
                else one.model_copy(update={"default": option}),
                _ANY_DAY,
            )
        except ValueError as error:
            yield Problem("input.option", f"the option does not fit: {error}", Place(f"{path}/{at}"), "set value_type")


def _bounds(one: InputSpec, chosen: InputValue, path: str) -> Iterator[Problem]:
    """A number range whose control cannot show what it begins with."""
    if not isinstance(one, NumberRangeInput):
        return
    if one.min is not None and one.max is not None and one.min > one.max:
        yield Problem("input.bounds", f"min {one.min} is above max {one.max}", Place(f"{path}/min"), "exchange them")
        return
    if one.step is not None and one.step <= 0:
        yield Problem("input.bounds", f"the step {one.step} is not above 0", Place(f"{path}/step"), "write step: 1")
    if not isinstance(one.default, NumberSpan):
        return
    for end, value in (("min", one.default.min), ("max", one.default.max)):
        low, high = one.min is not None and value is not None, one.max is not None and value is not None
        if (low and value < one.min) or (high and value > one.max):  # type: ignore[operator]  # None is ruled out
            message = f"the default's {end} {value} lies outside {one.min} to {one.max}"
            yield Problem("input.default", message, Place(f"{path}/default/{end}"), "stay within min and max")
