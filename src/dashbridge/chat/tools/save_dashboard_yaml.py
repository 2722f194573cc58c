"""`save_dashboard_yaml`: the gate before the library. It checks the file for itself, whatever the model did before."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.events import ArtifactEvent
from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer
from dashbridge.chat.tools.large_queries import LargeQuery, find_large, require_cheaper
from dashbridge.chat.tools.pricing import cost_of, in_words
from dashbridge.kit import sha256_hex
from dashbridge.library import Saved


class Arguments(BaseModel):
    """The whole file and the slug to save it under; why its queries over 1 GB have no cheaper form, if it has any."""

    model_config = ConfigDict(extra="forbid")

    yaml_content: str
    slug: str = Field(max_length=200)
    large_queries_because: str | None = Field(default=None, min_length=12, max_length=500)


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        slug, because = arguments.slug, arguments.large_queries_because
        checked = await context.library.check(context.actor, arguments.yaml_content, connection=context.connection_name)
        large = await find_large(context, checked.records)
        large = [one for one in large if one.sql_sha256 not in await _known(context, slug)] if large else []
        require_cheaper(context, large, because)
        cost = await cost_of(context, checked, arguments.yaml_content, slug)
        saved = await context.library.save(
            context.actor,
            arguments.yaml_content,
            slug,
            expected=context.read_revisions.get(slug),
            draft=True,
            turn_id=context.turn_id,
            connection=context.connection_name,
        )
        context.read_revisions[slug] = saved.revision
        return _told(context, arguments, saved, large, cost)

    return Tool("save_dashboard_yaml", tool_prompt("save_dashboard_yaml"), Arguments, run)


async def _known(context: TurnContext, slug: str) -> frozenset[str]:
    """The statements (SHA-256) of the file that this save replaces: what they read was agreed to before."""
    revision = context.read_revisions.get(slug)
    if revision is None:
        return frozenset()
    before = (await context.library.open(context.actor, slug, revision)).compiled
    return frozenset(sha256_hex(query.sql.encode(errors="surrogatepass")) for query in before.queries.values())


def _told(
    context: TurnContext, arguments: Arguments, saved: Saved, large: list[LargeQuery], cost: dict[str, Any]
) -> ToolOutcome:
    preview = f"{context.public_url}/d/{saved.slug}"
    weighed: dict[str, Any] = {}
    if large:
        why = arguments.large_queries_because or "the query was made to read less than before"
        weighed = {"large_queries": [one.as_dict() for one in large], "large_queries_because": why}
    result = {
        "slug": saved.slug,
        "revision": saved.revision,
        "yaml_uri": saved.yaml_uri,
        "yaml_sha256": saved.yaml_sha256,
        "preview_url": preview,
        "cost": cost,
        **weighed,
    }
    file = ArtifactEvent(
        "yaml_artifact", {"slug": saved.slug, "revision": saved.revision, "yaml": arguments.yaml_content}
    )
    pointer = ArtifactEvent(
        "saved",
        {
            "dashboard_slug": saved.slug,
            "yaml_uri": saved.yaml_uri,
            "revision": saved.revision,
            "preview_url": preview,
            **weighed,
        },
    )
    return answer(result, f"saved {saved.slug}, revision {saved.revision}; {in_words(cost)}", file, pointer)
