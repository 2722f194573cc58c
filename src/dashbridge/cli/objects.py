"""`dashbridge objects orphans`: files that no dashboard names."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import click
import orjson

from dashbridge.library.orphans import find_orphans, remove_orphan
from dashbridge.objects.base import ObjectInfo
from dashbridge.settings import read_settings
from dashbridge.wiring.custody import Custody, open_custody

_AGE = re.compile(r"([1-9][0-9]{0,3})([hd])")


class _Age(click.ParamType[timedelta]):
    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = _AGE.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is not an age: write 7d or 12h", param, ctx)
        return timedelta(**{"hours" if found[2] == "h" else "days": int(found[1])})


@click.group(name="objects", help="Look after the object store.")
@click.pass_context
def command(context: click.Context) -> None:
    """Works on the stores of this machine's settings."""
    if (context.obj or (None, None))[0] is not None:
        raise click.UsageError("objects works on the stores of this machine's settings, not over --url")


@command.command(name="orphans", help="List the files that no dashboard and no revision names.")
@click.option(
    "--older-than", type=_Age(), default="7d", show_default=True, help="Only what was written before: 7d, 12h."
)
@click.option("--delete", "remove", is_flag=True, help="Remove them.")
@click.option("--json", "as_json", is_flag=True, help="Print them as one JSON object.")
def orphans(older_than: timedelta, remove: bool, as_json: bool) -> None:
    """Removes nothing unless told to."""
    asyncio.run(_orphans(older_than, remove=remove, as_json=as_json))


async def _orphans(older_than: timedelta, *, remove: bool, as_json: bool) -> None:
    found: list[ObjectInfo] = []
    removed = 0
    async with open_custody(read_settings()) as custody:
        async for team_id, orphan in _of_all(custody, older_than):
            gone = remove and await remove_orphan(custody.database, custody.objects, team_id, orphan)
            removed += gone
            found.append(orphan)
            if not as_json:
                click.echo(f"{orphan.uri} {orphan.size} B{' removed' if gone else ''}")
    size = sum(orphan.size for orphan in found)
    if as_json:
        listed = [{"uri": orphan.uri, "bytes": orphan.size, "written_at": orphan.written_at} for orphan in found]
        click.echo(orjson.dumps({"orphans": listed, "bytes": size, "removed": removed}))
    else:
        click.echo(f"{len(found)} orphans, {size:,} bytes, {removed} removed", err=True)


async def _of_all(custody: Custody, older_than: timedelta) -> AsyncIterator[tuple[UUID, ObjectInfo]]:
    for team_id in custody.team_ids:
        async for orphan in find_orphans(custody.database, custody.objects, team_id, older_than=older_than):
            yield team_id, orphan
