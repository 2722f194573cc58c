"""The syntax that may appear: sqlglot node types, in groups. What is not here is refused.

Functions called by name are judged by name (`functions/`); listed here are only the types that syntax without a name
makes (operators, CASE, CAST, literals, CURRENT_DATE).
"""

from __future__ import annotations

from sqlglot import exp

from dashbridge.sql.words import upper_words

_VALUES = """
    Boolean ByteString HexString Heredoc Identifier Interval IntervalSpan Literal National Null RawString Star Var
    Column PositionalColumn Pseudocolumn Alias Dot Bracket Slice Paren Tuple PropertyEQ Kwarg JSONKeyValue
    Lambda Comprehension DataType DataTypeParam ColumnDef
    JSONPath JSONPathFilter JSONPathKey JSONPathRoot JSONPathSelector JSONPathSlice JSONPathSubscript JSONPathWildcard
    JSONPathRecursive JSONPathUnion
"""
_OPERATORS = """
    Add Sub Mul Div IntDiv Mod Neg DPipe BitwiseAnd BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor
    EQ NEQ GT GTE LT LTE Is Not And Or Between In Like ILike Glob SimilarTo Escape NullSafeEQ NullSafeNEQ
    Any All Exists AtTimeZone Collate Pow RegexpLike ArrayContainsAll ArrayContainedBy ArrayOverlaps StartsWith
    JSONExtract JSONExtractScalar
"""
_CALLS = """
    Distinct Filter IgnoreNulls RespectNulls WithinGroup HavingMax Window WindowSpec Order Ordered Limit
    Array Struct Map ToMap Case If Cast TryCast JSONCast Coalesce Extract Trim Substring Columns
    CurrentDate CurrentDatetime CurrentTime CurrentTimestamp Localtime Localtimestamp
    ArgMax ArgMin Max Min Ceil Floor Quantile ApproxQuantile PercentileCont PercentileDisc GroupConcat StrPosition
    Normalize Overlay Chr Initcap JSONObject JSONArray JSONObjectAgg MakeInterval Translate Decode
"""
_DERIVED = """
    AnyValue CastToStrType Lower NetFunc ParseJSON SafeFunc TsOrDsToDate TsOrDsToDatetime TsOrDsToTime TsOrDsToTimestamp
    WeekStart
"""  # made by sqlglot out of a call whose name was judged
_QUERIES = """
    Select Union Intersect Except Subquery With CTE From Join Table TableAlias Lateral Unnest Values
    Where Group Having Qualify Rollup Cube GroupingSets Offset LimitOptions Fetch
    Pivot PivotAlias UnpivotColumns TableSample Version
"""


def _types(*groups: str) -> frozenset[type[exp.Expr]]:
    return frozenset(getattr(exp, name) for group in groups for name in group.split())


EXPRESSION_NODES = _types("Where", _VALUES, _OPERATORS, _CALLS, _DERIVED) - {
    exp.Columns,
    exp.Pseudocolumn,
    exp.PositionalColumn,
}
QUERY_NODES = _types(_VALUES, _OPERATORS, _CALLS, _DERIVED, _QUERIES)

RESERVED_WORDS = upper_words(
    """
    ALL AND ANY AS CASE CAST CREATE CROSS DISTINCT ELSE EXCEPT EXISTS FETCH FOR FROM FULL GROUP HAVING IN INNER
    INTERSECT INTO IS JOIN LATERAL LEFT LIKE LIMIT NATURAL NOT ON OR ORDER OUTER QUALIFY RIGHT SELECT SOME
    TABLESAMPLE THEN UNION UNNEST USING WHEN WHERE WINDOW WITH
    """
)
"""Words that are never a bare name, nor an alias, in either dialect: the engine would read another statement."""

RESERVED_BY_DIALECT = {
    "duckdb": upper_words(
        """
        ANALYSE ANALYZE ARRAY ASC ASYMMETRIC BOTH CHECK COLLATE COLUMN CONSTRAINT DEFAULT DEFERRABLE DESC DESCRIBE DO
        END FALSE FOREIGN INITIALLY LAMBDA LEADING NULL OFFSET ONLY PIVOT PIVOT_LONGER PIVOT_WIDER PLACING PRIMARY
        REFERENCES RETURNING SHOW SUMMARIZE SYMMETRIC TABLE TO TRAILING TRUE UNIQUE UNPIVOT VARIADIC
        """
    ),
    "bigquery": upper_words(
        """
        ARRAY ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY COLLATE CONTAINS CUBE CURRENT DEFAULT DEFINE DESC END ENUM ESCAPE
        EXCLUDE EXTRACT FALSE FOLLOWING GROUPING GROUPS HASH IF IGNORE INTERVAL LOOKUP MERGE NEW NO NULL NULLS OF OVER
        PARTITION PRECEDING PROTO RANGE RECURSIVE RESPECT ROLLUP ROWS SET STRUCT TO TREAT TRUE UNBOUNDED WITHIN
        """
    ),
}
"""Further words a dialect reserves: a name only after AS or a dot. `SELECT (SHOW TABLES)` is no column in DuckDB."""

STATEMENT_WORDS = upper_words(
    """
    ALTER ANALYZE ATTACH BEGIN CALL CHECKPOINT COMMIT COPY CREATE DELETE DESC DESCRIBE DETACH DROP EXECUTE EXPLAIN
    EXPORT FORCE IMPORT INSERT INSTALL LOAD MERGE PIVOT PRAGMA PREPARE RESET ROLLBACK SET SHOW SUMMARIZE TABLE TRUNCATE
    UNPIVOT UPDATE USE VACUUM VALUES
    """
)
"""Words that, bare in the place of a table, start another statement: `FROM (SHOW TABLES)`."""
