"""Each tool's answer, each tool's refusals, and what no argument of a model can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
import pytest_asyncio

from ai_sdk.messages import ToolUse
from ai_sdk.tools import ToolRegistry, dispatch
from dashbridge.api.deps import Rooms
from dashbridge.chat.context import TurnContext
from dashbridge.chat.tools import TOOLS, turn_tools
from dashbridge.connections import DuckDBSettings
from dashbridge.sharing import Actor

Use = Callable[..., Any]
SIZE = 262_144


class Used:
    """A tool call's outcome: what the model reads, and all that was told of it."""

    def __init__(self, done: Any, context: TurnContext) -> None:
        self.ok = not done.result.is_error
        self.body: dict[str, Any] = orjson.loads(done.result.content)
        self.artifacts = {artifact.kind: artifact.data for artifact in (*done.artifacts, *context.notes)}
        self.everything = repr(done) + repr(context.notes)
        context.notes.clear()


@pytest.fixture
def use(context: TurnContext) -> Use:
    """`await use(name, **arguments)` calls a tool as a model would."""
    return _use(context)


def _use(context: TurnContext) -> Use:
    registry = turn_tools(context)

    async def use(name: str, **arguments: Any) -> Used:
        return Used(await dispatch(registry, ToolUse("1", name, arguments)), context)

    return use


@pytest_asyncio.fixture
async def tiny(rooms: Rooms, admin: Actor, context: TurnContext) -> TurnContext:
    """A turn on `tiny`: the same file, with a cap of a thousand bytes a query."""
    await rooms.connections.create(
        admin, "tiny", DuckDBSettings(path="flights.duckdb"), max_bytes_per_query=1_000, allowed_datasets=["main"]
    )
    context.connection_name = "tiny"
    context.warehouse = await rooms.connections.open(admin, "tiny")
    return context


def test_the_model_gets_these_tools(context: TurnContext) -> None:
    registry = turn_tools(context)
    assert isinstance(registry, ToolRegistry)
    named = [module.__name__.rpartition(".")[2] for module in TOOLS]
    assert list(registry.names) == [name for name in named if name != "column_values"]
    assert set(registry.names) == {
        "list_datasets",
        "list_tables",
        "get_table_schema",
        "search_catalog",
        "run_dry_run_query",
        "validate_dashboard_yaml",
        "save_dashboard_yaml",
        "list_dashboards",
        "get_dashboard_yaml",
        "ask_question",
    }
    for spec in registry.specs:
        assert len(spec.description) > 60
        assert spec.input_schema["additionalProperties"] is False


async def test_exploring(use: Use) -> None:
    assert (await use("list_datasets")).body == {"datasets": [{"name": "main", "description": None}]}
    assert (await use("list_tables", dataset_name="main")).body == {
        "dataset": "main",
        "tables": [
            {"name": "main.airlines", "kind": "table", "rows": 3, "bytes": SIZE, "description": None},
            {"name": "main.flights", "kind": "table", "rows": 5000, "bytes": SIZE, "description": None},
        ],
    }
    for name in ("main.flights", "flights", "`main`.`flights`"):
        schema = (await use("get_table_schema", table_name=name)).body
        assert schema["table"] == "main.flights"
    assert schema["columns"][1] == {
        "name": "carrier",
        "type": "VARCHAR",
        "kind": "text",
        "nullable": True,
        "distinct": 3,
        "description": None,
    }
    assert schema.keys() == {
        "table",
        "kind",
        "rows",
        "bytes",
        "description",
        "partitioned_by",
        "clustered_by",
        "partition_filter_required",
        "last_partition",
        "columns",
    }
    best = (await use("search_catalog", text="departure delay")).body["matches"][0]
    assert best.keys() == {"table", "column", "score"}
    assert (best["table"], best["column"]) == ("main.flights", "dep_delay")


async def test_a_dry_run_tells_columns_and_bytes(use: Use) -> None:
    sql = "SELECT carrier, avg(dep_delay) AS delay FROM flights GROUP BY 1"
    done = await use("run_dry_run_query", sql=sql)
    assert done.body == {
        "ok": True,
        "statement_type": "SELECT",
        "tables": ["main.flights"],
        "columns": [
            {"name": "carrier", "type": "VARCHAR", "kind": "text"},
            {"name": "delay", "type": "DOUBLE", "kind": "float"},
        ],
        "bytes_scanned": SIZE,
        "limit": 100_000_000,
        "price": {"bytes": SIZE, "usd_at_most": 0.0, "turn_bytes_left": None},
    }
    assert done.artifacts["dry_run"] == {
        **{"query": sql, "bytes_scanned": SIZE, "usd": 0.0, "limit": 100_000_000, "ok": True}
    }


async def test_a_cap_is_lowered_never_raised(use: Use, tiny: TurnContext) -> None:
    sql = "SELECT carrier FROM flights"
    for wanted in (100_000_000, 10**18):
        refused = await _use(tiny)("run_dry_run_query", sql=sql, max_bytes_billed=wanted)
        assert not refused.ok
        assert refused.body["code"] == "over_byte_cap"
        assert refused.body["problems"][0]["hint"]
        assert refused.artifacts["dry_run"]["limit"] == 1_000
        assert refused.artifacts["dry_run"]["ok"] is False
    for nonsense in (0, -1, "1", 1.5, True):
        assert (await use("run_dry_run_query", sql="SELECT 1", max_bytes_billed=nonsense)).body["code"] == (
            "wrong_arguments"
        )


async def test_a_lower_cap_counts(use: Use) -> None:
    refused = await use("run_dry_run_query", sql="SELECT carrier FROM flights", max_bytes_billed=SIZE - 1)
    assert refused.body["code"] == "over_byte_cap"
    assert (await use("run_dry_run_query", sql="SELECT carrier FROM flights", max_bytes_billed=SIZE)).ok


@pytest.mark.parametrize("name", ["validate_dashboard_yaml", "save_dashboard_yaml"])
async def test_a_bad_file_is_refused_with_path_and_line(
    use: Use, delays_yaml: str, rooms: Rooms, admin: Actor, name: str
) -> None:
    sql = delays_yaml.split("sql: |\n")[1].split("insights:")[0]

    def with_sql(text: str) -> str:
        return delays_yaml.replace(sql, f"      {text}\n")

    bad = [
        (with_sql("DROP TABLE flights"), "/queries/departures/sql", 7),
        (with_sql("INSERT INTO flights SELECT * FROM flights"), "/queries/departures/sql", 7),
        (with_sql("SELECT 1 AS month; SELECT 2"), "/queries/departures/sql", 7),
        (with_sql("SELECT who AS carrier FROM private.salaries"), "/queries/departures/sql", 7),
        (with_sql("SELECT * FROM read_csv('/etc/passwd')"), "/queries/departures/sql", 7),
        (with_sql("SELECT nothing FROM flights"), "/queries/departures/sql", 7),
        (delays_yaml.replace("sum(delay)", "sum(dely)"), "/insights/delay_by_month", 12),
        (delays_yaml.replace("insight: delay_by_month", "insight: delay_by_week"), "/views/trend/insight", 17),
        (delays_yaml.replace("connection: flights", "connection: shop"), "/connection", 3),
        (delays_yaml.replace("layout:", "lay_out:\nlayout:"), "/lay_out", 18),
        ("a: &x [1]\nb: *x\n", None, 1),
        ("- 1\n", None, None),
        ("{", None, 1),
        ("a" * 300_000, None, None),
    ]
    for text, path, line in bad:
        more = {"slug": "delays"} if name.startswith("save") else {}
        refused = await use(name, yaml_content=text, **more)
        assert not refused.ok, text[:200]
        problem = refused.body["problems"][0]
        assert refused.body["ok"] is False
        assert problem["code"]
        assert problem["message"]
        if path is not None:
            assert problem["path"].startswith(path), problem
            assert problem["line"] in (line, line + 1), problem
        assert "CANARY" not in refused.everything
    assert not await rooms.library.list(admin)


async def test_validating_saves_nothing(use: Use, delays_yaml: str, rooms: Rooms, admin: Actor) -> None:
    done = await use("validate_dashboard_yaml", yaml_content=delays_yaml)
    cost = done.body.pop("cost")
    assert done.body == {"ok": True, "warnings": [], "queries": [{"name": "departures", "bytes_scanned": SIZE}]}
    assert cost["refresh"] == cost["queries"]["departures"] == cost["views"]["trend"] == {"bytes": SIZE, "usd": 0.0}
    assert [budget["name"] for budget in cost["budgets"]] == ["turn", "refresh", "team_day"]
    assert not await rooms.library.list(admin)


async def test_saving_needs_no_validation_before_it_checks_for_itself(
    use: Use, delays_yaml: str, rooms: Rooms, admin: Actor
) -> None:
    done = await use("save_dashboard_yaml", yaml_content=delays_yaml, slug="delays")
    assert done.body.keys() == {"slug", "revision", "yaml_uri", "yaml_sha256", "preview_url", "cost"}
    assert (done.body["slug"], done.body["revision"]) == ("delays", 1)
    assert done.body["preview_url"] == "http://testserver/d/delays"
    assert done.artifacts["saved"] == {
        "dashboard_slug": "delays",
        "yaml_uri": done.body["yaml_uri"],
        "revision": 1,
        "preview_url": done.body["preview_url"],
    }
    assert done.artifacts["yaml_artifact"] == {"slug": "delays", "revision": 1, "yaml": delays_yaml}
    opened = await rooms.library.open(admin, "delays")
    assert opened.yaml == delays_yaml
    assert (await use("list_dashboards")).body == {
        "dashboards": [
            {
                "slug": "delays",
                "title": "Departure delays by carrier and month",
                "description": None,
                "revision": 1,
            }
        ]
    }


async def test_over_the_cap_nothing_is_saved(tiny: TurnContext, delays_yaml: str, rooms: Rooms, admin: Actor) -> None:
    text = delays_yaml.replace("connection: flights", "connection: tiny")
    refused = await _use(tiny)("save_dashboard_yaml", yaml_content=text, slug="delays")
    assert refused.body["problems"][0]["code"] == "over_byte_cap"
    assert refused.body["problems"][0]["path"] == "/queries/departures/sql"
    assert not await rooms.library.list(admin)


async def test_only_what_was_read_is_replaced_and_only_as_it_was_read(
    use: Use, context: TurnContext, delays_yaml: str, rooms: Rooms, admin: Actor
) -> None:
    await rooms.library.save(admin, delays_yaml, "delays", expected=None)
    mine = delays_yaml.replace("title: Departure", "title: My departure")

    unread = await use("save_dashboard_yaml", yaml_content=mine, slug="delays")
    assert not unread.ok
    assert unread.body["problems"][0]["hint"]
    assert (await rooms.library.open(admin, "delays")).yaml == delays_yaml

    read = await use("get_dashboard_yaml", slug="delays")
    assert read.body == {"slug": "delays", "revision": 1, "yaml": delays_yaml}
    theirs = delays_yaml.replace("title: Departure", "title: Their departure")
    await rooms.library.save(admin, theirs, "delays", expected=1)
    stale = await use("save_dashboard_yaml", yaml_content=mine, slug="delays")
    assert not stale.ok
    assert (await rooms.library.open(admin, "delays")).yaml == theirs

    await use("get_dashboard_yaml", slug="delays")
    assert (await use("save_dashboard_yaml", yaml_content=mine, slug="delays")).body["revision"] == 3
    again = mine.replace("title: My", "title: My own")
    assert (await use("save_dashboard_yaml", yaml_content=again, slug="delays")).body["revision"] == 4


async def test_bad_slugs_are_refused(use: Use, delays_yaml: str, rooms: Rooms, admin: Actor) -> None:
    for slug in ("../x", "a/b", "", "-a", "A", "a\n", "a" * 64, "ä", "a b", ".", "%2e", "a\u202e"):
        refused = await use("save_dashboard_yaml", yaml_content=delays_yaml, slug=slug)
        assert refused.body["code"] == "bad_slug", slug
        assert (await use("get_dashboard_yaml", slug=slug)).body["code"] == "dashboard_not_found"
    assert not await rooms.library.list(admin)


async def test_no_argument_reaches_another_connection_team_or_dataset(
    use: Use, rooms: Rooms, admin: Actor, stranger: Actor, delays_yaml: str
) -> None:
    other = await rooms.connections.create(admin, "second", DuckDBSettings(path="flights.duckdb"))
    for named in (str(other.id), "second", str(stranger.team_id)):
        assert (await use("list_datasets", connection_id=named)).body["code"] == "other_connection"
    assert (await use("list_datasets", connection_id="flights")).ok
    for name, arguments in (
        ("list_tables", {"dataset_name": "private"}),
        ("list_tables", {"dataset_name": "information_schema"}),
        ("get_table_schema", {"table_name": "private.salaries"}),
        ("get_table_schema", {"table_name": "flights.private.salaries"}),
        ("get_table_schema", {"table_name": "duckdb_settings"}),
        ("run_dry_run_query", {"sql": "SELECT * FROM private.salaries"}),
        ("run_dry_run_query", {"sql": "SELECT * FROM query('SELECT * FROM private.salaries')"}),
    ):
        refused = await use(name, **arguments)
        assert not refused.ok, name
        assert refused.body["problems"] or refused.body["message"]
        assert "who" not in refused.body["message"]
    over_second = delays_yaml.replace("connection: flights", "connection: second")
    refused = await use("save_dashboard_yaml", yaml_content=over_second, slug="delays")
    assert refused.body["problems"][0]["code"] == "other_connection"
    for extra in ("team_id", "actor", "role", "expected", "draft", "max_bytes"):
        done = await use("save_dashboard_yaml", yaml_content=delays_yaml, slug="delays", **{extra: "x"})
        assert done.body["code"] == "wrong_arguments"


async def test_a_question_ends_the_turn(context: TurnContext) -> None:
    asked = ToolUse("1", "ask_question", {"text": "Which?", "options": ["a", "b"]})
    done = await dispatch(turn_tools(context), asked)
    assert done.ends_turn
    assert done.artifacts[0].options == ("a", "b")  # type: ignore[union-attr]
    too_many = ToolUse("1", "ask_question", {"text": "Which?", "options": ["x"] * 9})
    assert (await dispatch(turn_tools(context), too_many)).result.is_error


async def test_no_tool_shows_a_row(use: Use, delays_yaml: str) -> None:
    """Every text of the file is a canary; statements that would carry one out through an error or a name do not."""
    sneaky = [
        "SELECT tailnum FROM flights LIMIT 1",
        "SELECT CAST(tailnum AS INTEGER) FROM flights",
        "SELECT CAST((SELECT min(tailnum) FROM flights) AS INTEGER) AS x",
        "SELECT 1 AS x FROM flights WHERE CAST(tailnum AS DATE) > DATE '2020-01-01'",
        "SELECT list(name)[1] AS name FROM airlines",
        "PIVOT flights ON tailnum USING count(*)",
        "SELECT * FROM (PIVOT airlines ON name USING count(*))",
        "SELECT error(max(name)) FROM airlines",
        "SELECT histogram(carrier) FROM flights",
    ]
    told = ""
    for sql in sneaky:
        told += (await use("run_dry_run_query", sql=sql)).everything
        text = delays_yaml.replace(delays_yaml.split("sql: |\n")[1].split("insights:")[0], f"      {sql}\n")
        told += (await use("validate_dashboard_yaml", yaml_content=text)).everything
        told += (await use("save_dashboard_yaml", yaml_content=text, slug="sneaky")).everything
    for name, arguments in (
        ("list_datasets", {}),
        ("list_tables", {"dataset_name": "main"}),
        ("get_table_schema", {"table_name": "airlines"}),
        ("get_table_schema", {"table_name": "flights"}),
        ("search_catalog", {"text": "tail number"}),
    ):
        told += (await use(name, **arguments)).everything
    assert "CANARY" not in told
