"""Insights: what is computed from a query's result, and how a viewer's inputs bear on it.

Owns the spec of inputs and insights, the `${ref(name).accessor}` references, the reading of input values, and the
compiler that turns an insight into a pre-query for the warehouse and a post-query for whoever turns an input. It never
runs SQL, never reads a file, and never pastes a value into a statement. Start with `compile.py` (what an insight
becomes), then `halves.py` (where it is cut in two) and `statement.py` (how values enter).
"""

from __future__ import annotations

from dashbridge.insights.compile import CompiledInsight, InsightColumn, compile_insight
from dashbridge.insights.engines import crossing_problem, huge_columns
from dashbridge.insights.halves import Mode
from dashbridge.insights.inputs import default_inputs, default_value, expected_value, read_inputs
from dashbridge.insights.labels import Facts, column_facts
from dashbridge.insights.references import near
from dashbridge.insights.spec import (
    InputSpec,
    InsightSpec,
    Interaction,
    LanguageModel,
    MultiSelectInput,
    OptionsQuery,
    SelectInput,
    Slug,
)
from dashbridge.insights.split import Split
from dashbridge.insights.statement import (
    BoundQuery,
    Parameter,
    Placeholder,
    Statement,
    over_query,
    over_table,
    with_data,
)
from dashbridge.insights.types import column_problems, type_problems
from dashbridge.insights.values import InputValue

__all__ = [
    "BoundQuery",
    "CompiledInsight",
    "Facts",
    "InputSpec",
    "InputValue",
    "InsightColumn",
    "InsightSpec",
    "Interaction",
    "LanguageModel",
    "Mode",
    "MultiSelectInput",
    "OptionsQuery",
    "Parameter",
    "Placeholder",
    "SelectInput",
    "Slug",
    "Split",
    "Statement",
    "column_facts",
    "column_problems",
    "compile_insight",
    "crossing_problem",
    "default_inputs",
    "default_value",
    "expected_value",
    "huge_columns",
    "near",
    "over_query",
    "over_table",
    "read_inputs",
    "type_problems",
    "with_data",
]
