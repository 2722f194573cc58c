"""The functions a query may call, one file a dialect: names that only compute, in upper case."""

from __future__ import annotations

from dashbridge.sql.functions import bigquery, duckdb
from dashbridge.sql.words import upper_words

FUNCTIONS = {"bigquery": bigquery.FUNCTIONS, "duckdb": duckdb.FUNCTIONS}
TABLE_FUNCTIONS = {"bigquery": bigquery.TABLE_FUNCTIONS, "duckdb": duckdb.TABLE_FUNCTIONS}

PAREN_WORDS = upper_words(
    """
    ALL AND ANY ARRAY AS AT BERNOULLI BETWEEN BY CASE CAST CUBE DISTINCT ELSE ESCAPE EXCEPT EXCLUDE EXISTS
    EXTRACT FILTER FOR FROM GLOB GROUP HAVING ILIKE IN INTERSECT INTERVAL IS JOIN LATERAL LIKE LIMIT
    MATERIALIZED NAME NOT NULLS OF OFFSET ON OR OVER PERCENT PIVOT QUALIFY RENAME REPLACE RESERVOIR ROLLUP ROWS
    SAFE_CAST SELECT SETS SOME STRUCT SYSTEM TABLESAMPLE THEN TO TRY_CAST UNION UNPIVOT USING VALUES WEEK WHEN
    WHERE WITHIN
    BIGNUMERIC BIT BPCHAR BYTES CHAR CHARACTER DEC DECIMAL NUMERIC NVARCHAR STRING TEXT TIME TIMESTAMP VARCHAR
    VARYING
    """
)
"""Keywords and types that stand before a parenthesis without calling anything."""

__all__ = ["FUNCTIONS", "PAREN_WORDS", "TABLE_FUNCTIONS"]
