"""Reading an expression's tree: its AND parts, its aggregates and windows, what it means."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from dashbridge.insights.references import Reference

DIALECT = "duckdb"
Keys = dict[str, type[exp.Expr]]  # what groups: the meaning of each key, and the class of its tree
AROUND_AGGREGATE = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)
# Aggregates that the parser has no node of its own for.
_PLAIN_AGGREGATES = frozenset(
    [
        "approx_quantile",
        "approx_top_k",
        "arbitrary",
        "arg_max_null",
        "arg_min_null",
        "bit_and",
        "bit_or",
        "bit_xor",
        "bitstring_agg",
        "count_star",
        "entropy",
        "favg",
        "fsum",
        "geomean",
        "geometric_mean",
        "histogram",
        "histogram_exact",
        "json_group_array",
        "json_group_object",
        "json_group_structure",
        "kahan_sum",
        "kurtosis",
        "kurtosis_pop",
        "list",
        "listagg",
        "mad",
        "mean",
        "product",
        "quantile_disc",
        "regr_avgx",
        "regr_avgy",
        "regr_count",
        "regr_intercept",
        "regr_r2",
        "regr_slope",
        "regr_sxx",
        "regr_sxy",
        "regr_syy",
        "reservoir_quantile",
        "sem",
        "sum_no_overflow",
        "sumkahan",
        "var_samp",
        "wavg",
        "weighted_avg",
    ]
)


def reference_of(node: exp.Expr) -> Reference | None:
    """The reference a node stands for, if it is one."""
    if not isinstance(node, exp.Var):
        return None
    found = node.meta.get("reference")
    return found if isinstance(found, Reference) else None


def reference_node(reference: Reference) -> exp.Var:
    """The node that stands for a reference and prints as it was written."""
    node = exp.Var(this=str(reference))
    node.meta["reference"] = reference
    return node


def references_of(tree: exp.Expr) -> Iterator[Reference]:
    """Every reference in a tree."""
    yield from (found for node in tree.find_all(exp.Var) if (found := reference_of(node)))


def refers(tree: exp.Expr) -> bool:
    """Whether an input bears on it."""
    return next(references_of(tree), None) is not None


def and_parts(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of a filter joined by AND at its top; BETWEEN counts as its two comparisons."""
    if isinstance(tree, exp.Paren):
        inner = tree.this
        if isinstance(inner, exp.And | exp.Paren | exp.Between):
            yield from and_parts(inner)
            return
    if isinstance(tree, exp.And):
        yield from and_parts(tree.left)
        yield from and_parts(tree.right)
    elif isinstance(tree, exp.Between) and not tree.args.get("symmetric"):
        yield exp.GTE(this=tree.this.copy(), expression=tree.args["low"].copy())
        yield exp.LTE(this=tree.this.copy(), expression=tree.args["high"].copy())
    else:
        yield tree


def is_any_aggregate(node: exp.Expr) -> bool:
    """Whether this node is an aggregate or window function, wherever it stands."""
    return isinstance(node, exp.AggFunc) or (
        isinstance(node, exp.Anonymous) and str(node.this).lower() in _PLAIN_AGGREGATES
    )


def is_aggregate(node: exp.Expr) -> bool:
    """Whether this node itself is an aggregate call, and not the function of a window."""
    if not is_any_aggregate(node):
        return False
    parent = node.parent
    while isinstance(parent, AROUND_AGGREGATE):
        node, parent = parent, parent.parent
    return not (isinstance(parent, exp.Window) and parent.this is node)


def has_aggregate(tree: exp.Expr) -> bool:
    """Whether an aggregate is anywhere in it."""
    return any(is_aggregate(node) for node in tree.walk())


def has_window(tree: exp.Expr) -> bool:
    """Whether a window function is anywhere in it."""
    return tree.find(exp.Window) is not None


def has_column(tree: exp.Expr) -> bool:
    """Whether it reads a column at all."""
    return tree.find(exp.Column) is not None


def computes(tree: exp.Expr) -> bool:
    """Whether it is more than a constant: it reads columns, or counts rows, or looks at others."""
    return has_column(tree) or has_aggregate(tree) or has_window(tree)


def loose_columns(tree: exp.Expr, keys: Keys) -> list[str]:
    """Columns that stand neither inside an aggregate nor inside one of the grouping expressions `keys`."""
    if is_aggregate(tree) or (isinstance(tree, AROUND_AGGREGATE) and has_aggregate(tree.this)):
        return []
    # Only a node of a key's own class is written out: doing so for every node is quadratic.
    if type(tree) in keys.values() and meaning(tree) in keys:
        return []
    if isinstance(tree, exp.Column):
        return [tree.sql(dialect=DIALECT)]
    return [name for child in tree.iter_expressions() for name in loose_columns(child, keys)]


def depth(tree: exp.Expr) -> int:
    """How many levels it has; a chain of operators counts one for each."""
    deepest = 0
    waiting = [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting += [(child, level + 1) for child in node.iter_expressions()]
    return deepest


def meaning(tree: exp.Expr) -> str:
    """The tree as text with names in lower case: DuckDB does not tell `Month` from `month`."""
    plain = tree.copy()
    while isinstance(plain, exp.Paren):
        plain = plain.this
    for name in plain.find_all(exp.Identifier):
        name.set("this", str(name.this).lower())
        name.set("quoted", True)
    return plain.sql(dialect=DIALECT)
