"""Every route times everyone who may knock. A route that is not in the matrix fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from tests.dashbridge.api.described import Described

from dashbridge.api.deps import Rooms
from dashbridge.connections import ConnectionInfo, DuckDBSettings
from dashbridge.sharing import Actor

KNOCKS = ("anonymous", "revoked", "stranger", "viewer", "editor", "admin")
UI = {"id": "mine-{n}", "connection": "shop", "message": "How many orders are there?"}

#   route                                               anonymous revoked stranger viewer editor admin
MATRIX: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("GET", "/openapi.json"): ("200 200 200 200 200 200", {}),
    ("GET", "/healthz"): ("200 200 200 200 200 200", {}),
    ("GET", "/readyz"): ("200 200 200 200 200 200", {}),
    ("GET", "/{path:path}"): ("200 200 200 200 200 200", {}),
    ("POST", "/v1/sign-in"): ("401 401 401 401 401 401", {"json": {"token": "dbi_" + "x" * 43}}),
    ("POST", "/v1/sign-out"): ("401 401 204 204 204 204", {}),
    ("GET", "/v1/me"): ("401 401 200 200 200 200", {}),
    ("GET", "/v1/connections"): ("401 401 200 403 200 200", {}),
    ("POST", "/v1/connections"): (
        "401 401 404 403 403 201",
        {"json": {"name": "made", "kind": "duckdb", "settings": {"path": "shop.duckdb"}}},
    ),
    ("POST", "/v1/uploads"): ("401 401 201 403 403 201", {"content": "a,b\n1,2\n", "params": {"name": "t{n}"}}),
    ("GET", "/v1/connections/{connection_id}"): ("401 401 404 403 200 200", {}),
    ("POST", "/v1/connections/{connection_id}/validate"): ("401 401 404 403 403 200", {}),
    ("POST", "/v1/connections/{connection_id}/scan"): ("401 401 404 403 403 200", {}),
    ("GET", "/v1/connections/{connection_id}/datasets"): ("401 401 404 403 200 200", {}),
    ("DELETE", "/v1/connections/{connection_id}"): ("401 401 404 403 403 204", {}),
    ("GET", "/v1/datasets/{dataset_id}/tables"): ("401 401 404 403 200 200", {}),
    ("GET", "/v1/tables/{table_id}"): ("401 401 404 403 200 200", {}),
    ("POST", "/v1/chat/sessions"): ("401 401 404 403 201 201", {"json": {"connection": "shop"}}),
    ("GET", "/v1/chat/sessions"): ("401 401 200 403 200 200", {}),
    ("GET", "/v1/chat/sessions/{session_id}"): ("401 401 404 404 200 404", {}),
    ("PATCH", "/v1/chat/sessions/{session_id}"): ("401 401 404 404 200 404", {"json": {"title": "New"}}),
    ("DELETE", "/v1/chat/sessions/{session_id}"): ("401 401 404 404 204 404", {}),
    ("POST", "/v1/chat/sessions/{session_id}/undelete"): ("401 401 404 403 404 404", {}),
    ("POST", "/v1/chat/sessions/{session_id}/messages"): (
        "401 401 404 403 200 404",
        {"json": {"message": "How many orders are there?"}},
    ),
    ("GET", "/v1/chat/sessions/{session_id}/stream"): ("401 401 404 404 204 404", {}),
    ("POST", "/v1/chat/sessions/{session_id}/stop"): ("401 401 404 404 200 404", {}),
    ("POST", "/v1/chat/sessions/{session_id}/turns/{turn_id}/feedback"): (
        "401 401 404 404 404 404",
        {"json": {"feedback": 1}},
    ),
    ("POST", "/v1/chat"): ("401 401 404 403 200 409", {"json": UI}),
    ("GET", "/v1/chat/{client_id}/stream"): ("401 401 404 404 404 404", {}),
    ("POST", "/v1/chat/{client_id}/stop"): ("401 401 404 404 404 404", {}),
    ("POST", "/v1/validate"): ("401 401 422 403 200 200", {"content": "{yaml}"}),
    ("POST", "/v1/preview"): ("401 401 422 403 200 200", {"content": "{yaml}"}),
    ("GET", "/v1/dashboards"): ("401 401 200 200 200 200", {}),
    ("GET", "/v1/dashboards/{slug}"): ("401 401 404 200 200 200", {}),
    ("PUT", "/v1/dashboards/{slug}"): (
        "401 401 422 403 200 412",
        {"content": "{yaml}", "headers": {"If-Match": '"1"'}},
    ),
    ("DELETE", "/v1/dashboards/{slug}"): ("401 401 404 403 204 404", {"headers": {"If-Match": '"1"'}}),
    ("POST", "/v1/dashboards/{slug}/undelete"): ("401 401 404 403 404 404", {}),
    ("POST", "/v1/dashboards/{slug}/keep"): ("401 401 404 403 200 200", {}),
    ("GET", "/v1/dashboards/{slug}/yaml"): ("401 401 404 200 200 200", {}),
    ("GET", "/v1/dashboards/{slug}/revisions"): ("401 401 404 200 200 200", {}),
    ("POST", "/v1/dashboards/{slug}/restore"): (
        "401 401 404 403 200 412",
        {"json": {"revision": 1}, "headers": {"If-Match": '"1"'}},
    ),
    ("POST", "/v1/dashboards/{slug}/rename"): (
        "401 401 404 403 200 409",
        {"json": {"slug": "renamed"}, "headers": {"If-Match": '"1"'}},
    ),
    ("GET", "/v1/dashboards/{slug}/page"): ("401 401 404 200 200 200", {}),
    ("GET", "/v1/dashboards/{slug}/data"): ("401 401 404 200 200 200", {}),
    ("GET", "/v1/dashboards/{slug}/cost"): ("401 401 404 200 200 200", {}),
    ("GET", "/v1/costs"): ("401 401 200 403 200 200", {}),
    ("POST", "/v1/overrides"): (
        "401 401 201 403 403 201",
        {"json": {"plan_sha256": "ab" * 32, "reason": "needed today"}},
    ),
    ("GET", "/v1/overrides"): ("401 401 200 403 403 200", {}),
    ("GET", "/v1/dashboards/{slug}/thumbnail"): ("401 401 404 200 200 200", {}),
    ("GET", "/v1/dashboards/{slug}/insights"): ("401 401 404 200 200 200", {}),
    ("GET", "/v1/dashboards/{slug}/insights/{name}"): ("401 401 404 200 200 200", {}),
    ("GET", "/v1/dashboards/{slug}/warm"): ("401 401 404 200 200 200", {}),
    ("POST", "/v1/dashboards/{slug}/warm"): ("401 401 404 200 200 200", {}),
}


def routes_of(routes: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Each route's methods but HEAD, which is GET without its body."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)
            continue
        for method in sorted(route.methods or {"ANY"}):
            if method != "HEAD":
                yield method, route.path


def test_the_matrix_knows_every_route(app: FastAPI) -> None:
    assert set(routes_of(app.routes)) == set(MATRIX)


def agrees(status: int, wanted: str) -> bool:
    return str(status) == wanted or (wanted.endswith("xx") and status // 100 == int(wanted[0]))


async def fresh_values(
    rooms: Rooms, admin: Actor, editor: Actor, yaml: str, number: int, scanned: ConnectionInfo
) -> dict[str, str]:
    """What a route's path names: a dashboard and a session of its own, a connection of its own, scanned tables."""
    slug = f"board-{number}"
    await rooms.library.save(admin, yaml, slug, expected=None)
    session = await rooms.chats.create(editor, connection="shop", dashboard=None)
    connection = await rooms.connections.create(
        admin, f"CANARY-own-{number}", DuckDBSettings(path="shop.duckdb"), allowed_datasets=["main"]
    )
    (dataset,) = await rooms.catalog.datasets(admin, scanned.id)
    table = (await rooms.catalog.tables(admin, UUID(dataset["id"])))[0]
    return {
        **{"slug": slug, "session_id": str(session.id), "turn_id": str(session.id), "client_id": "nobody"},
        **{"connection_id": str(connection.id), "dataset_id": dataset["id"], "table_id": table["id"]},
        **{"path:path": "some/page", "name": "total", "n": str(number), "yaml": yaml},
    }


def filled(template: Any, values: dict[str, str]) -> Any:
    if isinstance(template, dict):
        return {key: filled(value, values) for key, value in template.items()}
    if not isinstance(template, str):
        return template
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template


@pytest.mark.slow
async def test_everyone_gets_what_the_matrix_says(
    app: FastAPI,
    rooms: Rooms,
    people: Any,
    client_of: Callable[..., httpx.AsyncClient],
    shop: ConnectionInfo,
    shop_yaml: str,
) -> None:
    admin, editor = people["admin"].actor, people["editor"].actor
    shop_yaml = shop_yaml.replace("title: Shop\n", "title: CANARY\n")
    await rooms.catalog.scan(admin, shop.id)
    clients = {who: client_of(people.get(who)) for who in KNOCKS}
    described = Described(app)
    wrong = []
    for number, ((method, path), (wanted, request)) in enumerate(MATRIX.items()):
        values = await fresh_values(rooms, admin, editor, shop_yaml, number, shop)
        for who, status in zip(KNOCKS, wanted.split(), strict=True):
            answer = await clients[who].request(method, filled(path, values), **filled(request, values))
            if not agrees(answer.status_code, status):
                wrong.append(f"{who} {method} {path}: {answer.status_code}, not {status}: {answer.text[:200]}")
            if who in ("anonymous", "revoked", "stranger") and "CANARY" in answer.text + str(answer.headers):
                wrong.append(f"{who} {method} {path}: tells what is ours")
            if answer.status_code >= 400 and answer.headers["content-type"] != "application/problem+json":
                wrong.append(f"{who} {method} {path}: {answer.headers['content-type']} is no problem document")
            if not path.startswith(("/openapi", "/{path")):
                wrong += [f"{who} {method} {path}: {one}" for one in described.unlike(method, path, answer)]
    assert not wrong, "\n".join(wrong)


async def test_a_stranger_cannot_tell_ours_from_nothing(
    rooms: Rooms, people: Any, client_of: Callable[..., httpx.AsyncClient], shop: ConnectionInfo, shop_yaml: str
) -> None:
    await rooms.library.save(people["admin"].actor, shop_yaml, "ours", expected=None)
    stranger = client_of(people["stranger"])
    paths = ("", "/data", "/yaml", "/page", "/thumbnail", "/insights", "/insights/total", "/insights/total?stage=pre")
    for template in (f"/v1/dashboards/{{}}{path}" for path in paths):
        ours, nothing = [await stranger.get(template.format(slug)) for slug in ("ours", "none")]
        assert ours.status_code == nothing.status_code == 404
        told = [{**answer.json(), "request_id": None} for answer in (ours, nothing)]
        assert str(told[0]).replace("ours", "none") == str(told[1])
