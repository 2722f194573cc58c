"""Dashboards: pointers that move by compare-and-set, and every revision they ever had.

A slug keeps its row for good: a deleted dashboard may be undeleted, or made anew, and its revisions go on counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from dashbridge.directory.tables import Dashboard, DashboardRevision
from dashbridge.kit import Conflict, NotFound, PreconditionFailed, new_id
from dashbridge.postgres import team_of


@dataclass(frozen=True, slots=True)
class Saved:
    """What a pointer will say. The YAML is in the object store already: object first, pointer second."""

    title: str
    yaml_uri: str
    yaml_key: str
    yaml_sha256: str
    view_type: tuple[str, ...]
    connection_name: str
    author: str
    description: str | None = None
    turn_id: UUID | None = None

    def columns(self) -> dict[str, Any]:
        """The columns that `dashboards` and `dashboard_revisions` share."""
        values = asdict(self) | {"view_type": list(self.view_type)}
        return {name: value for name, value in values.items() if name not in {"author", "turn_id"}}


async def create(session: AsyncSession, slug: str, saved: Saved, *, draft: bool = False) -> Dashboard:
    """Add a dashboard; a deleted one of this slug comes back as its next revision. Raises Conflict (slug taken)."""
    values = {"team_id": team_of(session), "id": new_id(), "slug": slug, "owner": saved.author, "draft": draft}
    fresh = insert(Dashboard).values(**values, **saved.columns(), revision=1)
    again = fresh.on_conflict_do_update(
        index_elements=["team_id", "slug"],
        set_=saved.columns()
        | {"owner": saved.author, "draft": draft, "revision": Dashboard.revision + 1, "deleted_at": None}
        | {"created_at": func.now(), "updated_at": func.now()},
        where=col(Dashboard.deleted_at).is_not(None),
    )
    returning = again.returning(Dashboard).execution_options(populate_existing=True)
    row = (await session.scalars(returning)).first()
    if row is None:
        raise _taken(slug)
    _keep_revision(session, row, saved)
    await session.flush()
    return row


async def move_pointer(
    session: AsyncSession, slug: str, expected_revision: int, saved: Saved, *, draft: bool | None = None
) -> Dashboard:
    """Point to a new revision if `expected_revision` is still the newest; `draft` None leaves that as it is.

    Raises NotFound, PreconditionFailed (`details["revision"]` is the newest): then nothing was changed.
    """
    changes = saved.columns() | {"revision": expected_revision + 1}
    if draft is not None:
        changes["draft"] = draft
    row = await _set_if(session, slug, expected_revision, changes)
    _keep_revision(session, row, saved)
    await session.flush()
    return row


async def restore(
    session: AsyncSession, slug: str, revision: int, *, expected_revision: int, author: str, turn_id: UUID | None = None
) -> Dashboard:
    """Make an old revision the newest one, as a revision of its own. Raises NotFound, PreconditionFailed."""
    old = await get_revision(session, slug, revision)
    saved = Saved(
        title=old.title,
        description=old.description,
        yaml_uri=old.yaml_uri,
        yaml_key=old.yaml_key,
        yaml_sha256=old.yaml_sha256,
        view_type=tuple(old.view_type),
        connection_name=old.connection_name,
        author=old.author,
    )
    return await move_pointer(session, slug, expected_revision, replace(saved, author=author, turn_id=turn_id))


async def rename(session: AsyncSession, slug: str, new_slug: str, *, expected_revision: int | None = None) -> Dashboard:
    """Change the slug; the revision stays. Raises NotFound, PreconditionFailed, Conflict (the new slug is taken)."""
    if new_slug != slug:
        taken = select(Dashboard.id).where(Dashboard.team_id == team_of(session), Dashboard.slug == new_slug)
        if (await session.scalars(taken)).first() is not None:
            raise _taken(new_slug)
    return await _set_if(session, slug, expected_revision, {"slug": new_slug})


async def delete(session: AsyncSession, slug: str, *, expected_revision: int | None = None) -> Dashboard:
    """Take a dashboard off the lists; `undelete` brings it back. Raises NotFound, PreconditionFailed."""
    return await _set_if(session, slug, expected_revision, {"deleted_at": func.now()})


async def undelete(session: AsyncSession, slug: str) -> Dashboard:
    """Bring a deleted dashboard back as it was. Raises NotFound: there is no deleted one of this slug."""
    row = await _update(session, slug, col(Dashboard.deleted_at).is_not(None), {"deleted_at": None})
    if row is None:
        raise _absent(slug)
    return row


async def keep(session: AsyncSession, slug: str) -> Dashboard:
    """Make a draft a dashboard like the others. Raises NotFound."""
    return await _set_if(session, slug, None, {"draft": False})


async def get(session: AsyncSession, slug: str) -> Dashboard:
    """One dashboard, draft or not. Raises NotFound, also for a deleted one."""
    found = select(Dashboard).where(
        Dashboard.team_id == team_of(session), Dashboard.slug == slug, col(Dashboard.deleted_at).is_(None)
    )
    row = (await session.scalars(found)).first()
    if row is None:
        raise _absent(slug)
    return row


async def kept(session: AsyncSession) -> Sequence[Dashboard]:
    """The dashboards that are neither drafts nor deleted, the last changed first."""
    return await _listed(session, col(Dashboard.deleted_at).is_(None) & col(Dashboard.draft).is_(False))


async def drafts(session: AsyncSession) -> Sequence[Dashboard]:
    """The drafts that are not deleted, the last changed first."""
    return await _listed(session, col(Dashboard.deleted_at).is_(None) & col(Dashboard.draft).is_(True))


async def deleted(session: AsyncSession) -> Sequence[Dashboard]:
    """What may be undeleted, the last changed first."""
    return await _listed(session, col(Dashboard.deleted_at).is_not(None))


async def revisions(session: AsyncSession, slug: str) -> Sequence[DashboardRevision]:
    """Every revision of a dashboard, newest first. Raises NotFound."""
    dashboard = await get(session, slug)
    found = select(DashboardRevision).where(
        DashboardRevision.team_id == team_of(session), DashboardRevision.dashboard_id == dashboard.id
    )
    return (await session.scalars(found.order_by(col(DashboardRevision.revision).desc()))).all()


async def get_revision(session: AsyncSession, slug: str, revision: int) -> DashboardRevision:
    """One revision of a dashboard. Raises NotFound."""
    dashboard = await get(session, slug)
    row = await session.get(DashboardRevision, (team_of(session), dashboard.id, revision))
    if row is None:
        raise NotFound(
            f"Dashboard {slug!r} has no revision {revision}.",
            code="revision_not_found",
            hint=f"Its newest is {dashboard.revision}.",
        )
    return row


async def referred(session: AsyncSession, yaml_keys: Sequence[str]) -> set[str]:
    """Those of these keys that a pointer, also a deleted one, or a revision names."""
    found: set[str] = set()
    for table in (Dashboard, DashboardRevision):
        named = select(table.yaml_key).where(table.team_id == team_of(session), col(table.yaml_key).in_(yaml_keys))
        found.update((await session.scalars(named)).all())
    return found


async def _listed(session: AsyncSession, condition: ColumnElement[bool]) -> Sequence[Dashboard]:
    found = select(Dashboard).where(Dashboard.team_id == team_of(session), condition)
    return (await session.scalars(found.order_by(col(Dashboard.updated_at).desc(), Dashboard.slug))).all()


async def _set_if(
    session: AsyncSession, slug: str, expected_revision: int | None, changes: dict[str, Any]
) -> Dashboard:
    condition: ColumnElement[bool] = col(Dashboard.deleted_at).is_(None)
    if expected_revision is not None:
        condition &= col(Dashboard.revision) == expected_revision
    row = await _update(session, slug, condition, changes)
    if row is not None:
        return row
    newest = (await get(session, slug)).revision
    raise PreconditionFailed(
        f"Dashboard {slug!r} is at revision {newest}; the change was made for revision {expected_revision}.",
        hint=f"Open revision {newest}, make the change there, and save it again.",
        revision=newest,
    )


async def _update(
    session: AsyncSession, slug: str, condition: ColumnElement[bool], changes: dict[str, Any]
) -> Dashboard | None:
    statement = (
        update(Dashboard)
        .where(col(Dashboard.team_id) == team_of(session), col(Dashboard.slug) == slug, condition)
        .values(**changes, updated_at=func.now())
        .returning(Dashboard)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    return (await session.scalars(statement)).first()


def _keep_revision(session: AsyncSession, row: Dashboard, saved: Saved) -> None:
    session.add(
        DashboardRevision(
            team_id=row.team_id,
            dashboard_id=row.id,
            revision=row.revision,
            author=saved.author,
            turn_id=saved.turn_id,
            **saved.columns(),
        )
    )


def _absent(slug: str) -> NotFound:
    return NotFound(f"There is no dashboard {slug!r}.", code="dashboard_not_found", hint="List the dashboards.")


def _taken(slug: str) -> Conflict:
    return Conflict(
        f"The slug {slug!r} is taken, perhaps by a deleted dashboard.",
        code="dashboard_exists",
        hint="Take another slug, or save over the dashboard by naming the revision that you read.",
    )
