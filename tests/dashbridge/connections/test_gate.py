"""Nothing reaches a warehouse that did not pass the gate, on the very data it passed for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
import pytest
from tests.fakes.paying import account

from dashbridge.connections import GatedWarehouse, OverByteCap, StatementNotAllowed
from dashbridge.kit import Invalid, NotFound, TableName, Unavailable
from dashbridge.sql import Scope, SqlRefused
from dashbridge.warehouse.base import (
    NO_LABELS,
    Capabilities,
    Dataset,
    DryRun,
    Limits,
    Parameter,
    Result,
    Table,
    TableSchema,
)

GOOD = "SELECT a FROM t"
PLAN = DryRun("SELECT", (TableName("main", "t"),), (), 100)


@dataclass
class Spy:
    """A warehouse that writes down what is asked of it; `versions` are given out one a call, the last for good."""

    plan: DryRun = PLAN
    versions: list[str] = field(default_factory=lambda: ["v1"])
    calls: list[tuple[str, str]] = field(default_factory=list)
    limits: list[Limits] = field(default_factory=list)
    given: list[tuple[Parameter, ...]] = field(default_factory=list)
    capabilities: Capabilities = field(default_factory=lambda: Capabilities("duckdb"))

    async def list_datasets(self) -> list[Dataset]:
        return [Dataset("main"), Dataset("private")]

    async def list_tables(self, dataset: str) -> list[Table]:
        self.calls.append(("list_tables", dataset))
        return [Table(TableName(dataset, "t"), "table")]

    async def table_schema(self, table: TableName) -> TableSchema:
        self.calls.append(("table_schema", str(table)))
        return TableSchema(Table(table, "table"), ())

    async def dry_run(self, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
        self.calls.append(("dry_run", sql))
        self.given.append(tuple(parameters))
        return self.plan

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        labels: Mapping[str, str] = NO_LABELS,
    ) -> Result:
        self.calls.append(("run", sql))
        self.given.append(tuple(parameters))
        self.limits.append(limits)
        return Result(pa.table({"a": [1]}), 100, 0.0)

    async def last_modified(self, tables: Sequence[TableName]) -> dict[TableName, datetime]:
        return {}

    async def data_version(self, tables: Sequence[TableName] = ()) -> str:
        return self.versions.pop(0) if len(self.versions) > 1 else self.versions[0]

    async def close(self) -> None:
        self.calls.append(("close", ""))

    def count(self, what: str) -> int:
        return sum(call == what for call, _ in self.calls)


def gated(spy: Spy, datasets: frozenset[str] | None = frozenset({"main"}), cap: int = 1_000) -> GatedWarehouse:
    scope = Scope("duckdb", datasets, default_dataset="main")
    return GatedWarehouse(spy, connection_id=uuid4(), scope=scope, limits=Limits(cap, 10_000, 5.0))


HOSTILE = [
    "DROP TABLE t",
    "INSERT INTO t VALUES (1)",
    "UPDATE t SET a = 1",
    "DELETE FROM t",
    "CREATE TABLE x AS SELECT 1",
    "COPY t TO '/tmp/x.csv'",
    "ATTACH '/etc/passwd' AS x",
    "INSTALL httpfs",
    "SET memory_limit = '1GB'",
    "PRAGMA database_list",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE t",
    "SELECT * FROM private.salaries",
    "WITH t AS (SELECT * FROM private.salaries) SELECT * FROM t",
    "SELECT a FROM t UNION ALL SELECT who FROM private.salaries",
    "SELECT (SELECT max(pay) FROM private.salaries) FROM t",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('salaries')",
    "SELECT getenv('HOME')",
    "SELECT 1 INTO x",
    "not sql at all",
    "",
    ";",
    "SELECT " + "(" * 200 + "1" + ")" * 200,
    "SELECT " + " OR ".join(["a = 1"] * 20_000) + " FROM t",
    "SELECT a FROM t\0",
]


def paid(method: str) -> dict[str, Any]:
    """What a call of a method needs beside the statement."""
    return {"spending": account()} if method == "run" else {}


@pytest.mark.parametrize("method", ["dry_run", "run"])
@pytest.mark.parametrize("sql", HOSTILE, ids=[sql[:40] for sql in HOSTILE])
async def test_a_hostile_statement_never_reaches_the_warehouse(sql: str, method: str) -> None:
    spy = Spy()
    with pytest.raises(SqlRefused) as refused:
        await getattr(gated(spy), method)(sql, **paid(method))
    assert spy.calls == []
    assert refused.value.status == 422


async def test_every_run_has_a_dry_run_of_the_same_statement_first() -> None:
    spy = Spy()
    result, record = await gated(spy).run(GOOD, spending=account())
    assert spy.calls == [("dry_run", GOOD), ("run", GOOD)]
    assert (result.bytes_scanned, record.plan, record.limit, record.data_version) == (100, PLAN, 1_000, "v1")


async def test_a_plan_is_kept_for_its_data_version_only() -> None:
    spy = Spy()
    warehouse = gated(spy)
    for _ in range(3):
        await warehouse.run(GOOD, spending=account())
    assert (spy.count("dry_run"), spy.count("run")) == (1, 3)
    spy.versions = ["v2"]
    await warehouse.run(GOOD, spending=account())
    assert spy.count("dry_run") == 2
    await warehouse.run(GOOD + " ", spending=account())
    assert spy.count("dry_run") == 3


async def test_values_go_to_the_plan_and_to_the_run() -> None:
    spy = Spy()
    await gated(spy).run("SELECT a FROM t WHERE a = ?", ["x"], spending=account())
    assert spy.given == [("x",), ("x",)]


async def test_a_plan_is_kept_for_its_values_only() -> None:
    spy = Spy()
    warehouse = gated(spy)
    sql = "SELECT a FROM t WHERE a = ?"
    same = [1, True, 1.0, "1", None]
    for value in (*same, *same):
        await warehouse.dry_run(sql, [value])
    assert [values for (values,) in spy.given] == same
    assert list(map(type, (values for (values,) in spy.given))) == list(map(type, same))


@pytest.mark.parametrize("method", ["dry_run", "run"])
@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("SELECT a FROM t WHERE a = ?", []),
        ("SELECT a FROM t WHERE a = ?", [1, 2]),
        ("SELECT a FROM t", [1]),
        ("SELECT a FROM t LIMIT ?", [1]),
        ("SELECT a FROM ?", ["private.salaries"]),
        ("SELECT a FROM private.salaries WHERE a = ?", [1]),
        ("DELETE FROM t WHERE a = ?", [1]),
    ],
)
async def test_a_placeholder_without_its_value_never_reaches_the_warehouse(
    sql: str, values: list[Parameter], method: str
) -> None:
    spy = Spy()
    with pytest.raises(SqlRefused):
        await getattr(gated(spy), method)(sql, values, **paid(method))
    assert spy.calls == []


async def test_data_that_changes_under_a_run_is_gated_and_read_again() -> None:
    spy = Spy(versions=["v1", "v2", "v2"])
    _, record = await gated(spy).run(GOOD, spending=account())
    assert [call for call, _ in spy.calls] == ["dry_run", "run", "dry_run", "run"]
    assert record.data_version == "v2"


async def test_new_data_that_does_not_pass_gives_no_rows() -> None:
    class Swapped(Spy):
        async def run(self, *args: Any, **options: Any) -> Result:
            self.plan = replace(PLAN, tables=(TableName("private", "salaries"),))
            self.versions = ["v2"]
            return await super().run(*args, **options)

    with pytest.raises(StatementNotAllowed):
        await gated(Swapped()).run(GOOD, spending=account())


async def test_data_that_never_stands_still_is_an_error() -> None:
    spy = Spy(versions=[str(number) for number in range(20)])
    with pytest.raises(Unavailable, match="changed while"):
        await gated(spy).run(GOOD, spending=account())


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, statement_type="INSERT"),
        replace(PLAN, statement_type="EXPORT_DATA"),
        replace(PLAN, statement_type="UNKNOWN"),
        replace(PLAN, tables=(TableName("main", "t"), TableName("private", "salaries"))),
    ],
    ids=["insert", "export", "unknown", "a view over another dataset"],
)
async def test_what_the_engine_sees_counts_too(plan: DryRun) -> None:
    spy = Spy(plan=plan)
    warehouse = gated(spy)
    for method in ("dry_run", "run", "run"):
        with pytest.raises(StatementNotAllowed):
            await getattr(warehouse, method)(GOOD, **paid(method))
    assert spy.count("run") == 0


async def test_a_refusal_does_not_tell_the_hidden_table() -> None:
    spy = Spy(plan=replace(PLAN, tables=(TableName("private", "salaries"),)))
    with pytest.raises(StatementNotAllowed) as refused:
        await gated(spy).dry_run(GOOD)
    assert "salaries" not in str(refused.value)


@pytest.mark.parametrize(("cap", "asked", "limit"), [(1_000, None, 1_000), (1_000, 500, 500), (1_000, 10**12, 1_000)])
async def test_the_cap_is_only_ever_lowered(cap: int, asked: int | None, limit: int) -> None:
    record = await gated(Spy(), cap=cap).dry_run(GOOD, max_bytes=asked)
    assert record.limit == limit


@pytest.mark.parametrize(("cap", "asked"), [(99, None), (99, 10**12), (1_000, 99), (1_000, 0), (1_000, -1)])
async def test_over_the_cap_nothing_runs(cap: int, asked: int | None) -> None:
    spy = Spy()
    warehouse = gated(spy, cap=cap)
    with pytest.raises(OverByteCap) as refused:
        await warehouse.dry_run(GOOD, max_bytes=asked)
    assert refused.value.details["bytes_scanned"] == 100
    if asked is None:
        with pytest.raises(OverByteCap):
            await warehouse.run(GOOD, spending=account())
    assert spy.count("run") == 0


async def test_a_lowered_cap_is_not_remembered_as_passed() -> None:
    warehouse = gated(Spy())
    await warehouse.dry_run(GOOD)
    with pytest.raises(OverByteCap):
        await warehouse.dry_run(GOOD, max_bytes=10)
    await warehouse.dry_run(GOOD)


@pytest.mark.parametrize(("asked", "rows"), [(None, 10_000), (5, 5), (10**9, 10_000), (0, 0)])
async def test_the_row_limit_is_only_ever_lowered(asked: int | None, rows: int) -> None:
    spy = Spy()
    await gated(spy).run(GOOD, max_rows=asked, spending=account())
    assert spy.limits == [Limits(1_000, rows, 5.0)]


async def test_the_catalog_shows_the_scope_only() -> None:
    spy = Spy()
    warehouse = gated(spy)
    assert [dataset.name for dataset in await warehouse.list_datasets()] == ["main"]
    with pytest.raises(NotFound):
        await warehouse.list_tables("private")
    with pytest.raises(NotFound):
        await warehouse.table_schema(TableName("private", "salaries"))
    assert spy.calls == []
    assert len(await gated(spy, None).list_datasets()) == 2


async def test_another_scope_is_another_policy() -> None:
    one, other = gated(Spy()), gated(Spy(), frozenset({"main", "private"}))
    assert one.policy == gated(Spy()).policy
    assert len({one.policy, other.policy, gated(Spy(), None).policy, gated(Spy(), cap=5).policy}) == 4


async def test_the_gate_passes_on_to_no_other_method() -> None:
    """Whoever adds a method to the gate decides here what it checks."""
    assert {name for name in vars(GatedWarehouse) if not name.startswith("_")} == {
        *("close", "data_version", "default_dataset", "dialect", "dry_run", "list_datasets", "list_tables"),
        *("by_table", "checked_s", "max_bytes", "run", "table_schema", "planned", "versions_of"),
    }


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM private.salaries", "SELECT * FROM main.leak", "SELECT who FROM salaries"]
)
async def test_the_real_engine_keeps_a_hidden_dataset_hidden(
    sql: str, shop: Any, rooms: Any, admin: Any, put_file: Callable[..., Any], tmp_path: Any, shop_file: Any
) -> None:
    add_leak(shop_file, tmp_path / "leak.duckdb")
    put_file(admin, tmp_path / "leak.duckdb", "shop.duckdb")
    warehouse = await rooms.connections.open(admin, "shop")
    with pytest.raises(Invalid) as refused:
        await warehouse.run(sql, spending=account())
    assert "CANARY" not in str(refused.value)


def add_leak(source: Any, target: Any) -> None:
    target.write_bytes(source.read_bytes())
    with duckdb.connect(str(target)) as con:
        con.execute("CREATE VIEW main.leak AS SELECT * FROM private.salaries")
