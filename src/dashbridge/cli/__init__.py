"""The command line door. Each command lives in a file that is imported when it is called, so that `--help` is quick.

Exit codes: 0 ok, 1 refused or failed, 2 wrong usage. Errors go to standard error. Start with `door.py`.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys

import click

from dashbridge.kit import DashbridgeError

_COMMANDS = {
    "ask": ("dashbridge.cli.ask", "Ask a question; a dashboard is saved."),
    "check-sql": ("dashbridge.cli.check_sql", "Pass SQL through the gate, without a warehouse."),
    "compile": ("dashbridge.cli.compile", "Show what a dashboard file compiles to."),
    "connect": ("dashbridge.cli.connect", "Add a connection to a warehouse."),
    "costs": ("dashbridge.cli.costs", "Show what queries read and cost."),
    "data": ("dashbridge.cli.data", "Print the data of a dashboard."),
    "demo": ("dashbridge.cli.demo", "Serve with sample data."),
    "eval": ("dashbridge.cli.eval", "Ask a file of questions, each about its database; write the charts."),
    "migrate": ("dashbridge.cli.migrate", "Bring what is older to this release: files, and the directory."),
    "objects": ("dashbridge.cli.objects", "Look after the object store."),
    "pull": ("dashbridge.cli.pull", "Print a dashboard's file."),
    "push": ("dashbridge.cli.push", "Save a dashboard file."),
    "scan": ("dashbridge.cli.scan", "Read which tables a connection holds."),
    "serve": ("dashbridge.cli.serve", "Serve the API and the web page."),
    "translate": ("dashbridge.cli.translate", "Translate SQL between dialects."),
    "validate": ("dashbridge.cli.validate", "Check a dashboard file as saving it would."),
    "vault": ("dashbridge.cli.vault", "Look after the key that seals connections' settings."),
    "warm": ("dashbridge.cli.warm", "Compute the data of a dashboard ahead."),
    "worker": ("dashbridge.cli.worker", "Close what was left behind, and keep the ledger."),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--url", envvar="DASHBRIDGE_URL", help="Speak to a server at this address instead of working here.")
@click.option("--api-key", envvar="DASHBRIDGE_API_KEY", help="The key for --url.")
@click.pass_context
def root(context: click.Context, url: str | None, api_key: str | None) -> None:
    """Ask in a chat, get a validated dashboard file."""
    if api_key and not url:
        raise click.UsageError("--api-key needs --url")
    context.obj = (url, api_key)


def main() -> None:
    """Run the command line and exit with its code."""
    # Pydantic looks for plugins in all that is installed, and slowly.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.disable()  # what a command imports stays: looking for garbage in it is a fifth of the time until it runs
    try:
        root(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.Exit as wanted:
        sys.exit(wanted.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DashbridgeError as error:
        click.echo(f"error: {error}", err=True)
        if error.hint and error.hint not in str(error):
            click.echo(f"hint: {error.hint}", err=True)
        sys.exit(1)
    finally:
        gc.enable()
        gc.unfreeze()  # DuckDB's bindings call what is not taken down at the end a leak
