"""What may not be saved, and where each finding says it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run_settings
from hypothesis import strategies as st

from dashbridge.api.deps import Rooms
from dashbridge.connections import DuckDBSettings
from dashbridge.dashboards import load_dashboard
from dashbridge.kit import Invalid, Problem
from dashbridge.settings import Settings
from dashbridge.sharing import Actor

pytestmark = pytest.mark.usefixtures("shop")


async def problems_of(rooms: Rooms, admin: Actor, yaml: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(Invalid) as refused:
        await rooms.library.save(admin, yaml, "bad", expected=None)
    assert await rooms.library.list(admin) == []
    return refused.value.problems


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)
BAD_FILES: dict[str, str | bytes] = {
    "empty": "",
    "not YAML": "{{{",
    "a list": "- 1",
    "a number": "1",
    "binary": bytes(range(256)),
    "utf-16": "version: 1".encode("utf-16"),
    "lone surrogate": "title: \ud800",
    "5 MB": "title: " + "x" * 5_000_000,
    "bomb": BOMB,
    "deep": "a: " + "[" * 5_000,
    "tag": "title: !!python/object/apply:os.system ['true']",
    "two documents": "version: 1\n---\nversion: 1",
    "NUL": "version: 1\ntitle: 'a\0b'",
    "duplicate key": "version: 1\nversion: 1",
}


@pytest.mark.parametrize("name", BAD_FILES)
async def test_a_file_that_is_none_saves_nothing(rooms: Rooms, admin: Actor, name: str, settings: Settings) -> None:
    assert await problems_of(rooms, admin, BAD_FILES[name])
    assert not list(settings.embedded("objects").rglob("*.yaml*"))


def changed(old: str, new: str) -> Callable[[str], str]:
    def change(yaml: str) -> str:
        assert old in yaml
        return yaml.replace(old, new)

    return change


FINDINGS = {
    "a table of another dataset": (changed("FROM orders", "FROM private.salaries"), "/queries/sales/sql", 14),
    "a table that is not there": (changed("FROM orders", "FROM absent"), "/queries/sales/sql", 14),
    "a column that is not there": (changed("sum(amount) AS", "sum(amuont) AS"), "/queries/sales/sql", 13),
    "a column that is not there, flow": (changed("label FROM", "labels FROM"), "/queries/regions/sql", 16),
    "DML": (
        changed("FROM orders\n      GROUP BY day, region", "FROM orders; DROP TABLE orders"),
        "/queries/sales/sql",
        14,
    ),
    "delete": (
        changed('"SELECT region, label FROM regions ORDER BY region"', "DELETE FROM regions"),
        "/queries/regions/sql",
        16,
    ),
    "a file": (changed("FROM orders", "FROM read_csv('/etc/passwd')"), "/queries/sales/sql", 14),
    "a connection that is not there": (changed("connection: shop", "connection: absent"), "/connection", 3),
    "an insight's column": (changed("value: sum(amount)", "value: sum(nothing)"), "/insights/total", 18),
    "an insight's type": (changed("value: sum(amount)", "value: sum(region)"), "/insights/total", 18),
    "a dangling query": (
        changed("query: sales, props: {value", "query: absent, props: {value"),
        "/insights/total/query",
        18,
    ),
    "a dangling view": (changed("view: trend", "view: absent"), "/layout/rows/1/items/0/view", 26),
    "a dangling input": (
        changed("{split: region}", '{filter: "region IN ${ref(nope).values}"}'),
        "/insights/by_day",
        22,
    ),
    "an option column": (changed("column: region, label", "column: nothing, label"), "/inputs/region/options", 8),
    "a choice of another kind": (changed("region IN", "orders IN"), "/insights/total", 18),
    "options that grow with the days": (
        changed(
            "{query: regions, column: region, label_column: label}",
            "{range: {from: 2013-01-01, to: today, step: 1 day}}\n    value_type: text",
        ),
        "/inputs/region/options/range",
        8,
    ),
    "an unknown key": (changed("title: Shop", "titel: Shop"), "/titel", 2),
}


@pytest.mark.parametrize("name", FINDINGS)
async def test_a_finding_has_its_path_its_line_and_a_hint(
    rooms: Rooms, admin: Actor, shop_yaml: str, name: str
) -> None:
    change, path, line = FINDINGS[name]
    problems = await problems_of(rooms, admin, change(shop_yaml))
    places = [((one.place.path or "").startswith(path), one.place.line) for one in problems]
    assert (True, line) in places, [str(problem) for problem in problems]
    assert all(problem.message and problem.hint for problem in problems), [str(problem) for problem in problems]


async def test_all_findings_come_at_once_by_line(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    yaml = shop_yaml.replace("FROM orders", "FROM absent").replace("label FROM regions", "labels FROM regions")
    problems = await problems_of(rooms, admin, yaml)
    assert [problem.place.line for problem in problems] == [14, 16]


LAYOUTS = {
    "block": ("|", 0),
    "block, stripped": ("|-", 0),
    "block with a comment": ("|  # the query", 0),
    "block, indented": ("|2", 2),
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("lines_before", [0, 1, 7])
async def test_the_line_inside_a_block_is_the_line_of_the_file(
    rooms: Rooms, admin: Actor, shop_yaml: str, name: str, lines_before: int
) -> None:
    head, _ = LAYOUTS[name]
    padding = "".join(f"      -- remark {number}\n" for number in range(lines_before))
    yaml = shop_yaml.replace("sql: |\n", f"sql: {head}\n{padding}").replace("FROM orders", "FROM absent")
    (problem,) = await problems_of(rooms, admin, yaml)
    wanted = next(number for number, line in enumerate(yaml.splitlines(), 1) if "FROM absent" in line)
    assert problem.place.line == wanted
    assert problem.place.column is not None
    assert yaml.splitlines()[wanted - 1][problem.place.column - 1 :].startswith("absent")


async def test_a_table_of_another_connection_is_refused(
    rooms: Rooms, admin: Actor, shop_yaml: str, put_file: Callable[..., Path], other_file: Path
) -> None:
    put_file(admin, other_file, "other.duckdb")
    await rooms.connections.create(admin, "other", DuckDBSettings(path="other.duckdb"))
    (problem, *_) = await problems_of(rooms, admin, shop_yaml.replace("FROM orders", "FROM elsewhere"))
    assert problem.place.path == "/queries/sales/sql"


async def test_a_query_over_the_cap_is_not_saved(
    rooms: Rooms, admin: Actor, shop_yaml: str, put_file: Callable[..., Path]
) -> None:
    await rooms.connections.create(admin, "small", DuckDBSettings(path="shop.duckdb"), max_bytes_per_query=10)
    problems = await problems_of(rooms, admin, shop_yaml.replace("connection: shop", "connection: small"))
    assert {problem.code for problem in problems} == {"over_byte_cap"}


async def test_a_file_that_passed_is_checked_anew_on_new_data(
    rooms: Rooms, admin: Actor, shop_yaml: str, put_file: Callable[..., Path], other_file: Path
) -> None:
    await rooms.library.check(admin, shop_yaml)
    put_file(admin, other_file, "shop.duckdb")
    with pytest.raises(Invalid):
        await rooms.library.check(admin, shop_yaml)


@given(data=st.data())
@run_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutilated_file_is_refused_or_fine(data: st.DataObject, shop_yaml: str) -> None:
    """Cut, doubled or swapped somewhere, the file loads or is refused by name; nothing else comes out."""
    from_, to = sorted(data.draw(st.tuples(*[st.integers(0, len(shop_yaml))] * 2)))
    piece = data.draw(
        st.sampled_from(["", shop_yaml[from_:to] * 2, "\t", "&a ", "*a", "${ref(", "'", "\0", "!!x ", "? "])
    )
    text = shop_yaml[:from_] + piece + shop_yaml[to:]
    try:
        load_dashboard(text)
    except Invalid as error:
        unsaid = [problem for problem in error.problems if not problem.message]
        assert unsaid == []  # either outcome is fine
