"""A query over 1 GB is saved only once a cheaper form was told and weighed; here anything over a block is large."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from ai_sdk.messages import ToolUse
from ai_sdk.tools import dispatch
from dashbridge.chat.context import TurnContext
from dashbridge.chat.tools import large_queries, turn_tools
from dashbridge.chat.tools.large_queries import LargeQuery, require_cheaper
from dashbridge.connections import GatedWarehouse
from dashbridge.kit import Invalid, TableName
from dashbridge.warehouse.base import Column, Kind, Table, TableSchema

Use = Callable[..., Awaitable[Any]]
WHY = "The person asked for every flight there is."
SQL = "SELECT carrier, avg(dep_delay) AS delay FROM flights GROUP BY 1"


@pytest.fixture(autouse=True)
def small_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_queries, "LARGE_BYTES", 100_000)


@pytest.fixture
def use(context: TurnContext) -> Use:
    """`await use(name, **arguments)`: the model's JSON, whether it is a refusal, and the artifacts."""
    registry = turn_tools(context)

    async def call(name: str, **arguments: Any) -> tuple[dict[str, Any], bool, dict[str, Any]]:
        done = await dispatch(registry, ToolUse("1", name, arguments))
        artifacts = {artifact.kind: artifact.data for artifact in done.artifacts}
        return orjson.loads(done.result.content), done.result.is_error, artifacts

    return call


async def save(use: Use, yaml: str, **more: Any) -> tuple[dict[str, Any], bool, dict[str, Any]]:
    found: tuple[dict[str, Any], bool, dict[str, Any]] = await use(
        "save_dashboard_yaml", yaml_content=yaml, slug="delays", **more
    )
    return found


async def test_the_first_save_is_refused_with_what_would_be_cheaper(
    use: Use, context: TurnContext, delays_yaml: str
) -> None:
    refused, failed, artifacts = await save(use, delays_yaml)
    assert failed
    assert refused["code"] == "large_query"
    (problem,) = refused["problems"]
    assert problem["path"] == "/queries/departures/sql"
    assert "main.flights" in problem["hint"]
    assert "large_queries_because" in problem["hint"]
    assert not artifacts
    assert await context.library.list(context.actor) == []


async def test_a_reason_lets_it_pass_and_the_person_is_shown_both(use: Use, delays_yaml: str) -> None:
    await save(use, delays_yaml)
    saved, failed, artifacts = await save(use, delays_yaml, large_queries_because=WHY)
    assert not failed, saved
    for told in (saved, artifacts["saved"]):
        assert told["large_queries_because"] == WHY
        (large,) = told["large_queries"]
        assert large["query"] == "departures"
        assert large["cheaper"]


async def test_a_reason_given_before_anything_cheaper_was_told_does_not_count(use: Use, delays_yaml: str) -> None:
    refused, failed, _ = await save(use, delays_yaml, large_queries_because=WHY)
    assert failed
    assert refused["code"] == "large_query"


async def test_a_reason_that_says_nothing_is_none(use: Use, delays_yaml: str) -> None:
    await save(use, delays_yaml)
    refused, failed, _ = await save(use, delays_yaml, large_queries_because="yes")
    assert failed
    assert refused["code"] == "wrong_arguments"


async def test_a_dry_run_tells_the_cheaper_forms_so_that_a_save_with_a_reason_passes(
    use: Use, delays_yaml: str
) -> None:
    sql = delays_yaml.split("sql: |\n")[1].split("insights:")[0]
    text = "\n".join(line.removeprefix("      ") for line in sql.splitlines()) + "\n"
    tried, failed, _ = await use("run_dry_run_query", sql=text)
    assert not failed
    assert tried["cheaper"]
    assert "cheaper form" in tried["propose"]
    _, failed, _ = await save(use, delays_yaml, large_queries_because=WHY)
    assert not failed


async def test_a_check_tells_them_too(use: Use, delays_yaml: str) -> None:
    checked, _, _ = await use("validate_dashboard_yaml", yaml_content=delays_yaml)
    assert [one["query"] for one in checked["large_queries"]] == ["departures"]
    _, failed, _ = await save(use, delays_yaml, large_queries_because=WHY)
    assert not failed


async def test_a_query_that_was_there_before_is_not_asked_about_again(use: Use, delays_yaml: str) -> None:
    await save(use, delays_yaml)
    await save(use, delays_yaml, large_queries_because=WHY)
    saved, failed, _ = await save(use, delays_yaml.replace("title: Departure", "title: Late departure"))
    assert not failed, saved
    assert "large_queries" not in saved


async def test_a_small_query_is_told_no_forms(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_queries, "LARGE_BYTES", 10**9)
    tried, _, _ = await use("run_dry_run_query", sql=SQL)
    assert "cheaper" not in tried
    assert "layouts" not in tried


@pytest.mark.parametrize(("bytes_now", "passes"), [(5_000, False), (4_600, False), (4_500, True), (1_500, True)])
def test_a_query_that_reads_a_tenth_less_passes(context: TurnContext, bytes_now: int, passes: bool) -> None:
    with pytest.raises(Invalid):
        require_cheaper(context, [LargeQuery("q", "a" * 64, 5_000, ("less",))], None)
    again = [LargeQuery("q", "b" * 64, bytes_now, ("less",))]
    if passes:
        require_cheaper(context, again, None)
    else:
        with pytest.raises(Invalid):
            require_cheaper(context, again, None)


async def test_partitions_and_clusters_are_named(
    use: Use, context: TurnContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def laid_out(self: GatedWarehouse, table: TableName) -> TableSchema:
        columns = (Column("day", "DATE", Kind.DATE), Column("carrier", "STRING", Kind.TEXT))
        return TableSchema(Table(table, "table", 9, 3 * 10**12), columns, "day", ("carrier",), True, "2026-01-31")

    monkeypatch.setattr(GatedWarehouse, "table_schema", laid_out)
    tried, _, _ = await use("run_dry_run_query", sql=SQL)
    (layout,) = tried["layouts"]
    assert layout == {
        "table": "main.flights",
        "bytes": 3 * 10**12,
        "partitioned_by": "day",
        "partition_filter_required": True,
        "last_partition": "2026-01-31",
        "clustered_by": ["carrier"],
    }
    first = tried["cheaper"][0]
    assert first == (
        "filter main.flights (3 TB) by its partition column day, whose newest partition is 2026-01-31, then by carrier"
    )
    schema, _, _ = await use("get_table_schema", table_name="flights")
    assert schema["partition_filter_required"] is True
