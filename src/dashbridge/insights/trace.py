"""Traces: the older way to say what a chart draws, one cohort apart from another. Compiled as an insight with a split.

`column(name)` in a trace stands for the expression of that name under `columns`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field
from sqlglot import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from dashbridge.insights.compile import CompiledInsight, compile_insight
from dashbridge.insights.labels import Facts
from dashbridge.insights.references import near
from dashbridge.insights.spec import (
    Description,
    Expression,
    InputSpec,
    InsightSpec,
    Interaction,
    LanguageModel,
    PropName,
    Slug,
)
from dashbridge.kit import Invalid, Place, Problem

COHORT = "cohort"
MAX_CHARS = 4000
_REFERENCE = re.compile(r"\$\{[^}]*\}")
_INTERACTION = re.compile(r"/interactions/(\d+)/\w+")
_MARKER = "?{"


class TraceSpec(LanguageModel):
    """What a chart draws, one cohort for each value of `cohort_on`. An insight says the same with a split."""

    query: Slug = Field(description="The query it computes from.")
    cohort_on: Expression | None = Field(
        default=None, description="One cohort for each of its values; a single one, named after the trace, without it."
    )
    columns: dict[PropName, Expression] = Field(
        default_factory=dict, max_length=100, description="Named expressions; column(name) stands for one elsewhere."
    )
    props: dict[PropName, Expression] = Field(
        default_factory=dict, max_length=40, description="What a view draws: x, y, value …"
    )
    filters: Annotated[list[Expression], Field(max_length=20)] = Field(
        default_factory=list, description="Rows to keep. Every AND part is placed by itself."
    )
    order_by: Annotated[list[Expression], Field(max_length=16)] = Field(
        default_factory=list, description="Order of the rows, the first key first: [month, avg(delay) DESC]."
    )
    limit: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = Field(
        default=None, description="At most this many rows of all cohorts together (10,000 when left out)."
    )
    description: Description | None = None


def as_insight(name: str, spec: TraceSpec, *, dialect: str = "duckdb") -> InsightSpec:
    """The insight that computes the same: its split is the cohort, `column(name)` is written out.

    Raises Invalid with every Problem found, each placed by its path (`/traces/NAME/props/x`).
    """
    reader = _Columns(name, spec, dialect)
    props = {key: reader.expanded(text, f"props/{key}") for key, text in spec.props.items()}
    columns = {key: reader.written_out(text, f"columns/{key}") for key, text in spec.columns.items()}
    steps = [] if spec.cohort_on is None else [Interaction(split=reader.expanded(spec.cohort_on, "cohort_on"))]
    steps += [Interaction(filter=reader.expanded(text, f"filters/{at}")) for at, text in enumerate(spec.filters)]
    steps += [Interaction(sort=reader.expanded(text, f"order_by/{at}")) for at, text in enumerate(spec.order_by)]
    if not spec.props and not spec.columns:
        reader.problem("trace.empty", "the trace has no props and no columns", "", "add props: {x: …, y: …}")
    if reader.problems:
        raise Invalid.of(reader.problems)
    return InsightSpec(
        query=spec.query,
        props=props,
        columns=columns,
        interactions=steps,
        limit=spec.limit,
        description=spec.description,
    )


def compile_trace(
    name: str,
    spec: TraceSpec,
    inputs: Mapping[str, InputSpec],
    *,
    dialect: str = "duckdb",
    order_by_x: bool = False,
    facts: Mapping[str, Facts] | None = None,
) -> CompiledInsight:
    """Compile a trace as an insight whose split column is `cohort`: without `cohort_on` it holds the trace's name.

    Raises Invalid with every Problem found, each placed by its path (`/traces/NAME/props/x`).
    """
    insight = as_insight(name, spec, dialect=dialect)
    if spec.cohort_on is None:
        alone = Interaction(split=f"'{name}'")
        insight = insight.model_copy(update={"interactions": [alone, *insight.interactions]})
    try:
        return compile_insight(
            name, insight, inputs, dialect=dialect, order_by_x=order_by_x, facts=facts, split_name=COHORT
        )
    except Invalid as error:
        raise Invalid.of([in_trace(problem, spec) for problem in error.problems]) from None


def in_trace(problem: Problem, spec: TraceSpec) -> Problem:
    """A problem of the insight that a trace is compiled as, placed where the trace says it."""
    path = (problem.place.path or "").replace("/insights/", "/traces/", 1)
    if found := _INTERACTION.search(path):
        path = f"{path[: found.start()]}/{_written_at(int(found[1]), spec)}"
    return replace(problem, place=replace(problem.place, path=path))


def single_cohort(insight: CompiledInsight) -> bool:
    """Whether its split is the one cohort of a trace without `cohort_on`: a name, not a series."""
    column = insight.column(COHORT) if insight.split_column == COHORT else None
    return column is not None and column.expression == f"'{insight.name}'"


def _written_at(step: int, spec: TraceSpec) -> str:
    if step == 0:
        return "cohort_on"
    filters = len(spec.filters)
    return f"filters/{step - 1}" if step <= filters else f"order_by/{step - 1 - filters}"


class _Columns:
    """Writes `column(name)` out, and collects what is wrong with it."""

    def __init__(self, name: str, spec: TraceSpec, dialect: str) -> None:
        self.problems: list[Problem] = []
        self._root, self._columns, self._dialect = f"/traces/{name}", spec.columns, Dialect.get_or_raise(dialect)

    def expanded(self, text: str, path: str) -> str:
        """The text with every `column(name)` replaced by its expression."""
        found = self._calls(text, path)
        if found is None or not found:
            return text
        if len(found) == 1 and text.strip() == text[found[0][1] : found[0][2]]:
            return self._columns[found[0][0]]
        pieces, at = [], 0
        for name, start, end in found:
            inner = self._columns[name]
            pieces += [text[at:start], f"({inner}\n)" if "--" in inner else f"({inner})"]
            at = end
        whole = "".join([*pieces, text[at:]])
        if len(whole) > MAX_CHARS:
            message = f"with its columns written out the expression has {len(whole):,} characters"
            self.problem("trace.too_long", message, path, f"at most {MAX_CHARS:,}: compute a part of it in the query")
            return text
        return whole

    def written_out(self, text: str, path: str) -> str:
        """A column's own expression, which names no other."""
        if self._calls(text, path):
            hint = "write the expression out: a column does not name another"
            self.problem("trace.nested", "column(…) stands inside a column", path, hint)
        return text

    def problem(self, code: str, message: str, path: str, hint: str) -> None:
        """Note one."""
        self.problems.append(Problem(code, message, Place(f"{self._root}/{path}".rstrip("/")), hint))

    def _calls(self, text: str, path: str) -> list[tuple[str, int, int]] | None:
        """(name, start, end) of each call of column; None when something is wrong."""
        if _MARKER in text:
            hint = "write the expression alone: avg(delay) for ?{ avg(delay) }"
            self.problem("trace.marker", "expressions of this file stand without ?{ }", path, hint)
            return None
        try:
            tokens = self._dialect.tokenize(_REFERENCE.sub(lambda match: "r" * len(match[0]), text))
        except SqlglotError:
            return []  # what cannot be read is told by whoever parses it
        found = []
        for at, token in enumerate(tokens):
            if _is_call(token, tokens[at + 1 : at + 2]):
                call = self._call(tokens[at : at + 5], path)
                if call is None:
                    return None
                found.append(call)
        return found

    def _call(self, tokens: list[Token], path: str) -> tuple[str, int, int] | None:
        name = tokens[2].text if len(tokens) > 2 else ""
        if len(tokens) < 4 or tokens[3].token_type is not TokenType.R_PAREN:
            self.problem("trace.column", "column(…) holds one name", path, "write column(name)")
            return None
        if name not in self._columns:
            message = f"column({name}) names no column of this trace"
            self.problem("trace.column", message, path, near(name, dict(self._columns)))
            return None
        if len(tokens) > 4 and tokens[4].token_type is TokenType.L_BRACKET:
            message = f"an item of a column is not supported: column({name})[…]"
            hint = f"write an expression of one value, such as max({name}), or draw the whole column({name})"
            self.problem("trace.item", message, path, hint)
            return None
        return name, tokens[0].start, tokens[3].end + 1


def _is_call(token: Token, following: list[Token]) -> bool:
    quoted = token.token_type in (TokenType.STRING, TokenType.IDENTIFIER)
    opens = bool(following) and following[0].token_type is TokenType.L_PAREN
    return not quoted and token.text.lower() == "column" and opens
