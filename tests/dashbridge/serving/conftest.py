"""A small shop in memory whose runs are counted, and how its dashboards are asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from tests.fakes.paying import account

from dashbridge.connections import GatedWarehouse
from dashbridge.dashboards import CompiledDashboard, compile_dashboard, load_dashboard
from dashbridge.insights import CompiledInsight
from dashbridge.kit import DashbridgeError
from dashbridge.serving import Answers, Asked, DataAnswer, ServingLimits
from dashbridge.sql import Scope
from dashbridge.warehouse.base import NO_LABELS, DryRun, Limits, Parameter, Result
from dashbridge.warehouse.duckdb import DuckDBPool
from dashbridge.warehouse.memory import MemoryWarehouse

TODAY = date(2024, 6, 1)
ASKED = Asked("team-a", "connection", "shop", 1, "f" * 64)


class Counted(MemoryWarehouse):
    """Counts its runs; may fail, and may be held."""

    def __init__(self, tables: dict[str, pa.Table]) -> None:
        super().__init__(tables)
        self.runs: list[str] = []
        self.plans: list[str] = []
        self.fault: DashbridgeError | None = None
        self.started = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def dry_run(self, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
        self.plans.append(sql)
        return await super().dry_run(sql, parameters)

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        labels: Mapping[str, str] = NO_LABELS,
    ) -> Result:
        self.runs.append(sql)
        self.started.set()
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        return await super().run(sql, parameters, limits=limits, labels=labels)


def orders(rows: int = 300, factor: float = 1.0) -> dict[str, pa.Table]:
    regions = ["n", "s", "w"]
    return {
        "orders": pa.table(
            {
                "day": [date(2024, 1, 1 + n % 28) for n in range(rows)],
                "region": [regions[n % 3] for n in range(rows)],
                "amount": [n % 50 / 4.0 * factor for n in range(rows)],
            }
        ),
        "regions": pa.table({"region": regions, "label": ["North", "South", "=West"]}),
    }


def gated(
    warehouse: MemoryWarehouse,
    datasets: frozenset[str] = frozenset({"main"}),
    usd_per_tib: float = 0.0,
    limits: Limits = Limits(),
) -> GatedWarehouse:
    scope = Scope("duckdb", datasets, default_dataset="main")
    return GatedWarehouse(warehouse, connection_id=uuid4(), scope=scope, limits=limits, usd_per_tib=usd_per_tib)


def split_anew(insight: CompiledInsight, **changed: Any) -> CompiledInsight:
    """The insight with other halves: `mode`, `reason`, `pre`, `pre_local`, `post`, `whole`, `whole_local`."""
    names = ("mode", "reason", "pre", "pre_local", "post", "whole", "whole_local")
    split: Any = SimpleNamespace(**{name: getattr(insight.split, name) for name in names} | changed)
    return replace(insight, split=split)


def compiled(yaml: str) -> CompiledDashboard:
    return compile_dashboard(load_dashboard(yaml))


@pytest.fixture
def dashboard(shop_yaml: str) -> CompiledDashboard:
    return compiled(shop_yaml)


@pytest.fixture
def answers(query_pool: DuckDBPool) -> Answers:
    return Answers(query_pool, ServingLimits())


@pytest.fixture
def warehouse() -> Counted:
    return Counted(orders())


async def ask(answers: Answers, dashboard: CompiledDashboard, warehouse: Any, **options: Any) -> DataAnswer:
    inputs = options.pop("inputs", {})
    asked = options.pop("asked", ASKED)
    spending = options.pop("spending", None) or account()
    guarded = warehouse if isinstance(warehouse, GatedWarehouse) else gated(warehouse)
    return await answers.answer(asked, dashboard, guarded, inputs, today=TODAY, spending=spending, **options)


def data(answer: DataAnswer, insight: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = json.loads(answer.json())["insights"][insight]["data"]
    return found
