"""Options that are computed: counted out of a range, or rows of a query that other inputs narrow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from dashbridge.insights.compile import CompiledInsight, compile_insight
from dashbridge.insights.inputs import value_type
from dashbridge.insights.labels import Facts
from dashbridge.insights.ranges import WRITTEN, range_values
from dashbridge.insights.references import find_references, near
from dashbridge.insights.spec import (
    InputSpec,
    InsightSpec,
    Interaction,
    MultiSelectInput,
    OptionsQuery,
    OptionsRange,
    SelectInput,
)
from dashbridge.insights.values import InputValue, Typed, json_value
from dashbridge.kit import Invalid, Place, Problem

MOST_ROWS = 100_000


def counted_options(spec: InputSpec, today: dt.date) -> list[Typed] | None:
    """The typed values of a range of options in order; None for an input without one. Raises Invalid."""
    options = spec.options if isinstance(spec, SelectInput | MultiSelectInput) else None
    if not isinstance(options, OptionsRange):
        return None
    try:
        return range_values(options.range, value_type(spec), today)
    except ValueError as error:
        raise Invalid(f"the range of options does not fit: {error}", code="input.range", hint=WRITTEN) from None


def range_options(spec: InputSpec, today: dt.date) -> list[object] | None:
    """The same as the page has them: numbers, or text for days, decimals and integers beyond 2^53."""
    values = counted_options(spec, today)
    return None if values is None else [json_value(one) for one in values]


def range_problems(name: str, spec: InputSpec, chosen: InputValue, today: dt.date) -> list[Problem]:
    """What is wrong with an input's range of options on that day: it does not fit, or lacks what is chosen."""
    try:
        options = counted_options(spec, today)
    except Invalid as error:
        return [Problem(error.code, error.message, Place(f"/inputs/{name}/options/range"), error.hint)]
    missing = [str(json_value(one)) for one in chosen.items if one not in options] if options else []
    shown = [str(json_value(one)) for one in options or ()]
    return [
        Problem(
            "input.default",
            f"the default {one!r} is not among the options",
            Place(f"/inputs/{name}/default"),
            _among(one, shown),
        )
        for one in missing
    ]


def options_query(spec: InputSpec) -> OptionsQuery | None:
    """Where an input's options come from, unless they are listed, counted out, or it has none."""
    options = spec.options if isinstance(spec, SelectInput | MultiSelectInput) else None
    return options if isinstance(options, OptionsQuery) else None


def compile_options(
    name: str,
    spec: InputSpec,
    inputs: Mapping[str, InputSpec],
    *,
    dialect: str = "duckdb",
    facts: Mapping[str, Facts] | None = None,
) -> CompiledInsight:
    """The insight `options.NAME` with the columns `columns.value` and `columns.label`, a row for a row of the query.

    Raises Invalid; the places are those of the input (`/inputs/NAME/options/filter`). Ask `option_cycles` too.
    """
    source = options_query(spec)
    if source is None:
        raise Invalid(f"the options of {name!r} come from no query", code="input.options")
    value = _column(source.column, dialect)
    label = _column(source.label_column, dialect) if source.label_column else value
    written = InsightSpec(
        query=source.query,
        columns={"value": value, "label": label},
        interactions=[Interaction(filter=source.filter)] if source.filter else [],
        limit=MOST_ROWS,
    )
    try:
        compiled = compile_insight(f"options.{name}", written, inputs, dialect=dialect, facts=facts)
    except Invalid as error:
        problems = [replace(one, place=Place(_own_path(name, source, one.place.path))) for one in error.problems]
        raise Invalid.of(problems) from None
    if compiled.requires_groupby:
        message = f"the options of {name!r} are rows of a query, and the filter asks for an aggregate of them"
        place = Place(f"/inputs/{name}/options/filter")
        raise Invalid.of([Problem("input.options", message, place, "compute it in the query, as a column")])
    return compiled


def option_cycles(inputs: Mapping[str, InputSpec]) -> list[Problem]:
    """Inputs whose options hang, over other inputs, on their own value: each cycle once, named in full."""
    asked = {name: _asked(spec, inputs) for name, spec in inputs.items()}
    found: dict[frozenset[str], Problem] = {}
    for name in asked:
        for cycle in _cycles(name, asked):
            if frozenset(cycle) not in found:
                shown = " -> ".join([*cycle, name])
                message = f"the options of {name!r} hang on themselves: {shown}"
                hint = "leave one of these references out"
                place = Place(f"/inputs/{name}/options/filter")
                found[frozenset(cycle)] = Problem("input.cycle", message, place, hint)
    return list(found.values())


def _among(value: str, options: list[str]) -> str:
    guess = near(value, options)
    return guess if guess.startswith("did") else f"from {options[0]} to {options[-1]}, {len(options)} values"


def _asked(spec: InputSpec, inputs: Mapping[str, InputSpec]) -> list[str]:
    source = options_query(spec)
    references = find_references(source.filter, inputs)[0] if source and source.filter else []
    return list(dict.fromkeys(one.name for one in references))


def _cycles(start: str, asked: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """The shortest way from `start` back to it, if there is one."""
    before: dict[str, str] = {}
    level = [start]
    while level:
        following: list[str] = []
        for name in level:
            for other in asked[name]:
                if other == start:
                    way = [name]
                    while way[0] != start:
                        way.insert(0, before[way[0]])
                    yield way
                    return
                if other not in before:
                    before[other] = name
                    following.append(other)
        level = following


def _column(name: str, dialect: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect)


def _own_path(name: str, source: OptionsQuery, path: str | None) -> str:
    root = f"/inputs/{name}/options"
    step = (path or "").removeprefix(f"/insights/options.{name}")
    if step.startswith("/interactions/"):
        return f"{root}/filter"
    if step == "/columns/label" and source.label_column:
        return f"{root}/label_column"
    return f"{root}/column" if step.startswith("/columns/") else root
