"""How an insight is computed, in words and statements."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards import CompiledDashboard
from dashbridge.insights import over_query
from dashbridge.serving import Part


def describe(part: Part, dashboard: CompiledDashboard) -> dict[str, Any]:
    """How a part is computed. `pre_query` and `post_query` are null where the server computes it in one go."""
    insight, split = part.insight, part.insight.split
    pre = None if split.pre is None else over_query(split.pre.sql, dashboard.queries[insight.query].sql)
    post = {"post_query": None, "parameters": []} if split.post is None else split.post.as_json()
    return {
        "mode": split.mode,
        "mode_reason": split.reason,
        "query": insight.template,
        "pre_query": pre,
        **post,
        "interactions": [dict(one) for one in insight.interactions],
        "input_dependencies": list(insight.input_dependencies),
        "requires_groupby": insight.requires_groupby,
        "split_column": insight.split_column,
        "row_limit": insight.row_limit,
        "columns": [{"name": column.key, "label": column.label} for column in insight.columns],
    }
