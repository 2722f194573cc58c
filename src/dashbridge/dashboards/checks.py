"""What the schema cannot say: names that point nowhere, things unused, expressions that fail; each in its own file."""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dashbridge.dashboards.input_checks import input_problems
from dashbridge.dashboards.interacting import interact_problems
from dashbridge.dashboards.spec import SPAN, DashboardSpec, ViewSpec
from dashbridge.dashboards.texts import named_inputs, text_problems
from dashbridge.dashboards.view_checks import unknown_props, view_problems
from dashbridge.insights import CompiledInsight, column_facts, compile_insight, near
from dashbridge.insights.options import compile_options, options_query
from dashbridge.insights.trace import compile_trace
from dashbridge.kit import Invalid, Place, Problem

_ORDERED = ("line", "area")


@dataclass(slots=True)
class Checked:
    """What is wrong with a dashboard, and what of it compiled. Places carry paths only."""

    errors: list[Problem]
    warnings: list[Problem] = field(default_factory=list)
    insights: dict[str, CompiledInsight] = field(default_factory=dict)
    traces: dict[str, CompiledInsight] = field(default_factory=dict)
    options: dict[str, CompiledInsight] = field(default_factory=dict)


def check(spec: DashboardSpec, dialect: str = "duckdb") -> Checked:
    """Every check that needs no warehouse. `dialect` is the connection's."""
    found = Checked([*_references(spec), *_timezone(spec), *input_problems(spec), *view_problems(spec)])
    found.errors += [*_layout(spec), *text_problems(spec), *unknown_props(spec)]
    _compile(spec, dialect, found)
    drawn = {name: one for name, view in spec.views.items() if (one := _drawn(view, found)) is not None}
    found.errors += interact_problems(spec, drawn)
    found.warnings += _warnings(spec, found)
    return found


def _compile(spec: DashboardSpec, dialect: str, found: Checked) -> None:
    queries = {name: column_facts(query.sql) for name, query in spec.queries.items()}
    for name, insight in spec.insights.items():
        ordered = any(view.insight == name and view.type in _ORDERED for view in spec.views.values())
        facts = queries.get(insight.query)
        with _noted(found):
            found.insights[name] = compile_insight(
                name, insight, spec.inputs, dialect=dialect, order_by_x=ordered, facts=facts
            )
    for name, trace in spec.traces.items():
        ordered = any(view.trace == name and view.type in _ORDERED for view in spec.views.values())
        facts = queries.get(trace.query)
        with _noted(found):
            found.traces[name] = compile_trace(
                name, trace, spec.inputs, dialect=dialect, order_by_x=ordered, facts=facts
            )
    for name, one in spec.inputs.items():
        if (source := options_query(one)) is not None:
            with _noted(found):
                found.options[name] = compile_options(
                    name, one, spec.inputs, dialect=dialect, facts=queries.get(source.query)
                )


@contextmanager
def _noted(found: Checked) -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        found.errors += error.problems


def _drawn(view: ViewSpec, found: Checked) -> CompiledInsight | None:
    return found.insights.get(view.insight or "") or found.traces.get(view.trace or "")


def _dangling(kind: str, name: str, known: list[str], path: str) -> Problem:
    return Problem(f"ref.unknown_{kind}", f"there is no {kind} {name!r}", Place(path), near(name, known))


def _references(spec: DashboardSpec) -> Iterator[Problem]:
    for name, one in spec.inputs.items():
        source = options_query(one)
        if source is not None and source.query not in spec.queries:
            yield _dangling("query", source.query, list(spec.queries), f"/inputs/{name}/options/query")
    for name, insight in spec.insights.items():
        if insight.query not in spec.queries:
            yield _dangling("query", insight.query, list(spec.queries), f"/insights/{name}/query")
    for name, trace in spec.traces.items():
        if trace.query not in spec.queries:
            yield _dangling("query", trace.query, list(spec.queries), f"/traces/{name}/query")
    for name, view in spec.views.items():
        if view.insight is not None and view.insight not in spec.insights:
            yield _dangling("insight", view.insight, list(spec.insights), f"/views/{name}/insight")
        if view.trace is not None and view.trace not in spec.traces:
            yield _dangling("trace", view.trace, list(spec.traces), f"/views/{name}/trace")


def _timezone(spec: DashboardSpec) -> Iterator[Problem]:
    if spec.timezone == "UTC":  # reading the list takes a while
        return
    known = _timezones()
    if spec.timezone not in known:
        by_lower = {name.lower(): name for name in known}
        same = by_lower.get(spec.timezone.strip().lower().replace(" ", "_"))
        hint = f"did you mean {same}?" if same else _near_zone(spec.timezone, known)
        message = f"there is no time zone {spec.timezone[:64]!r}"
        yield Problem("timezone.unknown", message, Place("/timezone"), hint)


@functools.cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _near_zone(name: str, known: frozenset[str]) -> str:
    """By the whole name, else by its city: `New York` is America/New_York."""
    cities = {zone.rpartition("/")[2].lower(): zone for zone in sorted(known)}
    city = cities.get(name.rpartition("/")[2].strip().lower().replace(" ", "_"))
    guess = f"did you mean {city}?" if city else near(name, sorted(known))
    return guess if guess.startswith("did") else "write an IANA name such as UTC or America/New_York"


def _layout(spec: DashboardSpec) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for row_number, row in enumerate(spec.layout.rows):
        path = f"/layout/rows/{row_number}"
        total = sum(item.span for item in row.items)
        if total > SPAN:
            yield Problem(
                "layout.span",
                f"the spans of this row are {total} together; at most {SPAN}",
                Place(path),
                "use two rows",
            )
        for number, item in enumerate(row.items):
            at = f"{path}/items/{number}/view"
            if item.view not in spec.views:
                yield _dangling("view", item.view, list(spec.views), at)
            elif item.view in seen:
                message = f"the view {item.view!r} is placed twice (first at {seen[item.view]})"
                yield Problem("layout.twice", message, Place(at), "remove one")
            seen.setdefault(item.view, at)


def _warnings(spec: DashboardSpec, found: Checked) -> Iterator[Problem]:
    optioned = {source.query for one in spec.inputs.values() if (source := options_query(one)) is not None}
    queries = optioned | {one.query for one in spec.insights.values()} | {one.query for one in spec.traces.values()}
    views = {item.view for row in spec.layout.rows for item in row.items}
    for name in spec.queries:
        if name not in queries:
            yield _unused("query", name, f"/queries/{name}", "no insight, trace or input uses it")
    for kind, known in (("insight", list(spec.insights)), ("trace", list(spec.traces))):
        drawn = {getattr(view, kind) for view in spec.views.values()}
        for name in known:
            if name not in drawn:
                yield _unused(kind, name, f"/{kind}s/{name}", "no view uses it")
    for name in spec.views:
        if name not in views:
            yield _unused("view", name, f"/views/{name}", "the layout does not place it")
    if not found.errors:
        yield from _unused_inputs(spec, found)


def _unused_inputs(spec: DashboardSpec, found: Checked) -> Iterator[Problem]:
    """Inputs that nothing asks for; that a brush or a click sets one changes nothing by itself."""
    compiled = (*found.insights.values(), *found.traces.values(), *found.options.values())
    used = {name for one in compiled for name in one.input_dependencies}
    used |= {name for view in spec.views.values() for name in named_inputs(view, spec.inputs)}
    for name in spec.inputs:
        if name not in used:
            hint = f"turning it changes nothing; write ${{ref({name}).…}} in a filter"
            yield _unused("input", name, f"/inputs/{name}", hint)


def _unused(kind: str, name: str, path: str, hint: str) -> Problem:
    return Problem(f"unused.{kind}", f"the {kind} {name!r} is not used", Place(path), hint)
