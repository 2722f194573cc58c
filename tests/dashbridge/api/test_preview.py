"""A file is seen before it is saved: the same page, the same data, the same refusals, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from dashbridge.api.deps import Rooms
from dashbridge.kit import Unavailable
from dashbridge.serving import Answers
from dashbridge.sharing import Actor

URL = "/v1/preview"


def timeless(data: dict[str, Any]) -> dict[str, Any]:
    """Data without what says when and from where it came."""
    gone = {"cache": "", "cache_reason": "", "computed_at": ""}
    insights = {name: {**one, "metadata": {**one["metadata"], **gone}} for name, one in data["insights"].items()}
    return {**data, "generated_at": "", "manifest_id": "", "insights": insights}


async def test_a_preview_shows_what_saving_would(
    client: httpx.AsyncClient, rooms: Rooms, admin: Actor, shop: Any, shop_yaml: str
) -> None:
    seen = await client.post(f"{URL}?slug=shop&input.region=n", content=shop_yaml)
    assert seen.status_code == 200, seen.text
    assert seen.headers["cache-control"] == "no-store"
    assert await rooms.library.list(admin) == []
    saved = await client.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    page = (await client.get("/v1/dashboards/shop/page")).json()
    data = (await client.get("/v1/dashboards/shop/data?input.region=n")).json()
    body = seen.json()
    assert body["page"] == {**page, "revision": 0, "draft": True}
    assert timeless(body["data"]) == timeless({**data, "revision": 0})
    assert body["warnings"] == saved.json()["warnings"]
    again = (await client.post(f"{URL}?slug=shop", content=shop_yaml.replace("title: Shop", "title: Other"))).json()
    assert (again["page"]["revision"], again["page"]["draft"], again["page"]["title"]) == (1, False, "Other")
    assert (await client.get("/v1/dashboards/shop")).json()["title"] == "Shop"
    assert len((await client.get("/v1/dashboards/shop/revisions")).json()["revisions"]) == 1


async def test_it_has_a_name_of_its_own_without_a_slug(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    body = (await client.post(URL, content=shop_yaml)).json()
    assert (body["page"]["slug"], body["page"]["revision"], body["data"]["dashboard"]) == ("preview", 0, "preview")


async def test_an_input_that_no_longer_fits_is_a_warning(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    plain = (await client.post(URL, content=shop_yaml)).json()
    odd = await client.post(f"{URL}?input.nope=1&input.region=n", content=shop_yaml)
    assert odd.status_code == 200
    assert timeless(odd.json()["data"]) == timeless(plain["data"])
    assert [one["code"] for one in odd.json()["warnings"][len(plain["warnings"]) :]] == ["input.unknown"]


async def test_an_insight_that_fails_leaves_the_others(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    failing = shop_yaml.replace("value: sum(amount)}", "value: sum(CAST(region AS INTEGER))}", 1)
    insights = (await client.post(URL, content=failing)).json()["data"]["insights"]
    assert insights["total"]["error"]["message"]
    assert insights["by_day"]["metadata"]["rows"] > 0


async def test_a_warehouse_that_is_away_leaves_the_page(
    client: httpx.AsyncClient, shop: Any, shop_yaml: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*args: Any, **options: Any) -> None:
        raise Unavailable("The warehouse does not answer", hint="try again")

    monkeypatch.setattr(Answers, "answer", away)
    seen = await client.post(URL, content=shop_yaml)
    assert (seen.status_code, seen.json()["data"]) == (200, None)
    assert seen.json()["page"]["title"] == "Shop"
    assert seen.json()["warnings"][-1]["message"] == "The warehouse does not answer"


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"\0" * 100, b"[" * 50_000, b"- - -", b"a: &a [*a]", b"null", b"version: 1", b"{" * 9_999],
)
async def test_what_is_no_dashboard_is_a_problem(client: httpx.AsyncClient, shop: Any, body: bytes) -> None:
    answer = await client.post(URL, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"]


async def test_a_bad_file_is_refused_as_by_validate(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    for old, new in (
        ("FROM orders", "FROM absent"),
        ("FROM orders", "FROM private.salaries"),
        ("FROM orders", "FROM read_csv('/etc/passwd')"),
        ("connection: shop", "connection: none"),
        ("title: Shop", "title: Shop\nsurprise: 1"),
        ("type: line", "type: liine"),
    ):
        bad = shop_yaml.replace(old, new, 1)
        seen, said = [await client.post(path, content=bad) for path in (URL, "/v1/validate")]
        assert (seen.status_code, said.status_code) == (422, 422), (new, seen.text)
        assert seen.json()["errors"] == said.json()["errors"]
        assert "CANARY" not in seen.text


async def test_a_slug_that_is_none_is_refused_or_new(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    for slug in ("none-yet", "../x", "%00", "x" * 64, "<script>"):
        answer = await client.post(f"{URL}?slug={slug}", content=shop_yaml)
        assert answer.status_code == (200 if slug == "none-yet" else 422), (slug, answer.text)


async def test_who_may_not_save_may_not_try(
    client_of: Callable[..., httpx.AsyncClient], people: Any, shop: Any, shop_yaml: str
) -> None:
    for who, status in (("viewer", 403), ("stranger", 422), ("revoked", 401), ("editor", 200)):
        answer = await client_of(people[who]).post(URL, content=shop_yaml)
        assert answer.status_code == status, (who, answer.text)
        assert ("North" in answer.text) == (who == "editor")


async def test_a_body_over_the_limit_is_refused(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    answer = await client.post(URL, content=shop_yaml + "#" * 2_000_000)
    assert answer.status_code == 413
