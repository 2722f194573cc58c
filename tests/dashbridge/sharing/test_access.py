"""Keys, one-time tokens and sessions on a real server."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from dashbridge.directory import principals
from dashbridge.kit import Conflict, NotFound, Unauthenticated
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.sharing import (
    Actor,
    Role,
    authenticate,
    issue_api_key,
    issue_sign_in,
    redeem_sign_in,
    sign_out,
)


@pytest.fixture
async def ada(directory) -> Actor:
    team_id = await directory.add_team()
    async with directory.database.team(team_id) as session:
        row = await principals.create(session, name="ada", kind="user", role="editor")
    return Actor(team_id, row.id, "ada", Role.EDITOR)


async def sign_in_token(directory, ada, **arguments) -> str:
    async with directory.database.team(ada.team_id) as session:
        return await issue_sign_in(session, ada.principal_id, **arguments)


async def test_a_key_names_its_actor_until_revoked(directory, ada):
    async with directory.database.team(ada.team_id) as session:
        issued = await issue_api_key(session, ada.principal_id)
        other = await issue_api_key(session, ada.principal_id)
    assert issued.secret.startswith(issued.prefix)
    assert issued.secret not in repr(issued)
    assert len(issued.secret) == 47
    assert await authenticate(directory.database, issued.secret) == ada
    async with directory.database.team(ada.team_id) as session:
        await principals.revoke_api_key(session, issued.id)
        revoked = [row.revoked_at for row in await principals.api_keys(session) if row.id == issued.id]
    async with directory.database.team(ada.team_id) as session:
        await principals.revoke_api_key(session, issued.id)
        assert [row.revoked_at for row in await principals.api_keys(session) if row.id == issued.id] == revoked
    with pytest.raises(Unauthenticated):
        await authenticate(directory.database, issued.secret)
    assert await authenticate(directory.database, other.secret) == ada


async def test_another_team_can_neither_see_nor_revoke_a_key(directory, ada):
    async with directory.database.team(ada.team_id) as session:
        issued = await issue_api_key(session, ada.principal_id)
    async with directory.database.team(await directory.add_team()) as session:
        assert await principals.api_keys(session) == []
        with pytest.raises(NotFound):
            await principals.revoke_api_key(session, issued.id)
        with pytest.raises(NotFound):
            await issue_api_key(session, ada.principal_id)
        with pytest.raises(NotFound):
            await issue_sign_in(session, ada.principal_id)
    assert await authenticate(directory.database, issued.secret) == ada


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "dbk_",
        "dbk_" + "a" * 43,
        "dbs_" + "a" * 43,
        "dbi_" + "a" * 43,
        "x" * 1_000_000,
        "dbk_é",
        "' OR 1=1 --",
        "\x00",
    ],
)
async def test_what_is_no_credential(directory, ada, credential):
    with pytest.raises(Unauthenticated):
        await authenticate(directory.database, credential)
    with pytest.raises(Unauthenticated):
        await redeem_sign_in(directory.database, credential)


async def test_a_token_signs_in_once(directory, ada):
    token = await sign_in_token(directory, ada)
    with pytest.raises(Unauthenticated):
        await authenticate(directory.database, token)
    secret, actor = await redeem_sign_in(directory.database, token)
    assert actor == ada
    assert await authenticate(directory.database, secret) == ada
    with pytest.raises(Unauthenticated) as caught:
        await redeem_sign_in(directory.database, token)
    assert caught.value.code == "sign_in_used"
    with pytest.raises(Unauthenticated):
        await redeem_sign_in(directory.database, secret)


async def test_of_many_that_redeem_one_token_exactly_one_does(directory, ada):
    token = await sign_in_token(directory, ada)

    async def redeem() -> str | None:
        try:
            return (await redeem_sign_in(directory.database, token))[0]
        except Unauthenticated:
            return None

    won = [secret for secret in await asyncio.gather(*(redeem() for _ in range(12))) if secret]
    assert len(won) == 1
    assert await authenticate(directory.database, won[0]) == ada


async def test_tokens_and_sessions_run_out(directory, ada):
    late = await sign_in_token(directory, ada, lasts=timedelta(seconds=-1))
    with pytest.raises(Unauthenticated):
        await redeem_sign_in(directory.database, late)
    token = await sign_in_token(directory, ada)
    secret, _ = await redeem_sign_in(directory.database, token, lasts=timedelta(seconds=-1))
    with pytest.raises(Unauthenticated):
        await authenticate(directory.database, secret)


async def test_sign_out_ends_this_session_only(directory, ada):
    secrets = [(await redeem_sign_in(directory.database, await sign_in_token(directory, ada)))[0] for _ in range(2)]
    await sign_out(directory.database, ada, secrets[0])
    with pytest.raises(Unauthenticated):
        await authenticate(directory.database, secrets[0])
    assert await authenticate(directory.database, secrets[1]) == ada
    stranger = Actor(await directory.add_team(), uuid4(), "eve", Role.ADMIN)
    await sign_out(directory.database, stranger, secrets[1])
    assert await authenticate(directory.database, secrets[1]) == ada


async def test_a_changed_role_counts_at_once_and_a_removed_principal_is_out(directory, ada):
    async with directory.database.team(ada.team_id) as session:
        issued = await issue_api_key(session, ada.principal_id)
    with psycopg.connect(libpq_words(read_url(directory.admin_url)), autocommit=True) as connection:
        connection.execute("UPDATE principals SET role = 'viewer'")
        assert (await authenticate(directory.database, issued.secret)).role is Role.VIEWER
        connection.execute("DELETE FROM principals")
    with pytest.raises(Unauthenticated):
        await authenticate(directory.database, issued.secret)


async def test_no_secret_is_stored(directory, ada):
    token = await sign_in_token(directory, ada)
    secret, _ = await redeem_sign_in(directory.database, token)
    async with directory.database.team(ada.team_id) as session:
        issued = await issue_api_key(session, ada.principal_id)
    with psycopg.connect(libpq_words(read_url(directory.admin_url))) as connection:
        rows = [
            str(row)
            for table in ("api_keys", "sign_ins")
            for row in connection.execute(f"SELECT t::text FROM {table} t")
        ]
    assert len(rows) == 2
    for stored in (token, secret, issued.secret):
        assert not any(stored[12:] in row for row in rows)


async def test_principals_by_name(directory, ada):
    async with directory.database.team(ada.team_id) as session:
        with pytest.raises(Conflict):
            await principals.create(session, name="ada", kind="user", role="admin")
        assert (await principals.ensure(session, name="ada", kind="service", role="admin")).role == "editor"
        assert (await principals.ensure(session, name="bot", kind="service", role="admin")).role == "admin"
        assert [row.name for row in await principals.everyone(session)] == ["ada", "bot"]
        with pytest.raises(NotFound):
            await principals.by_name(session, "eve")
