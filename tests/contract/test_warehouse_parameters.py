"""Values given to a statement, on every warehouse."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from contract.words import Words
from dashbridge.warehouse.base import DryRun, Parameter, Warehouse, WarehouseRefused

ROWS = 5_000


def names(found: DryRun) -> list[str]:
    return [str(table) for table in found.tables]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1.5,
        Decimal("12345678901234567.89"),
        "",
        "O'Brien \0 ❤",
        dt.date(1, 1, 1),
        dt.datetime.fromisoformat("2013-01-01T05:30:01.999999"),
    ],
)
async def test_parameters_keep_their_type(warehouse: Warehouse, value: Parameter) -> None:
    (found,) = (await warehouse.run("SELECT ? AS v", [value])).table.to_pydict()["v"]
    assert found == value
    assert isinstance(found, type(value) | Decimal)


async def test_whole_numbers_stay_whole(warehouse: Warehouse, words: Words) -> None:
    for number in words.whole_numbers:
        (found,) = (await warehouse.run("SELECT ? AS v", [number])).table.to_pydict()["v"]
        assert found == number
        assert isinstance(found, int | Decimal)


async def test_aware_timestamps_keep_their_instant(warehouse: Warehouse, words: Words) -> None:
    moment = dt.datetime(2013, 7, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    found = (await warehouse.run(words.instant, [moment])).table.to_pydict()["v"][0]
    assert found == moment


@pytest.mark.parametrize("parameters", [[], [1, 2]])
async def test_a_wrong_number_of_parameters_is_refused(warehouse: Warehouse, parameters: list[Parameter]) -> None:
    with pytest.raises(WarehouseRefused):
        await warehouse.run("SELECT * FROM flights WHERE id = ?", parameters)


async def test_values_cast_from_text_are_planned_and_run_alike(warehouse: Warehouse, words: Words) -> None:
    for expression, text, value in words.casts:
        sql = f"SELECT {expression} AS v FROM flights WHERE id = 7"
        values = [text] * sql.count("?")
        planned = await warehouse.dry_run(sql, values)
        result = await warehouse.run(sql, values)
        assert result.table.to_pydict() == {"v": [value]}
        assert names(planned) == ["main.flights"]
        assert planned.bytes_scanned == result.bytes_scanned > 0


@pytest.mark.parametrize("method", ["dry_run", "run"])
async def test_a_text_that_does_not_cast_is_refused_at_the_latest_when_it_runs(
    warehouse: Warehouse, method: str
) -> None:
    sql = "SELECT id FROM flights WHERE id = CAST(? AS INT64)"
    if method == "dry_run":
        assert (await warehouse.dry_run(sql, ["7 OR 1=1"])).columns[0].name == "id"
        return
    with pytest.raises(WarehouseRefused):
        await warehouse.run(sql, ["7 OR 1=1"])


async def test_a_list_of_values_filters(warehouse: Warehouse) -> None:
    sql = "SELECT count(*) AS n FROM flights WHERE CAST(? AS BOOLEAN) OR carrier IN (?, ?)"
    assert (await warehouse.run(sql, [False, "AA", "UA"])).table.to_pydict() == {"n": [ROWS // 2]}
    assert (await warehouse.run(sql, [True, "AA", "UA"])).table.to_pydict() == {"n": [ROWS]}
    assert (await warehouse.run(sql, [False, None, "'"])).table.to_pydict() == {"n": [0]}


WRAPPED = [
    ("SELECT * FROM flights", True),
    ("WITH x AS (SELECT * FROM flights) SELECT * FROM x -- all", True),
    ("WITH x AS (SELECT carrier, delay FROM late) SELECT * FROM x /* late */", False),
]


@pytest.mark.parametrize(("inner", "wide"), WRAPPED)
@pytest.mark.parametrize("clause", ["", " WHERE s.carrier = ? OR CAST(? AS BOOLEAN)"])
async def test_only_the_columns_needed_of_a_subquery_count(
    warehouse: Warehouse, inner: str, wide: bool, clause: str
) -> None:
    sql = f"SELECT s.carrier AS c, count(*) AS n FROM (\n{inner}\n) AS s{clause} GROUP BY 1"
    values = ["AA", False][: clause.count("?")]
    found = await warehouse.dry_run(sql, values)
    assert "main.flights" in names(found)
    narrow = await warehouse.dry_run("SELECT carrier FROM flights" if wide else "SELECT carrier, delay FROM flights")
    assert found.bytes_scanned == narrow.bytes_scanned
    assert found.bytes_scanned <= (await warehouse.dry_run("SELECT * FROM flights")).bytes_scanned


async def test_a_value_prunes_nothing_that_another_value_would_read(warehouse: Warehouse) -> None:
    sql = "SELECT CASE WHEN CAST(? AS BOOLEAN) THEN delay END AS d FROM flights WHERE CAST(? AS BOOLEAN) AND id > 0"
    sizes = {(await warehouse.dry_run(sql, [a, b])).bytes_scanned for a in (True, False) for b in (True, False, None)}
    assert sizes == {(await warehouse.dry_run("SELECT delay, id FROM flights")).bytes_scanned}
