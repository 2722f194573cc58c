"""What a browser gets computes the server's very answer; what it must not get is refused with a way out."""

from __future__ import annotations

import asyncio
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dashbridge.serving.conftest import ASKED, TODAY, Counted, ask, compiled, gated, orders, split_anew
from tests.dashbridge.serving.test_compute import SEPARATE, SHARED, YAML
from tests.fakes.paying import account

from dashbridge.dashboards import CompiledDashboard
from dashbridge.insights import read_inputs, with_data
from dashbridge.kit import Conflict, NotFound, TooLarge, Unavailable
from dashbridge.serving import Answers, InsightAnswer, PreAnswer, ServingLimits
from dashbridge.serving.pre_answer import write
from dashbridge.warehouse.duckdb import DuckDBPool


async def pre(answers: Answers, dashboard: CompiledDashboard, warehouse: Any, name: str) -> PreAnswer:
    gate = warehouse if not isinstance(warehouse, Counted) else gated(warehouse)
    return await answers.pre(ASKED, dashboard, gate, name, spending=account())


def read(arrow: bytes) -> tuple[pa.Table, dict[str, Any]]:
    table = pa.ipc.open_stream(arrow).read_all()
    return table, orjson.loads(table.schema.metadata[b"dashbridge"])


def finish(arrow: bytes, dashboard: CompiledDashboard, inputs: dict[str, list[str]]) -> pa.Table:
    """What a browser does: make `insight_data`, bind the values, run the post-query, cut, name the columns."""
    rows, envelope = read(arrow)
    values = read_inputs(dashboard.inputs, inputs, TODAY)
    bound = dashboard.insights[envelope["insight"]].split.post
    assert bound is not None
    assert bound.sql == envelope["post_query"]
    statement = bound.bind(values)
    with duckdb.connect() as con:
        con.register("rows", rows)
        found = con.sql(with_data(statement.sql, "rows", tuple(envelope["hugeints"])), params=statement.values)
        table = found.to_arrow_table().slice(0, envelope["row_limit"])
    return table.rename_columns([column["name"] for column in envelope["columns"]])


@pytest.mark.parametrize("limits", [SHARED, SEPARATE])
@pytest.mark.parametrize("inputs", [{}, {"region": ["s"], "least.min": ["4"]}, {"region": ["none"]}])
async def test_a_browser_comes_to_the_servers_answer(
    query_pool: DuckDBPool, limits: ServingLimits, inputs: dict[str, list[str]]
) -> None:
    dashboard, warehouse = compiled(YAML), Counted(orders())
    answers, gate = Answers(query_pool, limits), gated(warehouse)
    answer = await ask(answers, dashboard, gate, inputs=inputs)
    for name, served in answer.insights.items():
        assert isinstance(served, InsightAnswer)
        given_out = await pre(answers, dashboard, gate, name)
        table = finish(given_out.arrow, dashboard, inputs)
        assert table.to_pydict() == served.table.to_pydict(), name


async def test_the_envelope_says_what_remains_to_be_done(answers: Answers, warehouse: Counted) -> None:
    dashboard = compiled(YAML)
    found = await pre(answers, dashboard, warehouse, "total")
    table, envelope = read(found.arrow)
    assert envelope == orjson.loads(orjson.dumps(found.envelope))
    assert set(envelope) == {
        *("insight", "mode", "mode_reason", "post_query", "parameters", "row_limit", "limit_is_the_authors"),
        *("hugeints", "split_column", "input_dependencies", "columns", "bytes_scanned", "computed_at"),
    }
    assert envelope["columns"][0] == {"name": "props.value", "label": "Amount"}
    assert all(set(one) >= {"input", "accessor", "type", "gives"} for one in envelope["parameters"])
    assert envelope["post_query"].count("?") == len(envelope["parameters"])
    assert (found.rows, found.nbytes) == (table.num_rows, len(found.arrow))
    assert set(envelope["hugeints"]) == {
        field.name for field in found.table.schema if field.type == pa.decimal128(38, 0)
    }
    assert envelope["hugeints"]


async def test_the_same_rows_have_the_same_digest_whenever_computed(query_pool: DuckDBPool) -> None:
    dashboard, digests = compiled(YAML), []
    for factor in (1.0, 1.0, 2.0):
        warehouse = Counted(orders(factor=factor))
        digests.append((await pre(Answers(query_pool, SHARED), dashboard, warehouse, "rows")).digest)
    assert digests[0] == digests[1] != digests[2]
    other = compiled(YAML.replace("limit: 40", "limit: 41"))
    assert (await pre(Answers(query_pool, SHARED), other, Counted(orders()), "rows")).digest != digests[0]


async def test_it_is_made_once_for_all_who_ask(answers: Answers, warehouse: Counted) -> None:
    dashboard, gate = compiled(YAML), gated(warehouse)
    found = await asyncio.gather(*(pre(answers, dashboard, gate, "total") for _ in range(20)))
    assert len({id(one) for one in found}) == 1
    assert (await pre(answers, dashboard, gate, "total")).arrow is found[0].arrow
    assert len(warehouse.runs) == 1


async def test_an_insight_of_the_server_alone_is_not_given_out(answers: Answers, warehouse: Counted) -> None:
    dashboard = compiled(YAML)
    halves = {"pre": None, "pre_local": None, "post": None}
    dashboard.insights["total"] = split_anew(
        dashboard.insights["total"], mode="server", reason="it is a secret", **halves
    )
    with pytest.raises(Conflict, match="it is a secret") as caught:
        await pre(answers, dashboard, warehouse, "total")
    assert (caught.value.code, caught.value.status) == ("not_splittable", 409)
    assert "/data" in str(caught.value.hint)
    served = (await ask(answers, dashboard, warehouse, only="total")).only()
    assert (served.browser, served.metadata["mode"], served.metadata["mode_reason"]) == (
        *(False, "server"),
        "it is a secret",
    )


async def test_what_cannot_cross_or_has_a_time_zone_is_not_given_out(answers: Answers) -> None:
    for column in ("CAST(day AS TIMESTAMPTZ)", "[day]"):
        yaml = YAML.replace("SELECT day,", f"SELECT {column} AS moment, day,")
        dashboard = compiled(yaml.replace("props: {x: day, y: amount}", "props: {x: moment, y: amount}"))
        with pytest.raises(Conflict) as caught:
            await pre(answers, dashboard, Counted(orders()), "rows")
        assert caught.value.code == "not_splittable"


@pytest.mark.parametrize("shared", [0, 200_000])
@pytest.mark.parametrize("gate", [{"browser_max_rows": 99}, {"browser_max_bytes": 1000}, {"browser_max_rows": 0}])
async def test_too_much_for_a_browser_is_refused_and_remembered(
    query_pool: DuckDBPool, shared: int, gate: dict[str, int]
) -> None:
    answers = Answers(query_pool, ServingLimits(max_shared_rows=shared, **gate))
    dashboard, warehouse = compiled(YAML), Counted(orders())
    guarded = gated(warehouse)
    runs = set()
    for _ in range(2):
        with pytest.raises(TooLarge) as caught:
            await pre(answers, dashboard, guarded, "rows")
        assert (caught.value.code, caught.value.status) == ("too_large_for_browser", 413)
        assert "/data" in str(caught.value.hint)
        runs.add(len(warehouse.runs))
    assert len(runs) == 1
    served = (await ask(answers, dashboard, guarded, only="rows")).only()
    assert served.browser is False


async def test_an_engine_that_is_down_is_told(answers: Answers, warehouse: Counted) -> None:
    warehouse.fault = Unavailable("The warehouse is down", code="down")
    with pytest.raises(Unavailable):
        await pre(answers, compiled(YAML), warehouse, "total")
    with pytest.raises(NotFound):
        await pre(answers, compiled(YAML), warehouse, "absent")


async def test_a_refused_query_is_a_conflict_or_its_own_error(answers: Answers, warehouse: Counted) -> None:
    with pytest.raises(Conflict, match="absent"):
        await pre(answers, compiled(YAML.replace("FROM orders", "FROM absent")), warehouse, "total")


TEXTS = st.lists(st.none() | st.sampled_from(["", "a", "null", "é" * 40]) | st.text(max_size=8), max_size=80)


@pytest.mark.slow
@given(texts=TEXTS, large=st.booleans())
def test_dictionaries_tell_the_same_texts(texts: list[str | None], large: bool) -> None:
    kind = pa.large_string() if large else pa.string()
    table = pa.table({"t": pa.array(texts, kind), "n": pa.array(range(len(texts)), pa.int64())})
    made = write(table, {"insight": "x"}, {})
    back, envelope = read(made.arrow)
    assert back.column("t").to_pylist() == texts
    assert back.column("n").to_pylist() == list(range(len(texts)))
    assert envelope == {"insight": "x"}
    with duckdb.connect() as con:
        con.register("back", back)
        found = con.sql("SELECT t, typeof(t) AS kind FROM back").fetchall()
    assert [text for text, _ in found] == texts
    assert {kind for _, kind in found} <= {"VARCHAR"}


@pytest.mark.parametrize(("distinct", "index"), [(3, pa.int8()), (128, pa.int8()), (129, pa.int16()), (40_000, None)])
def test_texts_become_dictionaries_where_that_is_smaller(distinct: int, index: pa.DataType | None) -> None:
    table = pa.table({"t": [f"text {n % distinct}" for n in range(40_000)]})
    made = write(table, {}, {})
    kind = pa.ipc.open_stream(made.arrow).read_all().schema.field("t").type
    assert kind == (pa.string() if index is None else pa.dictionary(index, pa.string()))
    plain = table.combine_chunks().nbytes
    assert made.nbytes < plain * 1.05


def test_chunks_go_out_as_one_stream() -> None:
    chunks = pa.chunked_array([["a", "b"] * 50, [], ["b", None] * 50], pa.string())
    made = write(pa.table({"t": chunks}), {}, {})
    assert read(made.arrow)[0].column("t").to_pylist() == chunks.to_pylist()
