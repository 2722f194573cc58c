"""Random insights over random tables: plain SQL, the split on the server, the split in WASM and the whole are equal."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, note, seed, settings

from dashbridge.insights import (
    CompiledInsight,
    InputValue,
    Statement,
    compile_insight,
    crossing_problem,
    huge_columns,
    over_query,
    over_table,
    read_inputs,
    with_data,
)
from dashbridge.kit import Invalid
from differential.answers import difference
from differential.cases import Case, cases
from differential.inputs import SPECS
from differential.tables import fill, make_dims
from wasm.wasm_duckdb import WasmDuckDB

LONG = bool(os.environ.get("DASHBRIDGE_TEST_LONG"))
EXAMPLES = 2_000 if LONG else 200
MODES = ("static", "grouped", "rows", "server")
Report = Callable[[str, object], None]


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        make_dims(connection)
        yield connection


@pytest.mark.slow
def test_every_way_gives_the_same_answer(
    warehouse: duckdb.DuckDBPyConnection, wasm: WasmDuckDB, record_property: Report
) -> None:
    seen: Counter[str] = Counter()
    done: set[Case] = set()

    def agree(case: Case) -> None:
        if case in done:
            return
        done.add(case)
        fill(warehouse, list(case.rows))
        note(repr(case.spec) + "\n" + case.plain_sql() + f"\n{case.states}")
        try:
            insight = compile_insight("i", case.spec, SPECS, order_by_x=case.order_by_x)
        except Invalid as error:
            note(str(error.problems))
            seen["refused"] += 1
            return
        try:
            expected = warehouse.sql(case.plain_sql()).to_arrow_table()
        except duckdb.Error as error:
            note(str(error))
            seen["failing"] += 1
            return
        seen[insight.split.mode] += 1
        _Check(case, insight, warehouse, wasm, expected).run()

    first = secrets.randbelow(2**32) if LONG else 0
    print(f"\nseeds from {first}")
    # One run makes many cases that resemble each other. In a run of two, the first is the simplest case there is, which
    # all runs share, and the second is like no other.
    alone = settings(max_examples=2, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    for number in range(first, first + EXAMPLES):
        seed(number)(alone(given(cases())(agree)))()
    cases_run = sum(seen.values())
    shares = {name: f"{seen[name] / cases_run:.1%}" for name in (*MODES, "refused", "failing")}
    record_property("differential", shares)
    print(f"{cases_run} cases: {shares}")
    assert seen["refused"] + seen["failing"] < 0.15 * cases_run, shares
    assert all(seen[mode] >= 0.05 * cases_run for mode in MODES), shares


class _Check:
    def __init__(
        self,
        case: Case,
        insight: CompiledInsight,
        warehouse: duckdb.DuckDBPyConnection,
        wasm: WasmDuckDB,
        expected: pa.Table,
    ) -> None:
        self.case, self.insight, self.warehouse, self.wasm, self.expected = case, insight, warehouse, wasm, expected
        raw = {state.name: state.raw() for state in case.states}
        self.values: dict[str, InputValue] = read_inputs(SPECS, raw, dt.date(2013, 6, 15))

    def run(self) -> None:
        split = self.insight.split
        self.equal("whole", self.asked(split.whole, over_query))
        rows, huge = self.carried(self.case.query.rstrip(";"))
        self.warehouse.register("query_rows", rows)
        if split.whole_local is not None:
            self.equal(
                "whole, local", self.asked(split.whole_local, lambda sql, _: over_table(sql, "query_rows", huge))
            )
        if split.pre is None or split.post is None:
            assert split.mode == "server"
            return
        note(f"{split.mode}: {split.reason}\npre  {split.pre.sql}\npost {split.post.sql}")
        assert "?" not in split.pre.sql
        pre_rows, pre_huge = self.carried(over_query(split.pre.sql, self.case.query))
        self.post("split", split.post, pre_rows, pre_huge)
        self.in_wasm(split.post, pre_rows, pre_huge)
        if split.pre_local is not None:
            local_rows, local_huge = self.carried(over_table(split.pre_local.sql, "query_rows", huge))
            self.post("split, local", split.post, local_rows, local_huge)

    def asked(self, statement: Statement, over: Callable[[str, str], str]) -> pa.Table:
        bound = statement.bind(self.values)
        note(f"whole {bound.sql} {bound.values}")
        return self.warehouse.sql(over(bound.sql, self.case.query), params=bound.values).to_arrow_table()

    def carried(self, sql: str) -> tuple[pa.Table, tuple[str, ...]]:
        relation = self.warehouse.sql(sql)
        columns = [(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]
        assert crossing_problem(columns) is None
        return relation.to_arrow_table(), huge_columns(columns)

    def post(self, name: str, statement: Statement, rows: pa.Table, huge: tuple[str, ...]) -> None:
        bound = statement.bind(self.values)
        self.warehouse.register("insight_rows", rows)
        sql = with_data(bound.sql, "insight_rows", huge)
        self.equal(name, self.warehouse.sql(sql, params=bound.values).to_arrow_table())

    def in_wasm(self, statement: Statement, rows: pa.Table, huge: tuple[str, ...]) -> None:
        bound = statement.bind(self.values)
        if self.case.encoded and rows.num_rows:  # without rows there is no dictionary, and the engine refuses that
            texts = [pa.types.is_string(one.type) for one in rows.schema]
            columns = [one.dictionary_encode() if text else one for one, text in zip(rows.columns, texts, strict=True)]
            rows = pa.table(columns, rows.column_names)
        self.equal("wasm", self.wasm.table(rows, bound.sql, bound.values, huge))

    def equal(self, name: str, found: pa.Table) -> None:
        found_difference = difference(
            self.expected, found, self.insight.row_limit, [one.steady for one in self.case.order]
        )
        assert found_difference is None, f"{name} ({self.insight.split.mode}): {found_difference}"
