"""Golden files of the split: an insight in, its two halves in both dialects out.

DASHBRIDGE_UPDATE_GOLDEN=1 rewrites what stands below `split:`; `expected:` is written by hand and never changed by it.
Every half that is not refused is run over a table too, with several states of its inputs: it equals the whole.
"""

from __future__ import annotations

import datetime as dt
import io
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from dashbridge.insights import (
    CompiledInsight,
    InputSpec,
    InsightSpec,
    Statement,
    compile_insight,
    huge_columns,
    over_query,
    read_inputs,
    with_data,
)
from dashbridge.kit import Invalid
from differential.answers import difference
from differential.tables import fill, make_dims

GOLDEN = Path(__file__).parents[2] / "golden" / "splits"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.yaml"))
DIALECTS = ("duckdb", "bigquery")
CHOICES: dict[str, list[list[str]]] = {
    "select": [["all"], ["none"], ["O'Hare"], ["3"], ["1.10"]],
    "multi_select": [["all"], ["none"], ["AA", "null"], ["1", "2"]],
    "date_range": [["all"], ["2013-01-31..2013-06-15"], ["..2013-01-01"]],
    "number_range": [["all"], ["1..3"], ["2.."]],
    "text": [[""], ["a"], ["%"]],
    "toggle": [["true"], ["false"]],
}
_yaml = YAML(typ="rt")
_yaml.width = 10_000
_read_specs = TypeAdapter(dict[str, InputSpec]).validate_python


@cache
def document(name: str) -> dict[str, Any]:
    """The head of a golden file: what is written by hand."""
    head = (GOLDEN / f"{name}.yaml").read_text(encoding="utf-8").partition("split:\n")[0]
    found: dict[str, Any] = YAML(typ="safe").load(head)
    return found


def compiled(written: Mapping[str, Any], dialect: str) -> CompiledInsight:
    own = written.get(f"{dialect}_insight", written["insight"])
    return compile_insight("i", InsightSpec(query="q", **own), _read_specs(written.get("inputs", {})), dialect=dialect)


def halves(written: Mapping[str, Any], dialect: str) -> dict[str, Any]:
    """What is recorded of one dialect."""
    try:
        split = compiled(written, dialect).split
    except Invalid as error:
        return {"refused": [{"code": one.code, "at": one.place.path, "message": one.message} for one in error.problems]}
    found: dict[str, Any] = {"mode": split.mode, "reason": split.reason}
    if split.pre is not None and split.post is not None:
        found["pre"] = sql_of(split.pre)
        found["post"] = sql_of(split.post)
        found["parameters"] = places_of(split.post)
    else:
        found["whole"] = sql_of(split.whole)
        found["parameters"] = places_of(split.whole)
    return found


def sql_of(statement: Statement) -> LiteralScalarString:
    found: LiteralScalarString = LiteralScalarString(over_query(statement.sql, "…").replace("(\n…\n)", "(…)"))
    return found


def places_of(statement: Statement) -> list[str]:
    """One line a placeholder: `city.value text`, `city.value open`, `cities.values some`."""
    return [
        f"{one.input}.{one.accessor} {one.type if one.gives == 'value' else one.gives}" for one in statement.parameters
    ]


def recorded(name: str) -> str:
    """The golden file as it should be: its own head, then what the insight is split into."""
    head = (GOLDEN / f"{name}.yaml").read_text(encoding="utf-8").partition("split:\n")[0]
    out = io.StringIO()
    written = document(name)
    _yaml.dump({"split": {dialect: halves(written, dialect) for dialect in DIALECTS}}, out)
    return head + out.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_splits_as_recorded(name: str) -> None:
    path = GOLDEN / f"{name}.yaml"
    if os.environ.get("DASHBRIDGE_UPDATE_GOLDEN"):
        path.write_text(recorded(name), encoding="utf-8")
    assert recorded(name) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", NAMES)
def test_takes_the_expected_way(name: str, dialect: str) -> None:
    written = document(name)
    found = halves(written, dialect)
    took = found.get("mode") or "refused " + ", ".join(one["code"] for one in found["refused"])
    assert took == written["expected"][dialect], found


def test_there_are_enough_of_each_mode() -> None:
    modes = Counter(document(name)["expected"]["duckdb"].partition(" ")[0] for name in NAMES)
    assert sum(modes.values()) >= 60
    assert all(modes[mode] >= 2 for mode in ("static", "grouped", "rows", "server", "refused")), modes


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        make_dims(connection)
        fill(connection, list(range(60)))
        yield connection


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(("refused", "server", "sort_never"))])
def test_the_halves_equal_the_whole(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    written = document(name)
    insight = compiled(written, "duckdb")
    split = insight.split
    assert split.pre is not None
    assert split.post is not None
    relation = warehouse.sql(over_query(split.pre.sql, "SELECT * FROM facts"))
    columns = [(key, str(kind)) for key, kind in zip(relation.columns, relation.types, strict=True)]
    warehouse.register("insight_rows", relation.to_arrow_table())
    specs = _read_specs(written.get("inputs", {}))
    for raw in states(specs):
        values = read_inputs(specs, raw, dt.date(2013, 6, 15))
        whole, post = split.whole.bind(values), split.post.bind(values)
        expected = warehouse.sql(over_query(whole.sql, "SELECT * FROM facts"), params=whole.values).to_arrow_table()
        halved = with_data(post.sql, "insight_rows", huge_columns(columns))
        found = warehouse.sql(halved, params=post.values).to_arrow_table()
        assert expected.num_rows > 0 or raw
        assert difference(expected, found, insight.row_limit) is None, raw


def states(specs: Mapping[str, InputSpec]) -> Iterator[dict[str, list[str]]]:
    """The defaults, then each choice that fits each input, the others at their defaults."""
    yield {}
    for name, spec in specs.items():
        for choice in CHOICES[spec.type]:
            try:
                read_inputs(specs, {name: choice}, dt.date(2013, 6, 15))
            except Invalid:
                continue  # a text where numbers are chosen
            yield {name: choice}
