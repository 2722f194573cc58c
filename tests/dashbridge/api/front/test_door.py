"""What was answered before is answered at once, and never once it is not so any more."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import duckdb
import httpx
import psycopg
import pytest
from sqlalchemy import text
from tests.dashbridge.api.front.conftest import URL, House

from dashbridge.api import deps
from dashbridge.connections import DuckDBSettings
from dashbridge.directory import principals
from dashbridge.kit import Unauthenticated
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.sharing import known
from dashbridge.sharing.known import LASTS_S

KeepIn = Callable[..., Awaitable[httpx.AsyncClient]]


def digest_of(key: str) -> bytes:
    return hashlib.sha256(f"Bearer {key}\n".encode()).digest()


def shut(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on only the front can answer: the first room behind it raises."""

    async def closed(*_: Any, **__: Any) -> None:
        raise AssertionError("went past the front")

    library, connections = house.rooms.library, house.rooms.connections
    for room, name in ((library, "open"), (library, "lately"), (connections, "lately")):
        monkeypatch.setattr(room, name, closed)


async def test_the_answer_is_given_again_without_any_room_behind(
    here: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await keep_in(here, people["viewer"].key)
    before = await client.get(URL)
    shut(here, monkeypatch)
    monkeypatch.setattr(here.rooms.database, "_transaction", None)
    again = await client.get(URL)
    assert (again.status_code, again.content) == (200, before.content)
    assert again.headers["etag"] == before.headers["etag"]
    assert again.headers["x-request-id"] != before.headers["x-request-id"]
    held = await client.get(URL, headers={"If-None-Match": f'"x", {before.headers["etag"]}'})
    assert (held.status_code, held.content) == (304, b"")
    assert (await client.head(URL)).headers["content-length"] == before.headers["content-length"]


async def test_what_it_does_not_know_exactly_passes(
    here: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await keep_in(here, people["viewer"].key)
    assert (await client.get(URL + "?input.region=n")).json()["inputs"]["region"]["value"] == ["n"]
    assert (await client.get(URL, params={"insight": "none"})).status_code == 404
    assert (await client.post(URL)).status_code == 405
    assert (await client.get("/v1/dashboards/none/data")).status_code == 404
    shut(here, monkeypatch)
    assert (await client.get(URL)).status_code == 200
    assert (await client.get(URL + "?")).status_code == 200
    for headers in ({"Accept": "text/csv"}, {"Content-Length": "0"}):
        assert (await client.get(URL, headers=headers)).status_code == 500
    twice = httpx.Headers([("Accept", "*/*"), ("Accept", "text/csv")])
    assert (await client.get(URL, headers=twice)).status_code == 500
    assert (await here.client().get(URL)).status_code == 401


async def test_a_failed_or_fresh_answer_is_not_kept(
    here: House, client: httpx.AsyncClient, shop: Any, shop_yaml: str
) -> None:
    broken = shop_yaml.replace("sum(amount) AS amount", "sum(amount) / (amount - amount) AS amount")
    broken = broken.replace("GROUP BY day, region", "GROUP BY day, region, amount")
    for text_, states in ((shop_yaml, {"miss"}), (broken, {"miss", None})):
        await client.delete("/v1/dashboards/shop", headers={"If-Match": '"1"'})
        answer = await client.put("/v1/dashboards/shop", content=text_, headers={"If-None-Match": "*"})
        assert answer.status_code == 201, answer.text
        first = (await client.get(URL)).json()["insights"]
        assert {one.get("metadata", {}).get("cache") for one in first.values()} <= states
        assert len(here.front.kept) == 0


async def test_the_own_write_is_seen_by_the_next_question(
    here: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, shop_yaml: str
) -> None:
    viewer = await keep_in(here, people["viewer"].key)
    for revision in range(1, 6):
        answer = await saved.put(
            "/v1/dashboards/shop",
            content=shop_yaml.replace("title: Shop", f"title: Shop {revision}"),
            headers={"If-Match": f'"{revision}"'},
        )
        assert answer.status_code == 200
        for _ in range(3):
            assert (await viewer.get(URL)).json()["revision"] == revision + 1
    assert (await saved.delete("/v1/dashboards/shop", headers={"If-Match": '"6"'})).status_code == 204
    assert (await viewer.get(URL)).status_code == 404


async def test_another_process_sees_a_moved_pointer_and_a_deletion(
    here: House, there: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, shop_yaml: str
) -> None:
    viewer = await keep_in(there, people["viewer"].key)
    moved = shop_yaml.replace("title: Shop", "title: Moved")
    await saved.put("/v1/dashboards/shop", content=moved, headers={"If-Match": '"1"'})
    await there.until(lambda: len(there.front.kept) == 0)
    assert (await viewer.get(URL)).json()["revision"] == 2
    await keep_in(there, people["viewer"].key)
    await saved.delete("/v1/dashboards/shop", headers={"If-Match": '"2"'})
    await there.until(lambda: len(there.front.kept) == 0)
    assert (await viewer.get(URL)).status_code == 404


async def test_another_process_sees_a_connection_that_went(
    here: House, there: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, shop: Any
) -> None:
    viewer = await keep_in(there, people["viewer"].key)
    await here.rooms.connections.validate(people["admin"].actor, shop.id)
    await there.until(lambda: len(there.front.kept) == 0)
    await keep_in(there, people["viewer"].key)
    await here.rooms.connections.delete(people["admin"].actor, shop.id)
    await there.until(lambda: len(there.front.kept) == 0)
    assert (await viewer.get(URL)).status_code == 404
    await here.rooms.connections.create(people["admin"].actor, "shop", DuckDBSettings(path="shop.duckdb"))
    assert (await viewer.get(URL)).status_code == 200


async def test_a_revoked_key_lets_in_nowhere(
    here: House, there: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn
) -> None:
    viewer = people["viewer"]
    mine, theirs = await keep_in(here, viewer.key), await keep_in(there, viewer.key)
    admin = await keep_in(there, people["admin"].key)
    async with here.rooms.database.team(viewer.actor.team_id) as session:
        await principals.revoke_api_key(session, viewer.key_id)
    assert (await mine.get(URL)).status_code == 401
    news = there.front.known.news
    await there.until(lambda: there.front.known.news > 0 or news > 0)
    assert (await theirs.get(URL)).status_code == 401
    assert (await admin.get(URL)).status_code == 200


async def test_a_session_that_was_signed_out_and_a_role_that_changed(
    here: House, there: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn
) -> None:
    link = await here.client(people["editor"].key).post("/v1/sign-in", json={"token": people["editor"].key})
    assert link.status_code < 300, link.text
    cookie = link.headers["set-cookie"].partition(";")[0]
    await keep_in(there, people["editor"].key)
    browser = there.client(cookie=f"theme=dark; {cookie}")
    assert (await browser.get(URL)).status_code == 200
    news = there.front.known.news
    out = await here.client(cookie=cookie).post("/v1/sign-out", headers={"X-Dashbridge": "1"})
    assert out.status_code < 300, out.text
    await there.until(lambda: there.front.known.news > news)
    assert (await browser.get(URL)).status_code == 401
    news, actor = there.front.known.news, people["viewer"].actor
    await keep_in(there, people["viewer"].key, URL + "?input.region=s")
    async with here.rooms.database.team(actor.team_id) as session:
        await session.execute(text("UPDATE principals SET role = 'editor' WHERE id = :id"), {"id": actor.principal_id})
    await there.until(lambda: there.front.known.news > news)
    assert (await there.client(people["viewer"].key).get(URL)).status_code == 200
    roles = {knower.actor.role for knower in there.front.known._found.values() if knower.actor.name == "viewer"}
    assert roles == {"editor"}


async def test_while_nothing_is_heard_nothing_is_given_from_memory(
    here: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, directory: Any, shop_yaml: str
) -> None:
    viewer = await keep_in(here, people["viewer"].key)
    gaps = here.front.known.news
    with psycopg.connect(libpq_words(read_url(directory.admin_url)), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )
        # Nobody of ours writes this: no echo, and its notice may fall into the gap.
        admin.execute("UPDATE dashboards SET deleted_at = now() WHERE slug = 'shop'")
    await here.until(lambda: here.front.known.news > gaps)
    assert (await viewer.get(URL)).status_code == 404


async def test_a_deaf_front_passes_everything(
    here: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = await keep_in(here, people["viewer"].key)
    shut(here, monkeypatch)
    assert (await viewer.get(URL)).status_code == 200
    monkeypatch.setattr(here.front.changes, "_now", lambda: monotonic() + 60)  # the last beat was a minute ago
    assert (await viewer.get(URL)).status_code == 500


async def test_after_a_second_the_data_is_asked_whether_it_changed(
    here: House,
    saved: httpx.AsyncClient,
    people: Any,
    keep_in: KeepIn,
    put_file: Any,
    tmp_path: Path,
    shop_file: Path,
    shop_yaml: str,
) -> None:
    viewer = await keep_in(here, people["viewer"].key)
    before = (await viewer.get(URL)).json()["insights"]["total"]["data"]
    fresh = tmp_path / "fresh.duckdb"
    shutil.copyfile(shop_file, fresh)
    with duckdb.connect(str(fresh)) as con:
        con.execute("UPDATE orders SET amount = amount + 1").fetchall()
    put_file(people["admin"].actor, fresh, "shop.duckdb")
    assert (await viewer.get(URL)).json()["insights"]["total"]["data"] == before
    here.clock.forward(1.0)
    answers = await asyncio.gather(*(viewer.get(URL) for _ in range(8)))
    assert {answer.json()["insights"]["total"]["data"]["props.value"][0] for answer in answers} == {
        before["props.value"][0] + 3000
    }
    assert {one["metadata"]["cache"] for answer in answers for one in answer.json()["insights"].values()} == {"hit"}


async def test_who_knocks_is_asked_again_after_two_seconds(
    here: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = await keep_in(here, people["viewer"].key)
    monkeypatch.setattr(here.front.known, "hear", lambda _: None)
    looked: list[str] = []

    async def gone(_: Any, credential: str) -> Any:
        looked.append(credential)
        raise Unauthenticated("gone")

    for module in (known, deps):
        monkeypatch.setattr(module, "authenticate", gone)
    assert (await viewer.get(URL)).status_code == 200
    here.clock.forward(LASTS_S - 0.5)
    assert here.front.known.find(digest_of(people["viewer"].key), here.clock()) is not None
    here.clock.forward(0.6)
    answers = await asyncio.gather(*(viewer.get(URL) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {401}
    assert set(looked) == {people["viewer"].key}
    assert here.front.known.find(digest_of(people["viewer"].key), here.clock()) is None


async def test_no_team_gets_what_another_was_given(
    here: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, put_file: Any, shop_file: Any, shop_yaml: str
) -> None:
    stranger = people["stranger"]
    await keep_in(here, people["viewer"].key)
    outside = here.client(stranger.key)
    assert (await outside.get(URL)).status_code == 404
    put_file(stranger.actor, shop_file, "shop.duckdb")
    await here.rooms.connections.create(stranger.actor, "shop", DuckDBSettings(path="shop.duckdb"))
    theirs = shop_yaml.replace("sum(amount)}, inter", "sum(amount) * 0 - 1}, inter")
    await outside.put("/v1/dashboards/shop", content=theirs, headers={"If-None-Match": "*"})
    ours = here.client(people["viewer"].key)
    for _ in range(4):
        mine, other = await ours.get(URL), await outside.get(URL)
        assert mine.json()["insights"]["total"]["data"] != other.json()["insights"]["total"]["data"]
        assert other.json()["insights"]["total"]["data"]["props.value"] == [-1]
        assert mine.headers["etag"] != other.headers["etag"]
    assert len(here.front.kept) == 2
    assert {UUID(key[0].partition(" ")[0]) for key in here.front.kept._entries} == {
        people["viewer"].actor.team_id,
        stranger.actor.team_id,
    }


async def test_after_a_write_through_this_process_everything_is_asked_again(
    here: House,
    saved: httpx.AsyncClient,
    people: Any,
    keep_in: KeepIn,
    put_file: Any,
    tmp_path: Path,
    shop_file: Path,
    shop_yaml: str,
) -> None:
    viewer = await keep_in(here, people["viewer"].key)
    fresh = tmp_path / "fresh.duckdb"
    shutil.copyfile(shop_file, fresh)
    with duckdb.connect(str(fresh)) as con:
        con.execute("UPDATE orders SET amount = amount + 1").fetchall()
    before = await viewer.get(URL)
    put_file(people["admin"].actor, fresh, "shop.duckdb")
    assert (await viewer.get(URL)).headers["etag"] == before.headers["etag"]
    assert (await viewer.post(URL)).status_code == 405
    assert (await viewer.get(URL)).headers["etag"] == before.headers["etag"]
    assert (await saved.post("/v1/validate", content=shop_yaml)).status_code == 200
    assert (await viewer.get(URL)).headers["etag"] != before.headers["etag"]
