"""From one dialect to the other, exactly or not at all.

sqlglot raises for what it knows it cannot say; `exact.py` refuses or mends what it would say wrongly without a word,
and the result must itself pass the target dialect's gate, which catches functions that were only copied.
"""

from __future__ import annotations

from sqlglot import ErrorLevel
from sqlglot.errors import SqlglotError

from dashbridge.sql.check import read_query
from dashbridge.sql.exact import make_exact
from dashbridge.sql.refused import SqlRefused
from dashbridge.sql.scope import Scope


def translate(sql: str, *, source: str, target: str) -> str:
    """`sql` in the target dialect; raises `SqlRefused` if it does not pass the gate or has no exact counterpart."""
    _, tree = read_query(sql, Scope(dialect=source, datasets=None))
    read_query("SELECT 1", Scope(dialect=target, datasets=None))  # a known dialect
    if source == target:
        return sql
    try:
        tree = make_exact(tree, source=source)
        text = tree.sql(dialect=target, unsupported_level=ErrorLevel.RAISE, comments=False)
        read_query(text, Scope(dialect=target, datasets=None))
    except SqlRefused as error:
        if error.code == "not_translatable":
            raise
        raise _refuse(f"What {source} says here has no counterpart in {target}: {error.message}") from error
    except SqlglotError as error:
        raise _refuse(f"{target} cannot say this: {str(error).splitlines()[0]}") from error
    except Exception as error:  # whatever the generator trips over, there is no translation
        raise _refuse(f"This cannot be translated from {source} to {target}.") from error
    return text


def _refuse(message: str) -> SqlRefused:
    return SqlRefused(message, code="not_translatable", hint="Write this part by hand in the target dialect.")
