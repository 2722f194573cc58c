"""A dashboard's life: saved, opened, restored, renamed, deleted, brought back; and everything that may not be saved."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import ANY
from urllib.parse import unquote, urlsplit

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run_settings
from hypothesis import strategies as st

from dashbridge import wiring
from dashbridge.api.deps import Rooms
from dashbridge.connections import DuckDBSettings
from dashbridge.dashboards import load_dashboard
from dashbridge.kit import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    Problem,
    Unavailable,
    is_slug,
)
from dashbridge.library import Library
from dashbridge.objects.local import LocalObjectStore
from dashbridge.settings import Settings
from dashbridge.sharing import Actor

pytestmark = pytest.mark.usefixtures("shop")


def titled(yaml: str, title: str) -> str:
    return yaml.replace("title: Shop\n", f"title: {title}\n")


def file_of(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


async def problems_of(rooms: Rooms, admin: Actor, yaml: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(Invalid) as refused:
        await rooms.library.save(admin, yaml, "bad", expected=None)
    assert await rooms.library.list(admin) == []
    return refused.value.problems


async def test_what_is_saved_is_opened(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    saved = await rooms.library.save(admin, shop_yaml, "shop", expected=None)
    assert (saved.slug, saved.revision) == ("shop", 1)
    assert file_of(saved.yaml_uri).read_text() == shop_yaml
    assert set(saved.checked.records) == {"sales", "regions"}
    opened = await rooms.library.open(admin, "shop")
    assert opened.yaml == shop_yaml
    assert (opened.pointer.title, opened.pointer.view_type, opened.pointer.owner) == ("Shop", ["line", "metric"], ANY)
    assert list(opened.compiled.insights) == ["total", "by_day"]


async def test_revisions_restore_and_old_files(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    await library.save(admin, titled(shop_yaml, "Second"), "shop", expected=1)
    restored = await library.restore(admin, "shop", 1, expected=2)
    assert restored.revision == 3
    assert [row.revision for row in await library.revisions(admin, "shop")] == [3, 2, 1]
    assert (await library.open(admin, "shop")).yaml == shop_yaml
    assert (await library.open(admin, "shop", 2)).yaml == titled(shop_yaml, "Second")
    with pytest.raises(PreconditionFailed):
        await library.restore(admin, "shop", 2, expected=2)
    for missing in (0, 4, -1):
        with pytest.raises(NotFound):
            await library.open(admin, "shop", missing)
        with pytest.raises(NotFound):
            await library.restore(admin, "shop", missing, expected=3)


async def test_a_revision_that_no_longer_fits_is_not_restored(
    rooms: Rooms, admin: Actor, shop_yaml: str, put_file: Callable[..., Path], tmp_path: Path, shop_file: Path
) -> None:
    await rooms.library.save(admin, shop_yaml, "shop", expected=None)
    simple = shop_yaml.replace("SELECT region, label FROM regions", "SELECT 'n' AS region, 'N' AS label FROM orders")
    await rooms.library.save(admin, simple, "shop", expected=1)
    with_other_tables(tmp_path / "other.duckdb")
    put_file(admin, tmp_path / "other.duckdb", "shop.duckdb")
    with pytest.raises(Invalid, match="regions"):
        await rooms.library.restore(admin, "shop", 1, expected=2)
    assert (await rooms.library.pointer(admin, "shop")).revision == 2


async def test_rename_delete_and_back(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    await library.save(admin, titled(shop_yaml, "Other"), "other", expected=None)
    with pytest.raises(Conflict):
        await library.rename(admin, "shop", "other", expected=1)
    with pytest.raises(Invalid):
        await library.rename(admin, "shop", "../x", expected=1)
    with pytest.raises(PreconditionFailed):
        await library.rename(admin, "shop", "market", expected=2)
    assert (await library.rename(admin, "shop", "market", expected=1)).slug == "market"
    with pytest.raises(NotFound):
        await library.open(admin, "shop")
    with pytest.raises(PreconditionFailed):
        await library.delete(admin, "market", expected=9)
    await library.delete(admin, "market", expected=1)
    for gone in (library.open(admin, "market"), library.keep(admin, "market"), library.revisions(admin, "market")):
        with pytest.raises(NotFound):
            await gone
    assert [row.slug for row in await library.list(admin)] == ["other"]
    assert (await library.undelete(admin, "market")).revision == 1
    assert (await library.open(admin, "market")).yaml == shop_yaml
    with pytest.raises(NotFound):
        await library.undelete(admin, "market")


async def test_drafts_are_listed_apart_until_kept(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "draft", expected=None, draft=True)
    await library.save(admin, titled(shop_yaml, "Kept"), "kept", expected=None)
    assert [row.slug for row in await library.list(admin, drafts=True)] == ["draft"]
    assert [row.slug for row in await library.list(admin, drafts=False)] == ["kept"]
    assert (await library.keep(admin, "draft")).draft is False
    assert {row.slug for row in await library.list(admin, drafts=False)} == {"draft", "kept"}


def hostile_names() -> list[str]:
    parts = [
        "..",
        "/",
        "\\",
        "\0",
        "\n",
        "%2e",
        "%00",
        "A",
        "é",
        "ｘ",
        "\u202e",
        " ",
        "a",
        "-",
        "~",
        ".yaml",
        "'",
        "\ud800",
    ]
    chance = random.Random(7)
    made = {"", "-a", "abc\n", "../x", "Abc", "a" * 64, "a_b", "a.b", "…", "ａｂｃ", "a\u0301", "con/../x"}
    while len(made) < 300:
        name = "".join(chance.choices(parts, k=chance.randint(1, 5)))
        if not is_slug(name):
            made.add(name)
    return sorted(made)


async def test_300_hostile_names_are_no_slugs(rooms: Rooms, admin: Actor, shop_yaml: str, settings: Settings) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    before = sorted(path for path in settings.data_dir.rglob("*"))
    for name in hostile_names():
        for write in (
            library.save(admin, shop_yaml, name, expected=None),
            library.rename(admin, "shop", name, expected=1),
        ):
            with pytest.raises(Invalid) as refused:
                await write
            assert refused.value.code == "bad_slug"
        for read in (
            *(library.open(admin, name), library.pointer(admin, name), library.revisions(admin, name)),
            *(library.keep(admin, name), library.undelete(admin, name), library.delete(admin, name, expected=1)),
            *(library.restore(admin, name, 1, expected=1), library.rename(admin, name, "fine", expected=1)),
        ):
            with pytest.raises(NotFound):
                await read
    assert sorted(path for path in settings.data_dir.rglob("*")) == before


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
    started = time.process_time()
    assert await problems_of(rooms, admin, BAD_FILES[name])
    assert time.process_time() - started < 20  # a bomb would take for ever, and all the memory
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
    rooms: Rooms, admin: Actor, shop_yaml: str, put_file: Callable[..., Path], tmp_path: Path
) -> None:
    with_other_tables(tmp_path / "other.duckdb")
    put_file(admin, tmp_path / "other.duckdb", "other.duckdb")
    await rooms.connections.create(admin, "other", DuckDBSettings(path="other.duckdb"))
    (problem, *_) = await problems_of(rooms, admin, shop_yaml.replace("FROM orders", "FROM elsewhere"))
    assert problem.place.path == "/queries/sales/sql"


async def test_a_query_over_the_cap_is_not_saved(
    rooms: Rooms, admin: Actor, shop_yaml: str, put_file: Callable[..., Path], shop_file: Path
) -> None:
    await rooms.connections.create(admin, "small", DuckDBSettings(path="shop.duckdb"), max_bytes_per_query=10)
    problems = await problems_of(rooms, admin, shop_yaml.replace("connection: shop", "connection: small"))
    assert {problem.code for problem in problems} == {"over_byte_cap"}


async def test_a_file_that_passed_is_checked_anew_on_new_data(
    rooms: Rooms, admin: Actor, shop_yaml: str, put_file: Callable[..., Path], tmp_path: Path
) -> None:
    await rooms.library.check(admin, shop_yaml)
    with_other_tables(tmp_path / "other.duckdb")
    put_file(admin, tmp_path / "other.duckdb", "shop.duckdb")
    with pytest.raises(Invalid):
        await rooms.library.check(admin, shop_yaml)


async def test_another_team_sees_and_changes_nothing(
    rooms: Rooms, admin: Actor, stranger: Actor, shop_yaml: str
) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    assert await library.list(stranger) == []
    for attempt in (
        *(library.open(stranger, "shop"), library.keep(stranger, "shop"), library.undelete(stranger, "shop")),
        *(library.delete(stranger, "shop", expected=1), library.rename(stranger, "shop", "x", expected=1)),
        *(library.revisions(stranger, "shop"), library.restore(stranger, "shop", 1, expected=1)),
    ):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(Invalid, match="connection"):
        await library.save(stranger, shop_yaml, "shop", expected=None)


async def test_a_viewer_writes_nothing(rooms: Rooms, people: Any, admin: Actor, shop_yaml: str) -> None:
    viewer, library = people["viewer"].actor, rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    assert (await library.open(viewer, "shop")).yaml == shop_yaml
    for attempt in (
        *(library.save(viewer, shop_yaml, "x", expected=None), library.check(viewer, shop_yaml)),
        *(library.delete(viewer, "shop", expected=1), library.undelete(viewer, "shop"), library.keep(viewer, "shop")),
        *(library.rename(viewer, "shop", "x", expected=1), library.restore(viewer, "shop", 1, expected=1)),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_writers_that_race_lose_nothing(
    rooms: Rooms, settings: Settings, admin: Actor, shop_yaml: str, query_pool: Any
) -> None:
    other = Library(
        rooms.database,
        LocalObjectStore(settings.embedded("objects")),
        rooms.connections,
        query_pool,
        today=wiring.today,
    )
    libraries = (rooms.library, other)
    creations = await asyncio.gather(
        *(libraries[n % 2].save(admin, titled(shop_yaml, f"New {n}"), "race", expected=None) for n in range(20)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in creations) == ["Conflict"] * 19 + ["Saved"]
    for revision in (1, 2, 3):
        texts = [titled(shop_yaml, f"Revision {revision} writer {n}") for n in range(20)]
        tries = await asyncio.gather(
            *(libraries[n % 2].save(admin, text, "race", expected=revision) for n, text in enumerate(texts)),
            return_exceptions=True,
        )
        (winner,) = [n for n, one in enumerate(tries) if not isinstance(one, BaseException)]
        for loser in tries[:winner] + tries[winner + 1 :]:
            assert isinstance(loser, PreconditionFailed)
            assert loser.details["revision"] == revision + 1
        assert (await other.open(admin, "race")).yaml == texts[winner]
    assert [row.revision for row in await rooms.library.revisions(admin, "race")] == [4, 3, 2, 1]
    for revision in (1, 2, 3, 4):
        assert (await rooms.library.open(admin, "race", revision)).yaml


async def test_a_damaged_file_is_said_and_healed_by_saving_it_again(
    rooms: Rooms, settings: Settings, admin: Actor, shop_yaml: str, query_pool: Any
) -> None:
    saved = await rooms.library.save(admin, shop_yaml, "shop", expected=None)
    fresh = Library(
        rooms.database,
        LocalObjectStore(settings.embedded("objects")),
        rooms.connections,
        query_pool,
        today=wiring.today,
    )
    file = file_of(saved.yaml_uri)
    file.write_text(shop_yaml.replace("Shop", "Chop"))
    with pytest.raises(Unavailable) as damaged:
        await fresh.open(admin, "shop")
    assert damaged.value.code == "file_corrupt"
    file.unlink()
    with pytest.raises(Unavailable) as missing:
        await fresh.open(admin, "shop")
    assert missing.value.code == "file_missing"
    file.write_text("half a fi")
    await fresh.save(admin, shop_yaml, "shop", expected=1)
    assert (await fresh.open(admin, "shop")).yaml == shop_yaml


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


def with_other_tables(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute(
            "CREATE TABLE elsewhere AS SELECT 1 AS day, 'n' AS region, 1.0 AS amount; "
            "CREATE TABLE orders AS SELECT DATE '2024-01-01' AS day, 'n' AS region, 1.0 AS amount"
        )
