"""`dashbridge migrate directory`: the roles, the migrations and the first admin, before a release is started."""

from __future__ import annotations

import asyncio
import sys

import click
import orjson

from dashbridge.kit import Invalid
from dashbridge.postgres import Database, newest_schema
from dashbridge.postgres.migrate import prepare
from dashbridge.settings import Settings, read_settings
from dashbridge.wiring import first_admin, open_logs


@click.command(name="directory", help="Make the directory's roles and tables, or bring them to this release.")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 unless the schema is this release's.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found and done as JSON.")
@click.pass_context
def directory(context: click.Context, only_check: bool, as_json: bool) -> None:
    """Safe to run again, and from several places at once. Exit 1 when it is refused or failed."""
    if (context.obj or (None, None))[0] is not None:
        raise click.UsageError("migrate works on the database of the settings, not over --url")
    settings = read_settings()
    open_logs(settings)
    schema, newest = asyncio.run(_schema(settings) if only_check else migrated(settings)), newest_schema()
    current = schema >= newest
    if as_json:
        click.echo(orjson.dumps({"schema": schema, "newest": newest, "current": current}))
    else:
        click.echo(f"The directory has schema {schema}" + ("" if current else f"; this release needs {newest}"))
    if not current:
        sys.exit(1)


async def migrated(settings: Settings) -> str:
    """The schema, once everything is made. Raises Invalid, Unavailable, DashbridgeError (what a role may not do)."""
    app = _address(settings)
    if settings.database_admin_url is None:
        raise Invalid(
            "There is no address to migrate by",
            code="bad_setting",
            hint="set DASHBRIDGE_DATABASE_ADMIN_URL to a role that may create roles, tables and the extension vector",
        )
    await prepare(settings.database_admin_url.get_secret_value(), app)
    database = Database(app)
    try:
        if settings.admin_key is not None:
            await first_admin(database, settings.admin_key.get_secret_value())
        return await database.check()
    finally:
        await database.close()


async def _schema(settings: Settings) -> str:
    database = Database(_address(settings))
    try:
        return await database.check()
    finally:
        await database.close()


def _address(settings: Settings) -> str:
    if settings.database_url is None:
        raise Invalid(
            "The embedded directory migrates itself at every start",
            code="bad_setting",
            hint="set DASHBRIDGE_DATABASE_URL to a directory of your own",
        )
    return settings.database_url.get_secret_value()
