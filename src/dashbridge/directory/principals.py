"""Principals, and the hashes that they come in by. Secrets never get here: only their SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from dashbridge.directory.tables import ApiKey, Principal, SignIn
from dashbridge.kit import Conflict, NotFound, new_id
from dashbridge.postgres import team_of


@dataclass(frozen=True, slots=True)
class Credential:
    """Whom a hash belongs to; `kind` is api_key, session or sign_in (a one-time token not used yet)."""

    kind: str
    team_id: UUID
    principal_id: UUID
    name: str
    role: str


async def look_up_credential(session: AsyncSession, secret_hash: bytes) -> Credential | None:
    """Whom a hash belongs to, in whatever team; the one question that a session of no team may ask."""
    found = await session.execute(text("SELECT * FROM public.look_up_credential(:hash)"), {"hash": secret_hash})
    row = found.first()
    return None if row is None else Credential(*row)


async def create(session: AsyncSession, *, name: str, kind: str, role: str) -> Principal:
    """Add a principal; `kind` user or service, `role` admin, editor or viewer. Raises Conflict."""
    row = await _insert(session, name=name, kind=kind, role=role)
    if row is None:
        raise Conflict(f"There is a principal named {name!r} already.", code="principal_exists")
    return row


async def ensure(session: AsyncSession, *, name: str, kind: str, role: str) -> Principal:
    """The principal of this name, made if it is missing (an existing one keeps its kind and role)."""
    row = await _insert(session, name=name, kind=kind, role=role)
    return row or await by_name(session, name)


async def get(session: AsyncSession, principal_id: UUID) -> Principal:
    """One principal by id. Raises NotFound."""
    row = await session.get(Principal, (team_of(session), principal_id))
    if row is None:
        raise NotFound("There is no such principal.", code="principal_not_found")
    return row


async def by_name(session: AsyncSession, name: str) -> Principal:
    """One principal by name. Raises NotFound."""
    found = select(Principal).where(Principal.team_id == team_of(session), Principal.name == name)
    row = (await session.scalars(found)).first()
    if row is None:
        raise NotFound(f"There is no principal named {name!r}.", code="principal_not_found")
    return row


async def everyone(session: AsyncSession) -> Sequence[Principal]:
    """All principals by name."""
    found = select(Principal).where(Principal.team_id == team_of(session)).order_by(Principal.name)
    return (await session.scalars(found)).all()


async def add_api_key(session: AsyncSession, principal_id: UUID, *, key_hash: bytes, prefix: str) -> ApiKey:
    """Let a key in. Raises NotFound: no such principal."""
    await get(session, principal_id)
    row = ApiKey(team_id=team_of(session), principal_id=principal_id, key_hash=key_hash, prefix=prefix)
    session.add(row)
    await session.flush()
    return row


async def api_keys(session: AsyncSession) -> Sequence[ApiKey]:
    """All keys, revoked ones too, oldest first."""
    found = select(ApiKey).where(ApiKey.team_id == team_of(session))
    return (await session.scalars(found.order_by(col(ApiKey.created_at), col(ApiKey.id)))).all()


async def revoke_api_key(session: AsyncSession, key_id: UUID) -> None:
    """Let a key in no more. Raises NotFound."""
    statement = (
        update(ApiKey)
        .where(col(ApiKey.team_id) == team_of(session), col(ApiKey.id) == key_id)
        .values(revoked_at=func.coalesce(ApiKey.revoked_at, func.now()))
    )
    if (await session.scalars(statement.returning(col(ApiKey.id)))).first() is None:
        raise NotFound("There is no such key.", code="api_key_not_found")


async def add_sign_in(session: AsyncSession, principal_id: UUID, *, token_hash: bytes, lasts: timedelta) -> None:
    """Let a one-time token be exchanged for a session within `lasts`. Raises NotFound: no such principal."""
    await get(session, principal_id)
    values = {"team_id": team_of(session), "id": new_id(), "principal_id": principal_id, "token_hash": token_hash}
    await session.execute(insert(SignIn).values(**values, expires_at=func.now() + lasts))


async def exchange_sign_in(
    session: AsyncSession, token_hash: bytes, *, session_hash: bytes, lasts: timedelta
) -> UUID | None:
    """Use a one-time token up: its session now lasts `lasts`. The principal, or None: unknown, used or too late."""
    statement = (
        update(SignIn)
        .where(
            col(SignIn.team_id) == team_of(session),
            col(SignIn.token_hash) == token_hash,
            col(SignIn.used_at).is_(None),
            col(SignIn.expires_at) > func.now(),
        )
        .values(used_at=func.now(), session_hash=session_hash, expires_at=func.now() + lasts)
    )
    return (await session.scalars(statement.returning(col(SignIn.principal_id)))).first()


async def end_session(session: AsyncSession, session_hash: bytes) -> None:
    """Sign out; also sweeps what ran out."""
    over = (col(SignIn.session_hash) == session_hash) | (col(SignIn.expires_at) < func.now())
    await session.execute(delete(SignIn).where(col(SignIn.team_id) == team_of(session), over))


async def _insert(session: AsyncSession, *, name: str, kind: str, role: str) -> Principal | None:
    values = {"team_id": team_of(session), "id": new_id(), "name": name, "kind": kind, "role": role}
    statement = insert(Principal).values(**values).on_conflict_do_nothing(index_elements=["team_id", "name"])
    return (await session.scalars(statement.returning(Principal))).first()
