"""A small server of the Cloud Storage JSON API that keeps every rule the object store relies on.

fake-gcs-server lets a DELETE and a resumable upload pass whatever their `ifGenerationMatch` says, and takes a wrong
CRC32C. This one refuses them as Google does, and can be told to fail: see `GcsServer.fail`.

`python -m tests.fakes.gcs_server [PORT]` runs it until interrupted; its buckets are made on first use then.
"""

from __future__ import annotations

import base64
import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import google_crc32c


@dataclass
class Fault:
    """What befalls the next request of a method whose path holds `part`.

    how: `drop` (closed unheard), `lose` (carried out, then closed unanswered), `flip` (the last byte of the body
    changes on its way in, or out for a GET), `cut` (half of the answer), `hang` (until `release`), or a status.
    """

    method: str
    part: str
    how: str | int
    message: str = ""
    before: Any = None
    release: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)


@dataclass
class Stored:
    """One live object."""

    data: bytes
    resource: dict[str, Any]


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class GcsServer:
    """Buckets in memory behind `url`."""

    def __init__(self, port: int = 0, *, make_buckets: bool = False) -> None:
        self.buckets: dict[str, dict[str, Stored]] = {}
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.lock = threading.RLock()
        self.make_buckets = make_buckets
        self._uploads: dict[str, tuple[str, dict[str, Any], dict[str, str], bytearray]] = {}
        self._generation = time.time_ns() // 1_000
        server = self

        class Handler(_Handler):
            gcs = server

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[GcsServer]:
        """Serve in a thread meanwhile."""
        thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            for fault in self.faults:
                fault.release.set()
            self._http.shutdown()
            self._http.server_close()
            thread.join()

    def bucket(self) -> str:
        """Make a bucket; returns its name."""
        name = f"bucket-{len(self.buckets)}"
        self.buckets[name] = {}
        return name

    def fail(
        self, method: str, part: str, how: str | int, message: str = "", *, times: int = 1, before: Any = None
    ) -> Fault:
        """Let the next `times` matching requests fail; `before()` runs just before it shows. Returns the last."""
        added = [Fault(method, part, how, message, before) for _ in range(times)]
        self.faults += added
        return added[-1]

    def take_fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.method == method and fault.part in path and not fault.reached.is_set():
                    fault.reached.set()
                    return fault
        return None

    def objects(self, name: str) -> dict[str, Stored]:
        """What a bucket holds, by name."""
        if self.make_buckets:
            return self.buckets.setdefault(name, {})
        if name not in self.buckets:
            raise Refused(404, "The specified bucket does not exist.")
        return self.buckets[name]

    def found(self, bucket: str, name: str) -> Stored:
        stored = self.objects(bucket).get(name)
        if stored is None:
            raise Refused(404, f"No such object: {bucket}/{name}")
        return stored

    def write(self, bucket: str, resource: dict[str, Any], query: dict[str, str], data: bytes) -> dict[str, Any]:
        """The whole write of an object: precondition, checksum, new generation."""
        with self.lock:
            objects, name = self.objects(bucket), resource["name"]
            self.expect(objects.get(name), query)
            crc = base64.b64encode(google_crc32c.value(data).to_bytes(4, "big")).decode()
            if resource.get("crc32c", crc) != crc:
                raise Refused(400, f'Provided CRC32C "{resource["crc32c"]}" doesn\'t match calculated CRC32C "{crc}".')
            self._generation = max(self._generation + 1, time.time_ns() // 1_000)
            now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
            made = {
                "kind": "storage#object",
                "bucket": bucket,
                "metageneration": "1",
                "timeCreated": now,
                "updated": now,
            }
            made |= {"generation": str(self._generation), "size": str(len(data)), "crc32c": crc}
            objects[name] = Stored(data, {**resource, **made})
            return objects[name].resource

    def expect(self, stored: Stored | None, query: dict[str, str]) -> None:
        wanted = query.get("ifGenerationMatch")
        if wanted is not None and wanted != (stored.resource["generation"] if stored else "0"):
            raise Refused(412, "At least one of the pre-conditions you specified did not hold.")

    def begin(self, bucket: str, resource: dict[str, Any], query: dict[str, str]) -> str:
        """A resumable upload's id."""
        with self.lock:
            self.expect(self.objects(bucket).get(resource["name"]), query)
            number = f"upload-{len(self._uploads)}"
            self._uploads[number] = (bucket, resource, query, bytearray())
            return number

    def extend(self, number: str, data: bytes, content_range: str) -> dict[str, Any] | int:
        """The object when that was its last chunk, else how many bytes there are."""
        bucket, resource, query, held = self._uploads[number]
        held += data
        total = content_range.rpartition("/")[2]
        if total == "*" or len(held) < int(total):
            return len(held)
        return self.write(bucket, resource, query, bytes(held))

    def page(self, bucket: str, query: dict[str, str]) -> dict[str, Any]:
        """One page of a list, in the order of the names."""
        with self.lock:
            start, after = query.get("prefix", ""), query.get("pageToken", "")
            names = sorted(name for name in self.objects(bucket) if name.startswith(start) and name > after)
            size = min(int(query.get("maxResults", 1_000)), 1_000)
            answer: dict[str, Any] = {"items": [self.buckets[bucket][name].resource for name in names[:size]]}
            return answer | ({"nextPageToken": names[size - 1]} if len(names) > size else {})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    gcs: GcsServer

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.gcs.requests.append((self.command, self.path))
        fault = self.gcs.take_fault(self.command, self.path)
        how = fault.how if fault else None
        if fault and how == "hang":
            fault.release.wait(60)
        if how in ("drop", "hang"):
            self.close_connection = True
            return
        if how == "flip" and body:
            body = _flipped(body, self.headers.get("Content-Type", ""))
        try:
            if isinstance(how, int):
                raise Refused(how, fault.message if fault else "")
            status, headers, answer = self._answer(body)
        except Refused as error:
            status, headers = error.status, {"Content-Type": "application/json"}
            answer = json.dumps({"error": {"code": error.status, "message": error.message}}).encode()
            if "alt=media" in self.path:
                headers, answer = {"Content-Type": "text/html"}, error.message.encode()
        if fault and fault.before:
            fault.before()
        if how == "lose":
            self.close_connection = True
            return
        if how == "flip" and self.command == "GET" and answer:
            answer = answer[:-1] + bytes([answer[-1] ^ 1])
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(answer))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer[: len(answer) // 2] if how == "cut" else answer)
        self.close_connection |= how == "cut"

    do_GET = do_POST = do_PUT = do_DELETE = _serve

    def _answer(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        parts = [unquote(part) for part in url.path.split("/") if part]
        if parts[0] == "upload":
            return self._upload(parts[4], query, body)
        if parts[0] == "download":
            stored = self.gcs.found(parts[4], parts[6])
            resource = stored.resource
            told = {"Content-Type": resource.get("contentType", ""), "X-Goog-Generation": resource["generation"]}
            return 200, {**told, "X-Goog-Hash": f"crc32c={resource['crc32c']}"}, stored.data
        bucket, name = parts[3], parts[5] if len(parts) > 5 else None
        if name is None:
            return _json(self.gcs.page(bucket, query))
        with self.gcs.lock:
            stored = self.gcs.found(bucket, name)
            if self.command == "DELETE":
                self.gcs.expect(stored, query)
                del self.gcs.buckets[bucket][name]
                return 204, {}, b""
        return _json(stored.resource)

    def _upload(self, bucket: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.command == "PUT":
            done = self.gcs.extend(query["upload_id"], body, self.headers["Content-Range"])
            if isinstance(done, int):
                return 308, {"Range": f"bytes=0-{done - 1}"}, b""
            return _json(done)
        if query["uploadType"] == "resumable":
            number = self.gcs.begin(bucket, json.loads(body), query)
            where = f"{self.gcs.url}/upload/storage/v1/b/{bucket}/o?uploadType=resumable&upload_id={number}"
            return 200, {"Location": where}, b""
        resource, content = _parts(body, self.headers["Content-Type"])
        return _json(self.gcs.write(bucket, json.loads(resource), query, content))

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def _parts(body: bytes, kind: str) -> tuple[bytes, bytes]:
    """The resource and the content of a multipart/related body, byte for byte."""
    _, resource, content = body.split(_boundary(kind), 2)
    content = content[: content.rindex(b"\r\n" + _boundary(kind))]
    return resource.partition(b"\r\n\r\n")[2], content.partition(b"\r\n\r\n")[2]


def _boundary(kind: str) -> bytes:
    return b"--" + kind.partition("boundary=")[2].strip("\"'").encode()


def _flipped(body: bytes, kind: str) -> bytes:
    """The body with the last byte of its content changed."""
    if "boundary=" not in kind:
        return body[:-1] + bytes([body[-1] ^ 1])
    end = body.rindex(b"\r\n" + _boundary(kind))
    return body[: end - 1] + bytes([body[end - 1] ^ 1]) + body[end:]


def _json(answer: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()


if __name__ == "__main__":
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with GcsServer(int(sys.argv[1]) if sys.argv[1:] else 0, make_buckets=True).running() as running:
        print(f"STORAGE_EMULATOR_HOST={running.url}", flush=True)
        ended.wait()
