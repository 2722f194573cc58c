"""Plans by table: kept as long as what a statement reads stays, views and wildcards included; what runs is capped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from tests.fakes import paying
from tests.fakes.paying import TEAM, account, costs_in_memory

from dashbridge.connections import GatedWarehouse, StatementNotAllowed, plans
from dashbridge.costs import OverBudget, Purpose
from dashbridge.kit import TableName, Unavailable
from dashbridge.sql import Scope
from dashbridge.warehouse.base import NO_LABELS, Capabilities, DryRun, Limits, Parameter, Result

MIB = 2**20
LEAST = 10 * MIB
SALES = TableName("shop", "sales")
LAKE = TableName("shop", "lake")
MOMENT = datetime(2026, 2, 3, tzinfo=UTC)


class Lake:
    """Knows versions by table; `behind` names what a view's plan reads; bills what it is told to."""

    capabilities = Capabilities(
        "bigquery",
        billed=True,
        minimum_bytes_per_table=LEAST,
        minimum_bytes_per_query=LEAST,
        reports_bytes_billed=True,
        last_modified=True,
    )

    def __init__(self) -> None:
        self.changed: dict[TableName, int] = {}
        self.tables: tuple[TableName, ...] = (SALES,)
        self.size = 25 * MIB + 1
        self.billed: int | None = 12 * MIB
        self.plans = 0
        self.runs: list[tuple[Limits, Mapping[str, str]]] = []
        self.asked: list[tuple[TableName, ...]] = []
        self.known: set[TableName] = set()
        self.looked = 0
        self.down = False

    async def dry_run(self, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
        self.plans += 1
        return DryRun("SELECT", self.tables, (), self.size)

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        labels: Mapping[str, str] = NO_LABELS,
    ) -> Result:
        self.runs.append((limits, labels))
        return Result(pa.table({"a": [1]}), self.size, 0.0, bytes_billed=self.billed, job_id="job-1")

    async def last_modified(self, tables: Sequence[TableName]) -> dict[TableName, datetime]:
        self.looked += 1
        if self.down:
            raise Unavailable("not now")
        return {table: MOMENT for table in tables if table in self.known}

    async def data_version(self, tables: Sequence[TableName] = ()) -> str:
        self.asked.append(tuple(tables))
        return repr([(str(table), self.changed.get(table, 0)) for table in sorted(set(tables), key=str)])


def gated(lake: Any, *, cap: int = 2**40) -> GatedWarehouse:
    scope = Scope("bigquery", frozenset({"shop"}), default_dataset="shop", default_project="own")
    return GatedWarehouse(lake, connection_id=uuid4(), scope=scope, limits=Limits(cap, 10, 5.0), usd_per_tib=6.25)


async def test_a_plan_is_kept_while_its_tables_stay() -> None:
    lake = Lake()
    gate = gated(lake)
    first = await gate.dry_run("SELECT a FROM sales")
    lake.changed[LAKE] = 1
    assert await gate.dry_run("SELECT a FROM sales") == first
    assert lake.plans == 1
    lake.changed[SALES] = 1
    again = await gate.dry_run("SELECT a FROM sales")
    assert (lake.plans, again.data_version == first.data_version) == (2, False)


async def test_a_view_has_the_version_of_itself_and_of_what_is_behind_it() -> None:
    lake = Lake()
    lake.tables = (LAKE,)
    gate = gated(lake)
    named = {"q": "SELECT a FROM sales"}
    first = await gate.versions_of(named)
    assert await gate.versions_of(named) == first
    assert lake.plans == 1
    assert set(lake.asked[-1]) == {SALES, LAKE}
    for table in (LAKE, SALES):
        lake.changed[table] = 1
        then = await gate.versions_of(named)
        assert then != first
        first = then


async def test_each_query_has_a_version_of_its_own() -> None:
    lake = Lake()
    lake.tables = ()
    gate = gated(lake)
    named = {"one": "SELECT a FROM sales", "other": "SELECT a FROM lake", "bad": "DROP TABLE sales"}
    before = await gate.versions_of(named)
    lake.changed[LAKE] = 1
    after = await gate.versions_of(named)
    assert {name for name in named if before[name] != after[name]} == {"other"}


async def test_a_new_table_of_a_set_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    lake, now = Lake(), [100.0]
    monkeypatch.setattr(plans, "monotonic", lambda: now[0])
    lake.tables = (TableName("shop", "events_1"),)
    gate = gated(lake)
    sql = "SELECT a FROM `shop.events_*`"
    first = await gate.dry_run(sql)
    lake.tables += (TableName("shop", "events_2"),)
    assert await gate.dry_run(sql) == first
    now[0] += 10
    assert (await gate.dry_run(sql)).data_version != first.data_version


@pytest.mark.parametrize("table", [TableName("private", "salaries"), TableName("shop", "sales", "foreign")])
async def test_a_view_does_not_lead_out_of_the_connection(table: TableName) -> None:
    lake = Lake()
    lake.tables = (table,)
    gate = gated(lake)
    with pytest.raises(StatementNotAllowed) as refused:
        await gate.run("SELECT a FROM sales", spending=account())
    assert "salaries" not in str(refused.value)
    assert lake.runs == []


async def test_a_run_is_capped_at_what_was_admitted_labelled_and_settled_to_its_bill() -> None:
    lake, costs = Lake(), costs_in_memory()
    async with costs.refresh(paying.ADA, Purpose("data", "My.Shop")) as spending:
        _, record = await gated(lake).run("SELECT a FROM sales", spending=spending, part="traces.by_day")
    assert record.estimate.bytes == 26 * MIB
    ((limits, labels),) = lake.runs
    assert limits.max_bytes == 26 * MIB
    assert labels == {"team": str(TEAM), "purpose": "data", "dashboard": "my-shop", "view": "traces-by_day"}
    assert (spending.estimated.bytes, spending.billed.bytes) == (26 * MIB, 12 * MIB)
    total = (await costs.report(paying.ADA, days=2)).total
    assert (total.estimated, total.billed, total.unsettled) == (26 * MIB, 12 * MIB, 0)
    await costs.close()


async def test_a_cap_under_the_least_that_is_billed_still_lets_a_small_query_run() -> None:
    lake, costs = Lake(), costs_in_memory()
    lake.size = 1_000
    await gated(lake, cap=2_000).run("SELECT a FROM sales", spending=account(costs))
    assert lake.runs[0][0].max_bytes == LEAST
    await costs.close()


async def test_a_bill_that_does_not_come_counts_as_estimated() -> None:
    lake, costs = Lake(), costs_in_memory(day=100 * MIB)
    lake.billed = None
    async with account(costs) as spending:
        await gated(lake).run("SELECT a FROM sales", spending=spending)
    report = await costs.report(paying.ADA, days=2)
    assert (report.total.unsettled, report.total.billed) == (1, 0)
    assert report.budgets[2].used == 26 * MIB
    await costs.close()


async def test_over_the_budget_nothing_runs() -> None:
    lake, costs = Lake(), costs_in_memory(refresh=26 * MIB - 1)
    with pytest.raises(OverBudget):
        await gated(lake).run("SELECT a FROM sales", spending=account(costs))
    assert lake.runs == []
    await costs.close()


async def test_a_run_says_when_its_tables_changed_where_that_is_known() -> None:
    lake = Lake()
    own = replace(SALES, project="own")
    lake.tables, lake.known = (own, LAKE), {SALES}
    _, record = await gated(lake).run("SELECT a FROM sales", spending=account())
    assert dict(record.last_modified) == {own: MOMENT}
    lake.down = True
    result, record = await gated(lake).run("SELECT a FROM sales", spending=account())
    assert (result.table.num_rows, dict(record.last_modified), lake.looked) == (1, {}, 2)
