"""Rows as bytes for other processes: what they are named, who they are for, and a checksum; then Arrow IPC.

Whatever does not read back as exactly that is refused: a cache may be full, old, broken or somebody else's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import orjson
import pyarrow as pa
import pyarrow.ipc as pa_ipc

from dashbridge.kit import DashbridgeError, new_id, sha256_hex
from dashbridge.serving.facts import Facts
from dashbridge.serving.rows import Rows, RowsKey

_MARK = b"DBR1"
_DIGEST = 32
_LENGTH = 4
_SMALL_BYTES = 64 << 10


class NotTheseRows(DashbridgeError):
    """Bytes that are not the rows they were asked as."""

    default_code = "not_these_rows"


@dataclass(frozen=True, slots=True)
class RowsName:
    """What rows are known by among processes: `one` of this version of the data, `any` of whatever version.

    Hashes of the team, the connection and its epoch, the policy, the statement and its values, with their types.
    """

    one: str
    any: str

    @classmethod
    def of(cls, key: RowsKey, versionless: RowsKey) -> RowsName:
        """The name of the rows that this process keeps under `key`."""
        return cls(_named("one", key), _named("any", versionless))


def pack(name: RowsName, rows: Rows) -> bytes:
    """Rows as bytes. Takes milliseconds where they are many."""
    head = orjson.dumps(
        {
            "one": name.one,
            "any": name.any,
            "bytes_scanned": rows.bytes_scanned,
            "bytes_estimated": rows.bytes_estimated,
            "bytes_billed": rows.bytes_billed,
            "computed_at": rows.computed_at.isoformat(),
            "hugeints": rows.hugeints,
            "facts": rows.facts.as_dict(),
        }
    )
    sink = pa.BufferOutputStream()
    codec = "lz4" if rows.table.nbytes > _SMALL_BYTES else None
    with pa_ipc.new_stream(sink, rows.table.schema, options=pa_ipc.IpcWriteOptions(compression=codec)) as writer:
        writer.write_table(rows.table)
    body = b"".join((len(head).to_bytes(_LENGTH, "big"), head, sink.getvalue()))
    return b"".join((_MARK, sha256(body).digest(), body))


def unpack(name: RowsName, key: RowsKey, data: bytes, *, other_version: bool = False) -> Rows:
    """The rows that `pack` made for this name, under a key of this process. Raises NotTheseRows.

    With `other_version` they may be of another version of the data.
    """
    view = memoryview(data)
    body = view[len(_MARK) + _DIGEST :]
    if bytes(view[: len(_MARK)]) != _MARK or sha256(body).digest() != bytes(view[len(_MARK) : len(_MARK) + _DIGEST]):
        raise NotTheseRows("These bytes are cut, changed, or of another kind")
    try:
        rest = _LENGTH + int.from_bytes(body[:_LENGTH], "big")
        head = orjson.loads(body[_LENGTH:rest])
        if head["any"] != name.any or not (other_version or head["one"] == name.one):
            raise NotTheseRows("These are other rows than were asked for")
        with pa_ipc.open_stream(pa.py_buffer(body[rest:])) as reader:
            table = reader.read_all()
        table.validate()
        return Rows(
            (*key, str(new_id())),
            table,
            int(head["bytes_scanned"]),
            datetime.fromisoformat(head["computed_at"]).astimezone(UTC),
            tuple(map(str, head["hugeints"])),
            _whole(head["bytes_estimated"]),
            _whole(head["bytes_billed"]),
            Facts.read(head["facts"]),
        )
    except (KeyError, TypeError, ValueError, OSError, pa.ArrowException) as error:
        raise NotTheseRows("These bytes do not read as rows") from error


def _named(kind: str, key: RowsKey) -> str:
    return sha256_hex(orjson.dumps([_MARK.decode(), kind, *map(str, key)]))


def _whole(number: int | None) -> int | None:
    return None if number is None else int(number)
