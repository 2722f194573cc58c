"""`dashbridge ask "QUESTION"`: one chat turn, shown as it happens."""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

import click
import orjson

from dashbridge.cli.door import Door, through_door


@click.command(name="ask", help="Ask a question; what happens is shown, and the dashboard that is saved is named.")
@click.argument("question")
@click.option("--connection", metavar="NAME", help="The connection to ask about, where there are several.")
@click.option("--dashboard", metavar="SLUG", help="Ask beside this dashboard: the answer may change it.")
@click.option(
    "--session",
    type=click.UUID,
    metavar="ID",
    help="Go on in this conversation: a follow-up, or the answer to a question.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end instead.")
@click.pass_context
def command(
    context: click.Context,
    question: str,
    connection: str | None,
    dashboard: str | None,
    session: UUID | None,
    as_json: bool,
) -> None:
    """Exit 0 only if a dashboard was saved."""
    if session and (connection or dashboard):
        raise click.UsageError("--session goes on as it began: without --connection and --dashboard")
    turn = _Shown(as_json)
    wanted = {name: value for name, value in (("connection", connection), ("dashboard", dashboard)) if value}

    async def work(door: Door) -> None:
        asked = str(session) if session else await _new_session(door, wanted)
        async for name, data in door.ask(asked, {"message": question}):
            turn.show(name, data)

    through_door(context, work)
    turn.close()
    sys.exit(0 if turn.saved else 1)


async def _new_session(door: Door, wanted: dict[str, str]) -> str:
    return str((await door.call("POST", "/v1/chat/sessions", json=wanted)).json()["session_id"])


class _Shown:
    """What is printed of a turn."""

    def __init__(self, as_json: bool) -> None:
        self.saved: dict[str, Any] | None = None
        self._as_json = as_json
        self._text: list[str] = []
        self._session = ""
        self._last: dict[str, Any] = {}

    def show(self, name: str, data: dict[str, Any]) -> None:
        """One event."""
        if name == "token":
            self._text.append(data["text"])
        elif name == "saved":
            self.saved = data
        elif name == "session":
            self._session = data["session_id"]
        elif name in ("done", "error", "question"):
            self._last[name] = data
        if self._as_json:
            return
        line = _line(name, data)
        if line is not None:
            click.echo(line, err=True)
        elif name == "token":
            click.echo(data["text"], nl=False)

    def close(self) -> None:
        """The end: where the dashboard is, or why there is none."""
        if self._as_json:
            body = {"session_id": self._session, "text": "".join(self._text), "saved": self.saved, **self._last}
            click.echo(orjson.dumps(body, option=orjson.OPT_INDENT_2, default=str))
            return
        click.echo()
        if self.saved:
            click.echo(f"slug: {self.saved['dashboard_slug']}")
            click.echo(f"yaml: {self.saved['yaml_uri']}")
            click.echo(f"url:  {self.saved['preview_url']}")
        if self._session:
            click.echo(f'go on: dashbridge ask --session {self._session} "..."', err=True)


def _line(name: str, data: dict[str, Any]) -> str | None:
    if name == "tool_result":
        return f"  {'·' if data['ok'] else '✗'} {data['name']}: {data['summary']}"
    if name == "error":
        hint = f" ({data['hint']})" if data.get("hint") else ""
        return f"error: {data['message']}{hint}"
    if name == "question":
        return "\n".join([data["text"], *(f"  - {option}" for option in data["options"])])
    return None
