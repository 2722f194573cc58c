"""How a credential becomes an actor: API keys, one-time sign-in tokens, and the sessions they turn into.

A secret is 256 random bits behind a prefix that tells its kind. Only its SHA-256 is stored and looked up: the time a
look-up takes tells of the hash at most, which brings nobody nearer to a random secret.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dashbridge.directory import Credential, principals
from dashbridge.kit import Invalid, Unauthenticated
from dashbridge.postgres import Database
from dashbridge.sharing.policy import Actor, Role

_KEY, _SIGN_IN, _SESSION = "dbk", "dbi", "dbs"
_KIND_OF = {_KEY: "api_key", _SIGN_IN: "sign_in", _SESSION: "session"}
_SHAPE = re.compile(r"(dbk|dbi|dbs)_[A-Za-z0-9_-]{43}")
_SHOWN = 12

SIGN_IN_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new API key. `secret` is shown this once."""

    id: UUID
    prefix: str
    secret: str = field(repr=False)


async def authenticate(database: Database, credential: str) -> Actor:
    """The actor of an API key or a session, whichever of the two a request brought. Raises Unauthenticated."""
    found = await _look_up(database, credential, (_KEY, _SESSION))
    if found is None:
        raise Unauthenticated(
            "The key or session is not valid, or no longer.", hint="Sign in again, or use another key."
        )
    return _actor(found)


async def issue_api_key(session: AsyncSession, principal_id: UUID) -> IssuedKey:
    """A new key for a principal of the session's team. Raises NotFound."""
    secret = _new(_KEY)
    row = await principals.add_api_key(session, principal_id, key_hash=_hash(secret), prefix=secret[:_SHOWN])
    return IssuedKey(row.id, row.prefix, secret)


async def admit_api_key(session: AsyncSession, principal_id: UUID, secret: str) -> None:
    """Let in a key that was made elsewhere. Raises NotFound, Invalid when it has not the shape of one."""
    if _SHAPE.fullmatch(secret) is None or secret[:3] != _KEY:
        raise Invalid(
            f"An API key is {_KEY}_ and 43 letters, digits, - or _",
            code="bad_api_key",
            hint="make 256 random bits into base64url and put dbk_ before them",
        )
    await principals.add_api_key(session, principal_id, key_hash=_hash(secret), prefix=secret[:_SHOWN])


async def issue_sign_in(session: AsyncSession, principal_id: UUID, *, lasts: timedelta = SIGN_IN_LASTS) -> str:
    """A token that signs a principal of the session's team in, once, within `lasts`. Raises NotFound."""
    token = _new(_SIGN_IN)
    await principals.add_sign_in(session, principal_id, token_hash=_hash(token), lasts=lasts)
    return token


async def redeem_sign_in(database: Database, token: str, *, lasts: timedelta = SESSION_LASTS) -> tuple[str, Actor]:
    """Exchange a one-time token for a session's secret; of two that try, one gets it. Raises Unauthenticated."""
    found = await _look_up(database, token, (_SIGN_IN,))
    if found is not None:
        secret = _new(_SESSION)
        async with database.team(found.team_id) as session:
            won = await principals.exchange_sign_in(session, _hash(token), session_hash=_hash(secret), lasts=lasts)
        if won is not None:
            return secret, _actor(found)
    raise Unauthenticated("The sign-in link is used up or too old.", code="sign_in_used", hint="Ask for a new one.")


async def sign_in_with(database: Database, secret: str) -> str:
    """The secret of a new session, for a one-time token or an API key. Raises Unauthenticated."""
    if secret.startswith(_KEY):
        actor = await authenticate(database, secret)
        async with database.team(actor.team_id) as session:
            secret = await issue_sign_in(session, actor.principal_id)
    return (await redeem_sign_in(database, secret))[0]


async def sign_out(database: Database, actor: Actor, secret: str) -> None:
    """End the session of `secret`."""
    async with database.team(actor.team_id) as session:
        await principals.end_session(session, _hash(secret))


async def _look_up(database: Database, secret: str, kinds: tuple[str, ...]) -> Credential | None:
    if _SHAPE.fullmatch(secret) is None or secret[:3] not in kinds:
        return None
    async with database.system() as session:
        found = await principals.look_up_credential(session, _hash(secret))
    return found if found is not None and found.kind == _KIND_OF[secret[:3]] else None


def _actor(found: Credential) -> Actor:
    return Actor(found.team_id, found.principal_id, found.name, Role(found.role))


def _new(kind: str) -> str:
    return f"{kind}_{secrets.token_urlsafe(32)}"


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
