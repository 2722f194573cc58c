"""Pointers that move by compare-and-set: nothing is lost, whoever races."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from dashbridge.directory import Saved, dashboards
from dashbridge.kit import Conflict, NotFound, PreconditionFailed, sha256_hex


def saved(title: str = "Delays", author: str = "ada") -> Saved:
    sha = sha256_hex(title.encode())
    return Saved(
        title=title,
        yaml_uri=f"memory:{sha}",
        yaml_key=sha,
        yaml_sha256=sha,
        view_type=("line", "bar"),
        connection_name="flights",
        author=author,
        description=f"about {title}",
    )


@pytest.fixture
async def team(directory):
    """Opens transactions of one team."""
    team_id = await directory.add_team()
    return lambda: directory.database.team(team_id)


async def titles(team, slug):
    async with team() as session:
        return [(row.revision, row.title, row.author) for row in await dashboards.revisions(session, slug)]


async def test_create_and_read_back(team):
    async with team() as session:
        made = await dashboards.create(session, "delays", saved(), draft=True)
        assert made.created_at.tzinfo is not None
    async with team() as session:
        row = await dashboards.get(session, "delays")
        assert (row.title, row.revision, row.owner, row.draft) == ("Delays", 1, "ada", True)
        assert row.view_type == ["line", "bar"]
        assert row.id == made.id
    assert await titles(team, "delays") == [(1, "Delays", "ada")]


async def test_a_taken_slug_is_a_conflict_and_changes_nothing(team):
    async with team() as session:
        await dashboards.create(session, "delays", saved())
    with pytest.raises(Conflict, match="taken"):
        async with team() as session:
            await dashboards.create(session, "delays", saved("Other"))
    assert await titles(team, "delays") == [(1, "Delays", "ada")]


async def test_two_teams_may_take_one_slug(directory):
    for name in ("a", "b"):
        async with directory.database.team(await directory.add_team(name)) as session:
            await dashboards.create(session, "delays", saved(name))
            assert (await dashboards.get(session, "delays")).title == name


async def test_move_needs_the_newest_revision(team):
    async with team() as session:
        await dashboards.create(session, "delays", saved(), draft=True)
        moved = await dashboards.move_pointer(session, "delays", 1, saved("Second", "bob"))
        assert (moved.revision, moved.title, moved.owner, moved.draft) == (2, "Second", "ada", True)
        assert moved.updated_at.tzinfo is not None
    for stale in (1, 3, 0, -1):
        with pytest.raises(PreconditionFailed) as caught:
            async with team() as session:
                await dashboards.move_pointer(session, "delays", stale, saved("Lost"))
        assert caught.value.details["revision"] == 2
    with pytest.raises(NotFound):
        async with team() as session:
            await dashboards.move_pointer(session, "absent", 1, saved())
    assert await titles(team, "delays") == [(2, "Second", "bob"), (1, "Delays", "ada")]


async def test_racing_writers_lose_nothing(team):
    async with team() as session:
        await dashboards.create(session, "race", saved("0"))
    wins: list[tuple[int, str]] = []
    told: list[int] = []

    async def write(name: str) -> None:
        """Read, change, save; on a stale revision begin again, as a client would."""
        for _ in range(200):
            async with team() as session:
                revision = (await dashboards.get(session, "race")).revision
            try:
                async with team() as session:
                    row = await dashboards.move_pointer(session, "race", revision, saved(name, name))
            except PreconditionFailed as stale:
                told.append(stale.details["revision"] - revision)
            else:
                wins.append((row.revision, name))
                return
        pytest.fail(f"{name} never won")

    names = [f"writer {number}" for number in range(12)]
    await asyncio.gather(*(write(name) for name in names))
    assert all(ahead > 0 for ahead in told)
    assert sorted(revision for revision, _ in wins) == list(range(2, 14))
    assert {name for _, name in wins} == set(names)
    expected = [(revision, name, name) for revision, name in sorted(wins, reverse=True)]
    assert await titles(team, "race") == [*expected, (1, "0", "ada")]


async def test_of_many_that_save_over_one_revision_exactly_one_wins(team):
    async with team() as session:
        await dashboards.create(session, "race", saved())

    async def write(number: int) -> bool:
        try:
            async with team() as session:
                await dashboards.move_pointer(session, "race", 1, saved(str(number)))
        except PreconditionFailed:
            return False
        return True

    assert sum(await asyncio.gather(*(write(number) for number in range(15)))) == 1
    assert len(await titles(team, "race")) == 2


async def test_of_many_that_create_one_slug_exactly_one_wins(team):
    async def make(number: int) -> bool:
        try:
            async with team() as session:
                await dashboards.create(session, "race", saved(str(number)))
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(make(number) for number in range(15)))) == 1


async def test_a_save_that_fails_late_leaves_the_old_state(team):
    async with team() as session:
        await dashboards.create(session, "delays", saved())

    async def save_and_fail():
        async with team() as session:
            await dashboards.move_pointer(session, "delays", 1, saved("Half"))
            await dashboards.get(session, "absent")

    with pytest.raises(NotFound):
        await save_and_fail()
    assert await titles(team, "delays") == [(1, "Delays", "ada")]


async def test_delete_undelete_and_a_second_life(team):
    async with team() as session:
        await dashboards.create(session, "delays", saved())
        await dashboards.delete(session, "delays", expected_revision=1)
        with pytest.raises(NotFound):
            await dashboards.get(session, "delays")
        assert [row.slug for row in await dashboards.deleted(session)] == ["delays"]
        assert (await dashboards.undelete(session, "delays")).title == "Delays"
        with pytest.raises(NotFound):
            await dashboards.undelete(session, "delays")
        await dashboards.delete(session, "delays")
        with pytest.raises(NotFound):
            await dashboards.delete(session, "delays")
    async with team() as session:
        again = await dashboards.create(session, "delays", saved("Again", "bob"), draft=True)
        assert (again.revision, again.owner, again.draft, again.deleted_at) == (2, "bob", True, None)
    assert await titles(team, "delays") == [(2, "Again", "bob"), (1, "Delays", "ada")]


async def test_delete_of_a_stale_revision_is_refused(team):
    async with team() as session:
        await dashboards.create(session, "delays", saved())
        await dashboards.move_pointer(session, "delays", 1, saved("Second"))
    with pytest.raises(PreconditionFailed):
        async with team() as session:
            await dashboards.delete(session, "delays", expected_revision=1)


async def test_restore_is_a_revision_of_its_own(team):
    async with team() as session:
        await dashboards.create(session, "delays", saved("First"))
        await dashboards.move_pointer(session, "delays", 1, replace(saved("Second"), view_type=("pie",)))
        back = await dashboards.restore(session, "delays", 1, expected_revision=2, author="bob")
        assert (back.revision, back.title, back.view_type) == (3, "First", ["line", "bar"])
        assert back.yaml_sha256 == saved("First").yaml_sha256
        with pytest.raises(NotFound, match="no revision 9"):
            await dashboards.restore(session, "delays", 9, expected_revision=3, author="bob")
        with pytest.raises(PreconditionFailed):
            await dashboards.restore(session, "delays", 1, expected_revision=2, author="bob")
    assert await titles(team, "delays") == [(3, "First", "bob"), (2, "Second", "ada"), (1, "First", "ada")]


async def test_rename_takes_the_revisions_along(team):
    async with team() as session:
        await dashboards.create(session, "old", saved("Kept"))
        await dashboards.create(session, "taken", saved("Other"))
        await dashboards.create(session, "gone", saved("Gone"))
        await dashboards.delete(session, "gone")
        for slug in ("taken", "gone"):
            with pytest.raises(Conflict):
                await dashboards.rename(session, "old", slug)
        row = await dashboards.rename(session, "old", "new", expected_revision=1)
        assert (row.slug, row.revision) == ("new", 1)
        assert (await dashboards.rename(session, "new", "new")).slug == "new"
        with pytest.raises(NotFound):
            await dashboards.get(session, "old")
        with pytest.raises(NotFound):
            await dashboards.rename(session, "absent", "x")
    assert await titles(team, "new") == [(1, "Kept", "ada")]


async def test_lists_keep_drafts_and_deleted_apart(team):
    for slug, draft in (("a", False), ("b", True), ("c", False), ("d", True)):
        async with team() as session:
            await dashboards.create(session, slug, saved(slug), draft=draft)
    async with team() as session:
        await dashboards.delete(session, "c")
        await dashboards.keep(session, "d")
    async with team() as session:
        assert [row.slug for row in await dashboards.kept(session)] == ["d", "a"]
        assert [row.slug for row in await dashboards.drafts(session)] == ["b"]
        assert [row.slug for row in await dashboards.deleted(session)] == ["c"]
