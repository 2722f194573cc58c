"""`save_dashboard_yaml`: the gate before the library. It checks the file for itself, whatever the model did before."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.events import ArtifactEvent
from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer


class Arguments(BaseModel):
    """The whole file and the slug to save it under."""

    model_config = ConfigDict(extra="forbid")

    yaml_content: str
    slug: str = Field(max_length=200)


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        slug = arguments.slug
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
        preview = f"{context.public_url}/d/{slug}"
        result = {
            "slug": slug,
            "revision": saved.revision,
            "yaml_uri": saved.yaml_uri,
            "yaml_sha256": saved.yaml_sha256,
            "preview_url": preview,
        }
        file = ArtifactEvent(
            "yaml_artifact", {"slug": slug, "revision": saved.revision, "yaml": arguments.yaml_content}
        )
        pointer = ArtifactEvent(
            "saved",
            {
                "dashboard_slug": slug,
                "yaml_uri": saved.yaml_uri,
                "revision": saved.revision,
                "preview_url": preview,
            },
        )
        return answer(result, f"saved {slug}, revision {saved.revision}", file, pointer)

    return Tool("save_dashboard_yaml", tool_prompt("save_dashboard_yaml"), Arguments, run)
