"""BigQuery's types: in its own words, as kinds, as Arrow; and values as parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
from google.cloud.bigquery import ScalarQueryParameter, SchemaField

from dashbridge.warehouse.base import Column, Kind, Parameter, WarehouseRefused

_STANDARD: Final = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}
_KINDS: Final = {
    "INT64": Kind.INTEGER,
    "FLOAT64": Kind.FLOAT,
    "NUMERIC": Kind.DECIMAL,
    "BIGNUMERIC": Kind.DECIMAL,
    "BOOL": Kind.BOOLEAN,
    "STRING": Kind.TEXT,
    "BYTES": Kind.BYTES,
    "DATE": Kind.DATE,
    "TIME": Kind.TIME,
    "DATETIME": Kind.TIMESTAMP,
    "TIMESTAMP": Kind.TIMESTAMP_TZ,
    "INTERVAL": Kind.INTERVAL,
    "JSON": Kind.JSON,
    "STRUCT": Kind.STRUCT,
    "RANGE": Kind.STRUCT,
    "GEOGRAPHY": Kind.TEXT,
}
_ARROW: Final = {
    "INT64": pa.int64(),
    "FLOAT64": pa.float64(),
    "NUMERIC": pa.decimal128(38, 9),
    "BIGNUMERIC": pa.decimal256(76, 38),
    "BOOL": pa.bool_(),
    "BYTES": pa.binary(),
    "DATE": pa.date32(),
    "TIME": pa.time64("us"),
    "DATETIME": pa.timestamp("us"),
    "TIMESTAMP": pa.timestamp("us", "UTC"),
    "INTERVAL": pa.month_day_nano_interval(),
}
_INT64: Final = range(-(2**63), 2**63)


def columns_of(fields: Iterable[SchemaField]) -> tuple[Column, ...]:
    """Fields of a table or a result as columns."""
    return tuple(
        Column(field.name, type_name(field), kind_of(field), field.mode != "REQUIRED", field.description)
        for field in fields
    )


def kind_of(field: SchemaField) -> Kind:
    """The kind of a field: anything repeated is a list."""
    return Kind.LIST if field.mode == "REPEATED" else _KINDS.get(_standard(field), Kind.OTHER)


def type_name(field: SchemaField) -> str:
    """The type as BigQuery writes it in SQL, e.g. ARRAY<STRUCT<sku STRING, price NUMERIC(10, 2)>>."""
    name = _standard(field)
    if name == "STRUCT":
        name = f"STRUCT<{', '.join(f'{part.name} {type_name(part)}' for part in field.fields)}>"
    elif name == "RANGE" and field.range_element_type is not None:
        name = f"RANGE<{field.range_element_type.element_type}>"
    elif field.precision is not None:
        name += f"({field.precision}, {field.scale})" if field.scale else f"({field.precision})"
    elif field.max_length is not None:
        name += f"({field.max_length})"
    return f"ARRAY<{name}>" if field.mode == "REPEATED" else name


def arrow_type(field: SchemaField) -> pa.DataType:
    """The Arrow type that holds every value of a field: text for JSON and GEOGRAPHY, a struct for RANGE."""
    name = _standard(field)
    if name == "STRUCT":
        made = pa.struct([pa.field(part.name, arrow_type(part)) for part in field.fields])
    elif name == "RANGE":
        element = field.range_element_type.element_type if field.range_element_type is not None else "DATE"
        bound = _ARROW.get(element, pa.string())
        made = pa.struct([pa.field("start", bound), pa.field("end", bound)])
    else:
        made = _ARROW.get(name, pa.string())
    return pa.list_(made) if field.mode == "REPEATED" else made


def arrow_schema(fields: Sequence[SchemaField]) -> pa.Schema:
    """The Arrow schema of a result."""
    return pa.schema([pa.field(field.name, arrow_type(field)) for field in fields])


def batch(rows: Sequence[Sequence[Any]], fields: Sequence[SchemaField], schema: pa.Schema) -> pa.RecordBatch:
    """Rows of Python values, as the client reads them from JSON, as Arrow."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(fields)
    arrays = [
        pa.array([_value(value, field) for value in column], schema.field(place).type)
        for place, (column, field) in enumerate(zip(columns, fields, strict=True))
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def narrowed(table: pa.Table) -> pa.Table:
    """BIGNUMERIC columns as 128-bit decimals, which every engine takes, where that loses no digit."""
    for place, found in enumerate(table.schema):
        if pa.types.is_decimal256(found.type):
            fitting = _fitting(table.column(place))
            if fitting is not None:
                table = table.set_column(place, pa.field(found.name, fitting.type), fitting)
    return table


def parameters_of(values: Sequence[Parameter]) -> list[ScalarQueryParameter]:
    """Positional parameters. A NULL is given as text, as all text is that a statement casts itself."""
    return [ScalarQueryParameter(None, _parameter_type(value), value) for value in values]


def _standard(field: SchemaField) -> str:
    name = str(field.field_type).upper()
    return _STANDARD.get(name, name)


def _value(value: Any, field: SchemaField) -> Any:
    if value is None:
        return None
    if field.mode == "REPEATED":
        return [_scalar(item, field) for item in value]
    return _scalar(value, field)


def _scalar(value: Any, field: SchemaField) -> Any:
    name = _standard(field)
    if name == "JSON":
        return json.dumps(value, ensure_ascii=False)
    if name == "STRUCT" and isinstance(value, dict):
        return {part.name: _value(value.get(part.name), part) for part in field.fields}
    if name == "INTERVAL":
        nanoseconds = ((value.hours * 60 + value.minutes) * 60 + value.seconds) * 10**9 + value.microseconds * 1_000
        return pa.MonthDayNano([value.years * 12 + value.months, value.days, nanoseconds])
    if name in _ARROW or name in ("RANGE", "STRUCT"):
        return value
    return str(value)


def _fitting(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    values = [value for value in column.to_pylist() if value is not None]
    scale = max([9, *(-int(value.normalize().as_tuple().exponent) for value in values)])
    digits = max([0, *(value.adjusted() + 1 for value in values if value)])
    if scale > 38 or digits + scale > 38:
        return None
    return column.cast(pa.decimal128(38, scale))


def _parameter_type(value: Parameter) -> str:
    if isinstance(value, bool):
        return "BOOL"
    if isinstance(value, int):
        return "INT64" if value in _INT64 else "BIGNUMERIC"
    if isinstance(value, float):
        return "FLOAT64"
    if isinstance(value, Decimal):
        return _decimal_type(value)
    if isinstance(value, datetime):
        return "DATETIME" if value.tzinfo is None else "TIMESTAMP"
    return "DATE" if isinstance(value, date) else "STRING"


def _decimal_type(value: Decimal) -> str:
    if not value.is_finite():
        raise WarehouseRefused("A decimal parameter must be finite", code="bad_parameter")
    scale = -int(value.normalize().as_tuple().exponent)
    return "NUMERIC" if scale <= 9 and value.adjusted() < 29 else "BIGNUMERIC"
