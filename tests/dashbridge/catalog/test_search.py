"""Words find tables and columns by name, then by comment."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.api.deps import Rooms
from dashbridge.catalog import Match, search_catalog
from dashbridge.catalog.search import split_words
from dashbridge.connections import ConnectionInfo, GatedWarehouse
from dashbridge.kit import new_id
from dashbridge.sharing import Actor
from dashbridge.sql import Scope
from dashbridge.warehouse.base import Limits
from dashbridge.warehouse.memory import MemoryWarehouse


@pytest.fixture
def warehouse() -> GatedWarehouse:
    tables = {
        "orders": pa.table({"orderId": [1], "total_amount": [1.0]}),
        "private.orders": pa.table({"secret_amount": [1]}),
        "people": pa.table({"name": ["a"], "boss": ["b"]}),
    }
    inner = MemoryWarehouse(tables, setup="COMMENT ON COLUMN people.boss IS 'whose orders to follow'")
    return GatedWarehouse(inner, connection_id=new_id(), scope=Scope("duckdb", frozenset({"main"})), limits=Limits())


async def test_names_come_before_comments_and_hidden_datasets_never(warehouse: GatedWarehouse) -> None:
    found = await search_catalog(warehouse, "Orders")
    assert found == [
        Match("main.orders", None, 1.0),
        Match("main.orders", "orderId", 1.0),
        Match("main.people", "boss", 0.3333),
    ]


@pytest.mark.parametrize("text", ["", "   ", "!?", "zebra", "'; DROP TABLE x", "\0", "%", "𝒜" * 1000])
async def test_words_that_mean_nothing_find_nothing(warehouse: GatedWarehouse, text: str) -> None:
    assert await search_catalog(warehouse, text) == []


async def test_the_best_are_given_first_and_no_more_than_asked(warehouse: GatedWarehouse) -> None:
    found = await search_catalog(warehouse, "total order amount", limit=2)
    assert [match.column for match in found] == ["total_amount", None]


async def test_a_real_file_is_searched(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    found = await search_catalog(await rooms.connections.open(admin, "shop"), "salaries by region")
    assert {match.table for match in found} == {"main.orders", "main.regions"}


@given(st.text(max_size=60))
def test_words_are_plain_and_lower(text: str) -> None:
    assert all(word.isascii() and word == word.lower() and word for word in split_words(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DepDelay", {"dep", "delay"}),
        ("dep_delays", {"dep", "delay"}),
        ("address", {"address"}),
        ("bus", {"bus"}),
        ("q3-2024", {"q", "3", "2024"}),
    ],
)
def test_names_are_parted(text: str, words: set[str]) -> None:
    assert split_words(text) == words
