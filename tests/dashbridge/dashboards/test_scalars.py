from __future__ import annotations

import pytest

from dashbridge.dashboards.scalars import read_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("y", "y"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("Null", None),
        ("12", 12),
        ("-7", -7),
        ("+3", 3),
        ("012", "012"),
        ("0", 0),
        ("0o14", 12),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("01.5", "01.5"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2013-01-01", "2013-01-01"),
        ("=", "="),
        ("9223372036854775807", 9223372036854775807),
        ("tRue", "tRue"),
        ("+", "+"),
        (".", "."),
        ("-", "-"),
        ("١٢", "١٢"),
    ],
)
def test_core_scalars(text: str, value: object) -> None:
    found = read_scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".NaN", "1e400", "9223372036854775808", "-" + "9" * 60])
def test_numbers_that_cannot_be_held(text: str) -> None:
    with pytest.raises(ValueError, match=r"finite|large|fit"):
        read_scalar(text)
