"""What the schema cannot say of inputs: defaults and options that do not fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from dashbridge.dashboards.spec import DashboardSpec
from dashbridge.insights import InputSpec, MultiSelectInput, SelectInput, default_value, expected_value, near
from dashbridge.kit import Place, Problem

_ANY_DAY = dt.date(2013, 7, 1)


def input_problems(spec: DashboardSpec) -> Iterator[Problem]:
    """What is wrong with the inputs' defaults and listed options."""
    for name, one in spec.inputs.items():
        path = f"/inputs/{name}/default"
        try:
            value = default_value(one, _ANY_DAY)
        except ValueError as error:
            yield Problem("input.default", f"the default does not fit: {error}", Place(path), expected_value(one))
            continue
        yield from _listed(one, value.items, path)
        yield from _options_of_type(one, f"/inputs/{name}/options")


def _listed(one: InputSpec, chosen: tuple[object, ...], path: str) -> Iterator[Problem]:
    if not isinstance(one, SelectInput | MultiSelectInput) or not isinstance(one.options, list):
        return
    texts = [str(option) for option in one.options]
    written = one.default if isinstance(one.default, list) else [one.default]
    for value in written if chosen else ():
        if str(value) not in texts:
            yield Problem(
                "input.default", f"the default {value!r} is not among the options", Place(path), near(str(value), texts)
            )


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
