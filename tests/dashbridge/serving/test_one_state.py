"""An answer is of one state of the data; what did not change is asked for its version and not computed again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.dashbridge.serving.conftest import Counted, ask, data, gated, orders

from dashbridge.dashboards import CompiledDashboard
from dashbridge.kit import TableName
from dashbridge.serving import Answers, DataAnswer, InsightAnswer, ServingLimits
from dashbridge.serving.facts import MOVED
from dashbridge.warehouse.base import NO_LABELS, Limits, Parameter, Result
from dashbridge.warehouse.duckdb import DuckDBPool


def reasons(answer: DataAnswer) -> set[str]:
    return {one.found.reason for one in answer.insights.values() if isinstance(one, InsightAnswer)}


def options(answer: DataAnswer) -> list[str]:
    return [one["label"] for one in json.loads(answer.json())["inputs"]["region"]["options"]]


class Tables(Counted):
    """Knows the version of each table."""

    capabilities = replace(Counted.capabilities, last_modified=True)

    def __init__(self) -> None:
        super().__init__(orders())
        self.changed: dict[str, int] = {}

    async def data_version(self, tables: Sequence[TableName] = ()) -> str:
        return repr(sorted((one.name, self.changed.get(one.name, 0)) for one in set(tables)))


class Moving(Counted):
    """Its data is replaced while it reads it the first `times` times."""

    times = 1
    factor = 1.0

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        labels: Mapping[str, str] = NO_LABELS,
    ) -> Result:
        found = await super().run(sql, parameters, limits=limits, labels=labels)
        if "orders" in sql and self.times:
            self.times -= 1
            self.factor *= 2
            after = orders(factor=self.factor)
            names = ["North", "South", f"West {self.factor:g}"]
            self.replace({**after, "regions": after["regions"].set_column(1, "label", [names])})
        return found


async def test_a_renewal_asks_for_versions_and_runs_nothing(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    answers, gate = Answers(query_pool, ServingLimits()), gated(warehouse)
    first = await ask(answers, dashboard, gate)
    ran, planned = list(warehouse.runs), list(warehouse.plans)
    for _ in range(3):
        again = await ask(answers, dashboard, gate)
        assert again.etag("json", "team") == first.etag("json", "team")
    assert (warehouse.runs, warehouse.plans) == (ran, planned)
    assert len(ran) == len(dashboard.queries)


async def test_only_what_reads_a_table_that_changed_is_computed_again(
    query_pool: DuckDBPool, dashboard: CompiledDashboard
) -> None:
    warehouse = Tables()
    answers, gate = Answers(query_pool, ServingLimits()), gated(warehouse)
    first = await ask(answers, dashboard, gate)
    for table in ("regions", "orders"):
        warehouse.runs.clear()
        warehouse.changed[table] = 1
        again = await ask(answers, dashboard, gate)
        assert len(warehouse.runs) == 1
        assert table in warehouse.runs[0]
        assert again.etag("json", "team") == first.etag("json", "team")


@pytest.mark.parametrize("first", [None, "n"])
async def test_data_that_changes_while_it_is_read_is_not_mixed(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, first: str | None
) -> None:
    warehouse = Moving(orders())
    answers, gate = Answers(query_pool, ServingLimits()), gated(warehouse)
    inputs = {"region": [first]} if first else {}
    answer = await ask(answers, dashboard, gate, inputs=inputs)
    assert "West 2" in options(answer)
    fresh: Any = await ask(Answers(query_pool, ServingLimits()), dashboard, gate, inputs=inputs)
    assert data(answer, "total") == data(fresh, "total")
    assert data(answer, "by_day") == data(fresh, "by_day")
    assert MOVED not in reasons(answer)
    ran = list(warehouse.runs)
    await ask(answers, dashboard, gate)
    assert warehouse.runs == ran


async def test_data_that_never_holds_still_is_marked(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = Counted(orders())
    answers, gate = Answers(query_pool, ServingLimits()), gated(warehouse)
    told = iter(range(1_000))

    async def other(statements: Mapping[str, str]) -> dict[str, str]:
        return dict.fromkeys(statements, f"never-{next(told)}")

    monkeypatch.setattr(gate, "versions_of", other)
    answer = await ask(answers, dashboard, gate)
    assert reasons(answer) == {MOVED}
    assert answer.fresh_for_s == 0.0
    assert data(answer, "total")["props.value"]
