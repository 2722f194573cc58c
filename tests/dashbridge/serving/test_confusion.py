"""Nobody is ever given what belongs to another team, another filter or older data, whatever the caches do.

Three teams have the same dashboard over the same connection name, in two processes that share a Valkey. Each row names
its team, its region and the version of its data. Answers are asked for with twenty choices of the filter, while data
changes at any moment.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast
from uuid import UUID, uuid5

import duckdb
import pyarrow as pa
import pytest
from tests.dashbridge.serving.conftest import ASKED, TODAY, compiled
from tests.fakes.paying import account

from dashbridge.connections import GatedWarehouse
from dashbridge.serving import Answers, DataAnswer, InsightAnswer, SecondLevel, ServingLimits, SharedLimits
from dashbridge.shared_cache.valkey import ValkeyCache
from dashbridge.sql import Scope
from dashbridge.warehouse.base import (
    NO_LABELS,
    Capabilities,
    Column,
    DryRun,
    Kind,
    Limits,
    LocalEngine,
    Parameter,
    Result,
    TableName,
)
from fakes.valkey import RunningValkey, valkey, valkey_process  # noqa: F401 - fixtures

REQUESTS = 20_000
CHANGES = 30
AT_ONCE = 40
TEAMS = ("amber", "blue", "coral")
REGIONS = tuple("abcdefgh")
ENGINE = duckdb.connect(config={"threads": 1})
CONNECTION = UUID(int=7)  # the same for all: only the team tells them apart
YAML = """
version: 1
title: Who
connection: shop
inputs:
  region: {type: multi_select, options: {query: regions, column: region}, default: all}
queries:
  seen: {sql: "SELECT region, who FROM seen"}
  regions: {sql: "SELECT region FROM regions"}
insights:
  seen: {query: seen, props: {x: region, y: max(who)}, interactions: [{filter: "region IN ${ref(region).values}"}]}
views: {seen: {type: bar, title: Seen, insight: seen}}
layout: {rows: [{height: sm, items: [{view: seen, span: 12}]}]}
"""


def computed(tables: Mapping[str, pa.Table], sql: str, values: Sequence[Parameter]) -> pa.Table:
    """DuckDB in this process, without a worker."""
    with ENGINE.cursor() as con:
        for name, table in tables.items():
            con.register(name, table)
        return con.sql(sql, params=list(values)).to_arrow_table()


@dataclass
class Tiny:
    """A warehouse of two tables, whose rows say whose they are and of which version."""

    team: str
    version: int = 0
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(dialect="duckdb"))

    def rows(self, sql: str, values: Sequence[Parameter]) -> pa.Table:
        who = [f"{self.team} {self.version:04} {one}" for one in REGIONS]
        tables = {"regions": pa.table({"region": REGIONS}), "seen": pa.table({"region": REGIONS, "who": who})}
        return computed(tables, sql, values)

    async def dry_run(self, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
        columns = (Column(name, "VARCHAR", Kind.TEXT) for name in self.rows(sql, parameters).column_names)
        return DryRun("SELECT", (TableName("main", "seen"),), tuple(columns), 100)

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        labels: Mapping[str, str] = NO_LABELS,
    ) -> Result:
        found = self.rows(sql, parameters)
        for _ in range(random.randrange(4)):
            await asyncio.sleep(0)
        return Result(found, 100, 0.0)

    async def last_modified(self, tables: Sequence[TableName]) -> dict[TableName, datetime]:
        return {}

    async def data_version(self, tables: Sequence[TableName] = ()) -> str:
        return f"v{self.version}"

    async def close(self) -> None:
        pass


class Beside:
    """The local engine in this process."""

    async def query_many(
        self,
        tables: Mapping[str, pa.Table],
        statements: Sequence[tuple[str, Sequence[Parameter]]],
        *,
        limits: Limits = Limits(),
        key: str | None = None,
    ) -> list[Result]:
        await asyncio.sleep(0)
        return [Result(computed(tables, sql, values), 0, 0.0) for sql, values in statements]


def filters() -> list[tuple[str, ...]]:
    """Twenty choices, many of which overlap."""
    some = [*itertools.combinations(REGIONS, 1), *itertools.combinations(REGIONS, 3)]
    return [*random.Random(5).sample(some, 19), REGIONS]


def confusions(answer: DataAnswer, team: str, chosen: tuple[str, ...], least: int, most: int) -> list[str]:
    """What in the answer is another's, or older than what was there when it was asked for."""
    found = []
    seen = answer.insights["seen"]
    assert isinstance(seen, InsightAnswer)
    regions, names = (column.to_pylist() for column in seen.table.columns)
    if set(regions) != set(chosen):
        found.append(f"{team} asked for {chosen}, and was given {regions}")
    for name in names:
        whose, version, region = name.split()
        if whose != team or region not in chosen or not least <= int(version) <= most:
            found.append(f"{team} {chosen} at {least} to {most} was given {name!r}")
    if [option["value"] for option in answer.inputs["region"].options or []] != list(REGIONS):
        found.append(f"{team} was given other options")
    return found


@pytest.mark.slow
async def test_no_answer_is_ever_confused_with_another(valkey: RunningValkey) -> None:  # noqa: F811
    chance, dashboard = random.Random(11), compiled(YAML)
    warehouses = {team: Tiny(team) for team in TEAMS}
    asked = {team: replace(ASKED, team_id=str(uuid5(CONNECTION, team))) for team in TEAMS}
    scope = Scope("duckdb", frozenset({"main"}), default_dataset="main")
    caches = [ValkeyCache(valkey.url, max_bytes=1 << 20) for _ in range(2)]
    processes = [
        (
            Answers(cast(LocalEngine, Beside()), ServingLimits(), SecondLevel(cache, SharedLimits(call_s=30.0))),
            {
                team: GatedWarehouse(one, connection_id=CONNECTION, scope=scope, limits=Limits())
                for team, one in warehouses.items()
            },
        )
        for cache in caches
    ]
    choices, spending = filters(), account()
    left, wrong = REQUESTS, list[str]()

    async def visitor() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            if left % (REQUESTS // CHANGES) == 0:
                warehouses[chance.choice(TEAMS)].version += 1
            (answers, gates), team, chosen = chance.choice(processes), chance.choice(TEAMS), chance.choice(choices)
            least = warehouses[team].version
            answer = await answers.answer(
                asked[team], dashboard, gates[team], {"region": chosen}, today=TODAY, spending=spending
            )
            wrong.extend(confusions(answer, team, chosen, least, warehouses[team].version))

    await asyncio.gather(*(visitor() for _ in range(AT_ONCE)))
    assert wrong == []
    assert sum(one.version for one in warehouses.values()) >= CHANGES
    with valkey.client() as client:
        assert client.dbsize() > len(TEAMS)
    for answers, _ in processes:
        await answers.close()
    for cache in caches:
        await cache.close()
