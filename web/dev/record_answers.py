"""Records what the server says, for the page's own engine to be held to: chosen inputs read and bound, cells as JSON.

Run as `python -m web.dev.record_answers` from the repository's root; writes web/src/engine/recorded.json.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import random
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa
from pydantic import TypeAdapter

from dashbridge.insights.inputs import default_value, read_inputs
from dashbridge.insights.references import ACCESSORS
from dashbridge.insights.spec import InputSpec
from dashbridge.insights.statement import Placeholder, Statement
from dashbridge.insights.values import InputValue
from dashbridge.kit import Invalid
from dashbridge.serving.payload import flat_columns

TODAY = dt.date(2026, 11, 21)
OUT = Path(__file__).parents[1] / "src" / "engine" / "recorded.json"
SPECS: dict[str, dict[str, Any]] = {
    "text": {"type": "text"},
    "search": {"type": "text", "default": "a?b"},
    "toggle": {"type": "toggle"},
    "one": {"type": "select", "options": ["AA", "all", "😀"]},
    "escaped": {"type": "select", "options": ["all", "b"], "default": "=all"},
    "many": {"type": "multi_select", "options": ["AA", "UA"]},
    "some": {"type": "multi_select", "options": ["AA", "UA"], "default": ["UA", "AA", "UA"]},
    "flag": {"type": "select", "options": [True, False], "default": True},
    "count": {"type": "multi_select", "options": [1, 2, 3], "default": [2]},
    "big": {"type": "multi_select", "options": ["1"], "value_type": "integer", "default": "none"},
    "money": {"type": "multi_select", "options": ["1.50"], "value_type": "decimal", "default": ["1.50", "0.5"]},
    "ratio": {"type": "multi_select", "options": [0.5, 1]},
    "day": {"type": "multi_select", "options": ["2013-01-01"], "value_type": "date", "default": "today"},
    "period": {"type": "date_range", "default": "last 90 days"},
    "span": {"type": "date_range", "default": {"from": "2013-01-01"}},
    "delay": {"type": "number_range"},
    "whole": {"type": "number_range", "value_type": "integer", "default": {"min": 3}},
    "price": {"type": "number_range", "value_type": "decimal", "default": {"min": 0.5, "max": 9}},
}
WORDS = [
    *("", "all", "none", "=all", "==none", "AA", "UA", "' OR 1=1 --", "${ref(x).value}", "😀", "\uffff", "\u200fابج"),
    *("?", "a?b", "ﬁ", "é", "e\u0301", "\ufeffx", " 1", "1 ", "true", "FALSE", "on", "0", "1", "-1", "+1", "007", "-0"),
    *("1.0", "1.50", "1.5", "0.1", ".5", "5.", "1e3", "1E-7", "1e400", "0.30000000000000004", "9007199254740993"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e999", "NaN", "Infinity", "0x10", "١٢"),
    *("99999999999999999999999999999.999999999", "0.0000000001", "12345678901234567890123456789", "1_000", "0000.10"),
    *("2013-01-01", "2013-02-30", "2012-02-29", "9999-12-31", "0001-01-01", "0000-01-01", "2013-1-1", "today"),
    *("start_of_month - 1 month", "last 7 days", "20130101", "2013-01-01T00:00:00", "x" * 1001, "a\0b", "\u2028"),
]


def main() -> None:
    """Write the file."""
    OUT.write_text(json.dumps(recorded(), separators=(",", ":")) + "\n")


def recorded() -> dict[str, Any]:
    """Everything, the same whenever it is asked."""
    specs = {name: TypeAdapter(InputSpec).validate_python(spec) for name, spec in SPECS.items()}
    page = {
        name: spec.model_dump(mode="json", by_alias=True, exclude_none=True)
        | {"resolved": default_value(spec, TODAY).as_json()}
        for name, spec in specs.items()
    }
    choices = [read(specs, chosen) for chosen in chosen_inputs(random.Random(7))]  # noqa: S311
    written = [asdict(place) for place in places(specs)]
    return {"specs": page, "places": written, "choices": choices, "cells": cells()}


def chosen_inputs(chance: random.Random) -> list[dict[str, list[str]]]:
    """Every word for every input alone, pairs and ranges of random words, parts of ranges."""
    found: list[dict[str, list[str]]] = [{}, {"unknown": ["1"]}, {"period.from": ["2013-01-01"]}, {"one.from": ["1"]}]
    found += [{"period.from": ["2013-01-01"], "period.to": ["2013-06-30"]}, {"delay.max": ["5"]}, {"delay.x": ["5"]}]
    found += [{name: [word]} for name in SPECS for word in WORDS]
    ends = [word for word in WORDS if len(word) < 60]
    for name in SPECS:
        for _ in range(25):
            found.append({name: chance.choices(ends, k=chance.randint(2, 4))})
        if SPECS[name]["type"].endswith("range"):
            likely = [word for word in ends if word[:1].isdigit() or word[:1] in ("-", "")]
            found += [{name: ["..".join(chance.choices(likely, k=2))]} for _ in range(60)]
    return found


def places(specs: dict[str, Any]) -> list[Placeholder]:
    """Every accessor of every input in all it can give."""
    types = {name: default_value(spec, TODAY).type for name, spec in specs.items()}
    found = []
    for name, spec in specs.items():
        for accessor in ACCESSORS[spec.type]:
            cast = "TEXT" if accessor == "values" else None
            found.append(Placeholder(name, accessor, types[name], "value", cast))
            found.append(Placeholder(name, accessor, "boolean", "open"))
            if accessor == "values":
                found.append(Placeholder(name, accessor, "boolean", "some"))
    return found


def read(specs: dict[str, Any], chosen: dict[str, list[str]]) -> dict[str, Any]:
    """What the server makes of one query: the values shown and sent of the inputs it names; none of a refused one."""
    try:
        values = read_inputs(specs, chosen, TODAY)
    except Invalid:
        return {"chosen": chosen}
    names = sorted({key.partition(".")[0] for key in chosen} or specs)
    return {"chosen": chosen, "shown": {n: values[n].as_json() for n in names}, "sent": sent(specs, names, values)}


def sent(specs: dict[str, Any], names: list[str], values: dict[str, InputValue]) -> dict[str, Any]:
    """The statement of all places of each input, bound."""
    found = {}
    for name in names:
        mine = [place for place in places(specs) if place.input == name]
        bound = Statement(" ".join("?" * len(mine)), tuple(mine)).bind(values)
        found[name] = {"sql": bound.sql, "values": bound.values}
    return found


def cells() -> list[dict[str, Any]]:
    """Tables of every kind of cell: the rows as they cross, and the JSON of `SELECT * FROM insight_data`."""
    day, second = dt.date, dt.datetime
    whole = [second(2013, 1, 1), None, second(1969, 12, 31, 23, 59, 59), second(1, 1, 1)]
    fine = [second(2013, 1, 1, 1, 2, 3, 500), None, second(1969, 12, 31, 23, 59, 59, 999_999), second(9999, 12, 31)]
    columns = {
        "small": pa.array([1, None, -(2**53), 2**53], pa.int64()),
        "wide": pa.array([2**53 + 1, None, -1, 0], pa.int64()),
        "unsigned": pa.array([2**64 - 1, None, 1, 0], pa.uint64()),
        "short": pa.array([1, None, -128, 127], pa.int8()),
        "sum": pa.array([Decimal(2**53), None, Decimal(-(2**53)), Decimal(0)], pa.decimal128(38, 0)),
        "huge": pa.array([Decimal(2**53 + 1), None, Decimal(-(10**37)), Decimal(-1)], pa.decimal128(38, 0)),
        "decimal": pa.array([Decimal("1.10"), None, Decimal("-0.05"), Decimal("12345.67")], pa.decimal128(9, 2)),
        "long": pa.array([Decimal("-0.000000001"), None, Decimal(10**28), Decimal(0)], pa.decimal128(38, 9)),
        "float": pa.array([0.1, None, float("nan"), float("-inf")], pa.float64()),
        "zero": pa.array([-0.0, 1e308, 5e-324, 3.0], pa.float64()),
        "single": pa.array([0.1, None, float("inf"), 2.5], pa.float32()),
        "flag": pa.array([True, None, False, True]),
        "text": pa.array(["a?b", None, "", "😀 \u200fابج"]),
        "word": pa.array(["AA", None, "UA", "AA"]).dictionary_encode(),
        "day": pa.array([day(2013, 1, 31), None, day(1, 1, 1), day(9999, 12, 31)], pa.date32()),
        "ages": pa.array([-719_528 - 400, 2**31 - 1, -719_163, 2_932_897], pa.int32()).cast(pa.date32()),
        "whole_time": pa.array(whole, pa.timestamp("us")),
        "fine_time": pa.array(fine, pa.timestamp("us")),
        "endless": pa.array([2**63 - 1, -(2**63 - 1), None, 0], pa.int64()).cast(pa.timestamp("us")),
        "zoned": pa.array(fine[:3] + whole[:1], pa.timestamp("us", "UTC")),
        "seconds": pa.array(whole, pa.timestamp("s")),
        "clock": pa.array([dt.time(0, 0), None, dt.time(12, 34, 56, 7), dt.time(23, 59, 59, 999_999)], pa.time64("us")),
    }
    full = pa.table(columns)
    return [recorded_table(full), recorded_table(full.slice(0, 0)), recorded_table(full.slice(1, 1)), long_table()]


def long_table() -> dict[str, Any]:
    """More rows than fit into one batch of a result."""
    rows = 2_200
    return recorded_table(
        pa.table(
            {
                "n": pa.array([None if n % 7 == 0 else n for n in range(rows)], pa.int64()),
                "t": pa.array([f"t{n % 13}" for n in range(rows)]),
            }
        ),
        cut=2_100,
    )


def recorded_table(table: pa.Table, cut: int | None = None) -> dict[str, Any]:
    """One table both ways; `cut` is the row limit."""
    hugeints = [name for name in ("sum", "huge") if name in table.column_names]
    casts = ", ".join(f"CAST({name} AS HUGEINT) AS {name}" for name in hugeints)
    source = f"(SELECT * REPLACE ({casts}) FROM insight_rows)" if casts else "insight_rows"
    with duckdb.connect() as connection:
        connection.register("insight_rows", table)
        answer = connection.sql(f"SELECT * FROM {source}").to_arrow_table()
    shown = flat_columns(answer.slice(0, cut or len(table)))
    envelope = {
        "insight": "cells",
        "post_query": "SELECT * FROM insight_data",
        "parameters": [],
        "row_limit": cut or 10_000,
        "limit_is_the_authors": False,
        "hugeints": hugeints,
        "split_column": None,
        "input_dependencies": [],
        "columns": [{"name": f"columns.{name}", "label": name.title()} for name in table.column_names],
        "bytes_scanned": 1,
        "computed_at": "2026-11-21T00:00:00.000Z",
    }
    rows = table.replace_schema_metadata({"dashbridge": json.dumps(envelope)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        for batch in rows.to_batches() or [pa.RecordBatch.from_pylist([], rows.schema)]:
            writer.write_batch(batch)
    return {
        "rows": base64.b64encode(sink.getvalue().to_pybytes()).decode(),
        "truncated": cut is not None,
        "columns": [{"name": f"columns.{c.name}", "type": c.type, "encoding": c.encoding} for c in shown],
        "data": orjson.loads(orjson.dumps({f"columns.{c.name}": orjson.Fragment(c.json) for c in shown})),
    }


if __name__ == "__main__":
    main()
