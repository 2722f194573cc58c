"""What one turn knows: who asks, over which connection, beside which dashboard; and the prompt made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from uuid import UUID

import orjson

from ai_sdk.events import ArtifactEvent
from ai_sdk.prompt import PromptBlock, assemble, load_blocks, load_text
from dashbridge.catalog import CatalogIndex
from dashbridge.chat.values import ColumnValues
from dashbridge.connections import GatedWarehouse
from dashbridge.costs import Costs, Spending
from dashbridge.kit import resource_folder
from dashbridge.library import Library
from dashbridge.serving import Answers
from dashbridge.sharing import Actor


@dataclass(slots=True)
class TurnContext:
    """The identity and the things of a turn. Tools take these from here, never from the model's arguments.

    `read_revisions` holds, for each slug this turn opened or wrote, the revision it may replace. `supersedes` is the
    turn whose question this one asks anew. `cheaper_shown` holds the statements (SHA-256) of which the turn was told a
    cheaper form, `large_refused` the bytes of each query that a save was refused for. `spending` is the turn's account.
    """

    actor: Actor
    turn_id: UUID
    connection_name: str
    ai_access: str
    warehouse: GatedWarehouse
    library: Library
    today: date
    public_url: str
    spending: Spending
    costs: Costs
    answers: Answers
    index: CatalogIndex
    open_dashboard: tuple[str, int] | None = None
    open_view: str | None = None
    supersedes: UUID | None = None
    values: ColumnValues = field(default_factory=ColumnValues)
    read_revisions: dict[str, int] = field(default_factory=dict)
    notes: list[ArtifactEvent] = field(default_factory=list)
    cheaper_shown: set[str] = field(default_factory=set)
    large_refused: dict[str, int] = field(default_factory=dict)

    @property
    def default_dataset(self) -> str | None:
        """The dataset of an unqualified table name."""
        return self.warehouse.default_dataset

    def note(self, artifact: ArtifactEvent) -> None:
        """Show the person something of a tool call that fails."""
        self.notes.append(artifact)

    def begun(self) -> dict[str, str]:
        """The turn as its first event tells it: itself, and the view and the turn that its question is about."""
        opened = self.open_dashboard
        about = {
            "turn_id": self.turn_id,
            "supersedes": self.supersedes,
            "view": self.open_view,
            "dashboard": opened[0] if opened and self.open_view else None,
        }
        return {name: str(value) for name, value in about.items() if value is not None}

    def as_json(self) -> str:
        """The turn's facts as the model reads them."""
        opened = self.open_dashboard
        facts = {
            "today": self.today.isoformat(),
            "connection": {
                "name": self.connection_name,
                "dialect": self.warehouse.dialect,
                "default_dataset": self.default_dataset,
            },
            "open_dashboard": {"slug": opened[0], "revision": opened[1]} if opened else None,
            "open_view": self.open_view,
            "ai_access": self.ai_access,
            "max_bytes_per_query": self.warehouse.max_bytes,
        }
        return orjson.dumps(facts).decode()


def system_prompt(context: TurnContext) -> tuple[PromptBlock, ...]:
    """The stable blocks, each cacheable, then the facts of this turn."""
    practice = "bigquery" if context.warehouse.dialect == "bigquery" else "duckdb"
    return assemble(_stable_blocks(practice), [PromptBlock("context", context.as_json())])


@cache
def tool_prompt(name: str) -> str:
    """The text of `prompts/tools/<name>.md`: a tool's description."""
    return load_text(resource_folder("prompts") / "tools", name)


@cache
def _stable_blocks(practice: str) -> tuple[PromptBlock, ...]:
    return load_blocks(resource_folder("prompts") / "blocks", ["role", "dashboard-yaml", practice, "layout"])
