"""Placeholders: a `?` stands for one value of an expression, and for nothing else."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from dashbridge.sql.lexer import Text
from dashbridge.sql.refused import SqlRefused
from dashbridge.sql.walk import place_of

_ABOVE = (
    exp.Binary,
    exp.Unary,
    exp.Predicate,
    exp.Func,
    exp.Alias,
    exp.Tuple,
    exp.Where,
    exp.Having,
    exp.Qualify,
)
_PLACES = {"this", "expression", "expressions", "low", "high", "default", "true", "start", "length", "escape", "ifs"}
_NAMES = (exp.Dot, exp.Collate, exp.JSONExtract, exp.JSONExtractScalar, exp.PropertyEQ, exp.Kwarg, exp.Lambda)
_NOT_VALUES = (*_NAMES, exp.Columns, exp.Extract)
_ROWS = (exp.Table, exp.Lateral, exp.From, exp.Join, exp.Unnest)


def check_placeholders(tree: exp.Expr, tokens: list[Token], count: int, text: Text) -> None:
    """Refuse unless the statement holds exactly `count` plain `?`, each in the place of a value."""
    written = [token for token in tokens if token.token_type == TokenType.PLACEHOLDER]
    nodes = list(tree.find_all(exp.Placeholder))
    for node in nodes:
        if node.args or not _is_value(node):
            raise SqlRefused(
                "A placeholder stands where no value stands.",
                code="construct_not_allowed",
                place=place_of(node, text),
                hint="Write ? in an expression only, such as carrier = ? or CAST(? AS BIGINT).",
            )
    if not len(written) == len(nodes) == count:
        raise SqlRefused(
            f"The statement has {len(written)} placeholders, and {count} values came with it.",
            code="wrong_parameters",
            place=text.place(written[0].start if written else 0),
            hint="Give one value for each ?.",
        )


def _is_value(node: exp.Placeholder) -> bool:
    parent = node.parent
    if isinstance(parent, exp.Select):
        return node.arg_key == "expressions"
    if isinstance(parent, exp.Paren):
        return not isinstance(parent.parent, (*_ROWS, exp.Limit, exp.Offset, exp.Ordered, exp.Group))
    if not isinstance(parent, _ABOVE) or isinstance(parent, _NOT_VALUES) or node.arg_key not in _PLACES:
        return False
    if isinstance(parent, exp.In):
        return not isinstance(parent.parent, exp.Pivot)
    return not (isinstance(parent, exp.Func) and isinstance(parent.parent, _ROWS))
