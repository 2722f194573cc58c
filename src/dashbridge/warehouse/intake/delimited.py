"""CSV, as people save it: any of the usual separators, with or without a BOM, in UTF-8 or UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from dashbridge.kit import Invalid, Place, TooLarge
from dashbridge.warehouse.intake.names import column_names
from dashbridge.warehouse.intake.typed import typed

MOST_COLUMNS = 500
MOST_CELL_BYTES = 1_000_000
_SEPARATORS = ",;\t|"
_SAMPLE = 1 << 16
_SAMPLE_ROWS = 100
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_POINT = re.compile(r"-?[0-9]+\.[0-9]+")
_OTHER_TEXT = re.compile(r"\s*(\{|\[\s*[\[{\"\]]|<)")


def read_delimited(data: bytes) -> pa.Table:
    """A CSV file as a table with plain names and types. Raises Invalid, TooLarge."""
    text = _utf8(data).lstrip(b"\r\n")
    rows = _sample(text)
    separator = _separator(rows)
    sample = list(csv.reader(rows, delimiter=separator))[:_SAMPLE_ROWS]
    header = sample[0] if sample else []
    named = not all(_NUMBER.fullmatch(cell.strip()) for cell in header)
    if len(header) > MOST_COLUMNS:
        raise TooLarge(f"The file has {len(header):,} columns, more than {MOST_COLUMNS}", code="too_many_columns")
    names = column_names(header if named else [""] * len(header))
    table = _read(text, names, separator, skip=int(named))
    if table.num_rows == 0:
        raise Invalid("The file has no rows", code="empty_upload", hint="its first line is taken as the columns' names")
    if text.count(b'"') % 2 and "\n" in (table.column(names[-1])[-1].as_py() or ""):
        raise Invalid(
            "A value begins with a quote that is never closed", code="open_quote", hint='write a quote inside as ""'
        )
    comma = separator != "," and _with_commas(sample)
    columns = {}
    for name, written in zip(names, header, strict=True):
        column = table.column(name).combine_chunks()
        _check_cells(name, column)
        if column.null_count < len(column) or written.strip():
            columns[name] = typed(column, decimal_comma=comma)
    return pa.table(columns)


def _utf8(data: bytes) -> bytes:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise _no_csv("it begins like UTF-16 text and is none") from error
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        raise Invalid("The file is empty", code="empty_upload")
    if b"\0" in data:
        raise _no_csv("it has bytes that no text has")
    try:
        head = data.decode()[:_SAMPLE]
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(
            f"Line {line:,} is not UTF-8 text",
            code="not_utf8",
            hint="save the file as CSV UTF-8",
            place=Place(line=line),
        ) from error
    if _OTHER_TEXT.match(head):
        raise _no_csv("it looks like JSON or markup")
    return data


def _sample(text: bytes) -> list[str]:
    """The first lines, whole."""
    head = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        cut = max(head.rfind(b"\n"), head.rfind(b"\r"))
        head = text[: text.find(b"\n", _SAMPLE) + 1 or len(text)] if cut < 0 else head[: cut + 1]
    csv.field_size_limit(max(len(head), csv.field_size_limit()))
    return io.StringIO(head.decode(), newline="").readlines()


def _separator(rows: list[str]) -> str:
    """The separator that parts most of the lines into the same number of columns, and into the most of them."""
    best, score = ",", (0.0, 1)
    for separator in _SEPARATORS:
        counts = Counter(len(row) for row in list(csv.reader(rows, delimiter=separator))[:_SAMPLE_ROWS] if row)
        width, often = counts.most_common(1)[0] if counts else (1, 0)
        found = (often / counts.total() if counts else 0.0, width)
        if width > 1 and found > score:
            best, score = separator, found
    return best


def _with_commas(sample: list[list[str]]) -> bool:
    cells = [cell.strip() for row in sample[1:] for cell in row]
    return any(map(_COMMA.fullmatch, cells)) and not any(map(_POINT.fullmatch, cells))


def _read(text: bytes, names: list[str], separator: str, *, skip: int) -> pa.Table:
    wrong: list[pyarrow.csv.InvalidRow] = []

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        wrong.append(row)
        return "error"

    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(text),
            pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(text) + 1, column_names=names, skip_rows_after_names=skip
            ),
            pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=refuse),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid as error:
        if not wrong:
            raise _no_csv("its rows cannot be told apart") from error
        row = wrong[0]
        where = "A row" if row.number is None else f"Row {row.number:,}"
        raise Invalid(
            f"{where} has {row.actual_columns:,} columns, not {row.expected_columns:,}: {row.text[:60]!r}",
            code="ragged_rows",
            hint="put values that hold the separator or a line break in double quotes",
        ) from error


def _check_cells(name: str, column: pa.Array) -> None:
    longest = pc.max(pc.binary_length(column)).as_py() or 0
    if longest > MOST_CELL_BYTES:
        raise TooLarge(
            f"A value of {name!r} has {longest:,} bytes, more than {MOST_CELL_BYTES:,}",
            code="value_too_large",
            hint="a quote that is never closed makes one value of all that follows",
        )


def _no_csv(why: str) -> Invalid:
    return Invalid(
        f"The file is neither CSV nor Parquet: {why}", code="not_a_table_file", hint="export the sheet or table as CSV"
    )
