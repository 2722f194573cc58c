"""What crosses between a parent and its worker arrives as it was sent."""

from __future__ import annotations

import os
import socket
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.kit import NotFound, Place, TimedOut, Unavailable
from dashbridge.warehouse import wire
from dashbridge.warehouse.base import Parameter, WarehouseRefused

PARAMETERS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**127), 2**127),
    st.floats(allow_nan=False),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
)


@given(values=st.lists(PARAMETERS, max_size=5))
def test_parameters_round_trip(values: list[Parameter]) -> None:
    left, right = socket.socketpair()
    with left, right:
        wire.send(left, {"parameters": wire.pack_parameters(values)})
        message, files = wire.receive(right)
    found = wire.unpack_parameters(message["parameters"])
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]
    assert files == []


@pytest.mark.parametrize("value", [b"bytes", [1], {"date": "2020-01-01"}, object(), 1j])
def test_other_parameters_are_refused(value: Parameter) -> None:
    with pytest.raises(WarehouseRefused) as caught:
        wire.pack_parameters([value])
    assert caught.value.code == "bad_parameter"


@pytest.mark.parametrize("rows", [0, 1, 100_000])
def test_tables_round_trip(rows: int) -> None:
    table = pa.table({"a": pa.array(range(rows)), "b": pa.array(["é"] * rows, pa.string())})
    assert wire.read_table(wire.write_table(table)).equals(table)


def test_a_file_that_is_sent_cannot_shrink_afterwards() -> None:
    file = wire.write_table(pa.table({"a": list(range(100_000))}))
    kept = os.dup(file)
    table = wire.read_table(file)
    with pytest.raises(PermissionError):
        os.ftruncate(kept, 0)
    os.close(kept)
    assert table["a"][99_999].as_py() == 99_999


def test_files_travel_with_their_message() -> None:
    left, right = socket.socketpair()
    table = pa.table({"a": [1, 2, 3]})
    with left, right:
        file = wire.write_table(table)
        wire.send(left, {"n": 1}, [file])
        os.close(file)
        wire.send(left, {"n": 2})
        first, (given_file,) = wire.receive(right)
        second, none = wire.receive(right)
    assert (first, second, none) == ({"n": 1}, {"n": 2}, [])
    assert wire.read_table(given_file).equals(table)


def test_hanging_up_and_being_late_are_told_apart() -> None:
    left, right = socket.socketpair()
    with right:
        with left:
            with pytest.raises(TimeoutError):
                wire.receive(right, deadline=time.monotonic() + 0.01)
            with pytest.raises(TimeoutError):
                wire.receive(right, deadline=time.monotonic() - 1)
            left.sendall(b"\0\0")
        with pytest.raises(wire.Hangup):
            wire.receive(right)


@pytest.mark.parametrize("kind", [WarehouseRefused, NotFound, TimedOut, Unavailable])
def test_errors_round_trip(kind: type[WarehouseRefused | NotFound | TimedOut | Unavailable]) -> None:
    error = kind("what", code="a_code", hint="do this", place=Place(line=2, column=3))
    found = wire.unpack_error(wire.pack_error(error))
    assert type(found) is kind
    assert (found.message, found.code, found.hint, found.place) == ("what", "a_code", "do this", Place(None, 2, 3))


def test_an_unknown_error_is_a_failure_of_the_worker() -> None:
    message = wire.pack_error(WarehouseRefused("x"))
    assert isinstance(wire.unpack_error({**message, "error": "SystemExit"}), Unavailable)


def test_dates_are_not_timestamps() -> None:
    assert wire.unpack_parameters(wire.pack_parameters([date(2020, 1, 1)])) == [date(2020, 1, 1)]
    assert type(wire.unpack_parameters(wire.pack_parameters([datetime(2020, 1, 1, tzinfo=UTC)]))[0]) is datetime
    assert wire.pack_parameters([Decimal("1.10")]) == [{"decimal": "1.10"}]
