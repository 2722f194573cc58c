"""Two thousand bad requests made from the API description: no 5xx, no traceback, nothing but problem documents."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from dashbridge.connections import ConnectionInfo

REQUESTS, SEED = 2_000, 20_261_121
TEXTS = [
    *("", " ", "a", "shop", "\0", "a\0b", "\n", "../..", "%", "%s", "${ref(x)}", "'", '"', "\\", "; DROP TABLE x --"),
    *("null", "true", "0", "-1", "1e999", "9" * 40, "NaN", "é", "\u202e", "😀", "x" * 300, "x" * 5_000, "[]", "{}"),
    *("00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "dbk_x", "<script>", "٣"),
]
VALUES: list[Any] = [
    *(None, True, 0, -1, 2**31, 2**63, 10**30, 1.5, [], {}, [[]], {"a": {}}, ["a", None], "\0", "\ud800", *TEXTS),
    {"path": "shop.duckdb"},
]
RAW = [
    *(b"", b"{", b"[1", b'"', b"\xff\xfe", b"nul", b"\0" * 50, b"[" * 50_000, b'{"a":' * 5_000, b'{"a":1,"a":2}'),
    *(b"9" * 10_000, b"version: 1", b"- - - -", b"a: &a [*a]", b"\xef\xbb\xbf{}", b"NaN", b"Infinity"),
]
HEADERS = [
    *(("If-Match", text) for text in ('"1"', "*", "x", '"' + "9" * 30 + '"', "-1")),
    *(("If-None-Match", text) for text in ("*", '"x"', ",,,", "W/")),
    *(("Accept", text) for text in ("text/csv", "application/vnd.apache.arrow.stream", ";;", "*/*;q=x", "text/html")),
    *(("Accept-Encoding", text) for text in ("gzip", "br;q=0", "zstd", "nonsense", "*;q=0")),
    *(
        ("Content-Type", text)
        for text in ("application/json", "text/plain", "multipart/form-data", "x", "a/b;charset=??")
    ),
    *(("Last-Event-ID", text) for text in ("x", "-1", "9" * 30, "")),
    *(("Origin", text) for text in ("null", "http://[", "x")),
    *(("Cookie", text) for text in ("dashbridge_session=x", ";;;", "=", "a=b; a=c")),
    *(("Range", "bytes=5-1"), ("X-HTTP-Method-Override", "DELETE"), ("Content-Encoding", "gzip")),
]


class Maker:
    """Requests that a client could send by mistake or on purpose, each from one number."""

    def __init__(self, description: dict[str, Any], known: dict[str, list[str]]) -> None:
        self._schemas = description["components"]["schemas"]
        self._known = known
        self._operations = [
            (method.upper(), path, operation)
            for path, methods in description["paths"].items()
            for method, operation in methods.items()
        ]

    def __call__(self, count: int, seed: int) -> Iterator[dict[str, Any]]:
        chance = random.Random(seed)
        for number in range(count):
            method, path, operation = self._operations[number % len(self._operations)]
            if chance.random() < 0.05:
                method = chance.choice(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
            yield {
                "method": method,
                "url": self._url(path, operation, chance),
                "headers": chance.sample(HEADERS, chance.randint(0, 3)),
                "content": self._body(operation, chance),
            }

    def _url(self, path: str, operation: dict[str, Any], chance: random.Random) -> str:
        for name in [part.split("}")[0] for part in path.split("{")[1:]]:
            usual = chance.random() < 0.5 and name in self._known
            value = chance.choice(self._known[name] if usual else [text for text in TEXTS if text])
            path = path.replace("{" + name + "}", quote(value, safe="") if chance.random() < 0.9 else quote(value))
        names = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
        pairs = [
            f"{chance.choice([*names, 'input.region', 'input.', 'input.region.from'])}={quote(chance.choice(TEXTS))}"
            for _ in range(chance.choice([0, 0, 1, 2]))
        ]
        return path + ("?" + "&".join(pairs) if pairs else "")

    def _body(self, operation: dict[str, Any], chance: random.Random) -> bytes | None:
        if chance.random() < 0.2:
            return chance.choice(RAW)
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return chance.choice([None, None, *RAW])
        return json.dumps(self._like(content["application/json"]["schema"], chance, 0)).encode()

    def _like(self, schema: dict[str, Any], chance: random.Random, depth: int) -> Any:
        """Nearly what the schema wants, so that the faults lie deep."""
        if chance.random() < 0.2 or depth > 5:
            return chance.choice(VALUES)
        if "$ref" in schema:
            return self._like(self._schemas[schema["$ref"].rpartition("/")[2]], chance, depth)
        if "anyOf" in schema:
            return self._like(chance.choice(schema["anyOf"]), chance, depth + 1)
        kind = schema.get("type")
        if kind == "object":
            named = schema.get("properties", {})
            made = {name: self._like(one, chance, depth + 1) for name, one in named.items() if chance.random() < 0.9}
            return made | ({chance.choice(TEXTS): 1} if chance.random() < 0.1 else {})
        if kind == "array":
            return [self._like(schema.get("items", {}), chance, depth + 1) for _ in range(chance.randint(0, 3))]
        if kind == "string":
            return chance.choice([*TEXTS, "duckdb", "schema", "shop", "How many orders?"])
        return chance.choice(VALUES)


@pytest.mark.slow
async def test_no_bad_request_breaks_the_server(
    app: FastAPI, client: httpx.AsyncClient, shop: ConnectionInfo, shop_yaml: str, caplog: pytest.LogCaptureFixture
) -> None:
    saved = await client.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    assert saved.status_code == 201
    session = (await client.post("/v1/chat/sessions", json={"connection": "shop"})).json()["session_id"]
    known = {"slug": ["shop"], "connection_id": [str(shop.id)], "session_id": [session], "client_id": [session]}
    wrong = []
    statuses: dict[int, int] = {}
    for request in Maker(app.openapi(), known)(REQUESTS, SEED):
        answer = await client.request(**request)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        problem = answer.headers.get("content-type") == "application/problem+json"
        if answer.status_code >= 500 or "Traceback" in answer.text or (answer.status_code >= 400 and not problem):
            wrong.append(f"{answer.status_code} {request} {answer.text[:300]}")
    crashes = [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]
    assert not wrong + crashes, "\n".join(wrong + crashes)
    assert sum(statuses.values()) == REQUESTS
    assert statuses[422] > REQUESTS / 20, statuses
    assert len(statuses) >= 6, statuses
