"""Expressions as templates: the insight's text and the plain SQL of the same meaning come out of one.

{one.value}                        a chosen value
<<city|cities.values>>             city IN the list; <<city!|…>> city NOT IN the list
[[WHERE a ;; b]]                   FILTER (WHERE a AND b), each part for itself
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from differential.inputs import State

_VALUE = re.compile(r"\{(\w+)\.(\w+)\}")
_LIST = re.compile(r"<<(.+?)(!?)\|(\w+)\.values>>")
_FILTER = re.compile(r"\[\[WHERE (.+?)\]\]")
_TRUNCATED = re.compile(r"date_trunc\('(\w+)', \w+\)")
States = Mapping[str, State]


def references(template: str) -> list[tuple[str, str]]:
    """The inputs and accessors in a template."""
    return [*_VALUE.findall(template), *((name, "values") for _, _, name in _LIST.findall(template))]


def written(template: str) -> str:
    """As an author writes it."""
    text = _FILTER.sub(lambda found: f"FILTER (WHERE {found[1].replace(' ;; ', ' AND ')})", template)
    text = _LIST.sub(lambda found: f"{found[1]} {'NOT ' if found[2] else ''}IN ${{ref({found[3]}).values}}", text)
    return _VALUE.sub(lambda found: f"${{ref({found[1]}).{found[2]}}}", text)


def plain(template: str, states: States) -> str:
    """With the values in place; a truncated time is a day, or of hours a timestamp."""

    def kept(found: re.Match[str]) -> str:
        parts = [one for text in found[1].split(" ;; ") for one in Part.of(text).stands_for]
        return f"FILTER (WHERE {' AND '.join(f'({plain_part(one, states)})' for one in parts)})"

    def listed(found: re.Match[str]) -> str:
        state = states[found[3]]
        if state.everything:
            inside = "TRUE"
        elif not state.values:
            inside = "FALSE"
        else:
            inside = f"{found[1]} IN ({', '.join(state.literals())})"
        return f"(NOT ({inside}))" if found[2] else f"({inside})"

    def truncated(found: re.Match[str]) -> str:
        return f"CAST({found[0]} AS {'TIMESTAMP' if found[1] == 'hour' else 'DATE'})"

    text = _FILTER.sub(kept, template)
    text = _TRUNCATED.sub(truncated, text)
    text = _LIST.sub(listed, text)
    return _VALUE.sub(lambda found: states[found[1]].literal(found[2]), text)


def plain_part(template: str, states: States) -> str:
    """A part of a filter joined by AND: true when an input in it restricts nothing."""
    if any(states[name].is_open(accessor) for name, accessor in references(template)):
        return "TRUE"
    return plain(template, states)


@dataclass(frozen=True)
class Part:
    """One part of a filter: its text, and the parts of its own that BETWEEN makes."""

    text: str
    stands_for: tuple[str, ...]

    @staticmethod
    def of(text: str) -> Part:
        """The part; `x BETWEEN a AND b` stands for its two comparisons."""
        found = re.fullmatch(r"([^(].*?)(?<! NOT) BETWEEN (.+?) AND (.+)", text)
        if found is None or found[1].count("(") != found[1].count(")"):
            return Part(text, (text,))
        return Part(text, (f"{found[1]} >= {found[2]}", f"{found[1]} <= {found[3]}"))


TEXT = ["city", "kind", "upper(city)", "coalesce(city, 'none')", "substring(city, 1, 2)", "city || '-' || kind"]
TEXT += ['"odd ""name"', 'lower("Order")']
TEXT += ["CASE WHEN n > 3 THEN 'big' WHEN n IS NULL THEN NULL ELSE 'null island?' END", "replace(kind, 'A', '''')"]
TEXT += ["CAST(n AS VARCHAR)", "strftime(day, '%Y-%m')", "CAST(date_trunc('month', day) AS VARCHAR)", "trim(kind)"]
TEXT += ["CAST(price AS VARCHAR)", "nullif(kind, '')", "concat(kind, '?', n)"]
MOVING_TEXT = ["CASE WHEN {on.value} THEN city ELSE kind END", "coalesce({one.value}, 'x') || kind"]
MOVING_TEXT += ["CASE WHEN city = {one.value} THEN 'chosen' ELSE 'other' END", "coalesce(kind, {search.value})"]
MOVING_TEXT += [
    "CASE WHEN <<city|cities.values>> THEN city ELSE 'other' END",
    "CASE {on.value} WHEN TRUE THEN kind END",
]
NUMBER = [
    "n",
    "n % 3",
    "n + 1",
    "length(city)",
    "extract(month FROM day)",
    "abs(n)",
    "big",
    "price",
    "price * 2",
    "rid",
]
NUMBER += [
    "price + 1.5",
    "round(price, 1)",
    "amount",
    "amount * 2",
    "n / 2",
    "round(amount)",
    "n // 2",
    "greatest(n, 1)",
]
NUMBER += ["date_diff('day', day, DATE '2013-06-01')", "coalesce(n, price)", "CAST(price AS BIGINT)", "-n", "n * price"]
MOVING_NUMBER = ["n * {ratio.value}", "CASE WHEN {on.value} THEN n ELSE -n END", "price + {cost.value}"]
MOVING_NUMBER += ["CASE WHEN city = {one.value} THEN n END", "coalesce({ratio.value}, 0) + n", "least(n, {whole.max})"]
TIME = [
    "day",
    "date_trunc('month', day)",
    "CAST(made AS DATE)",
    "made",
    "date_trunc('hour', made)",
    "date_trunc('week', made)",
]
TIME += ["CAST(day + INTERVAL 1 MONTH AS DATE)", "date_trunc('year', day)"]
MOVING_TIME = ["CASE WHEN {on.value} THEN day ELSE date_trunc('month', day) END", "greatest(day, {period.from})"]
TRUTH = ["flag", "n > 3", "city IS NULL", "kind LIKE 'A%'", "n IN (1, 2, NULL)", "city ILIKE '%a%'"]
MOVING_TRUTH = ["city = {one.value}", "<<city!|cities.values>>", "n > {whole.min}"]
CONSTANT = ["'null island'", "1.10", "'why?'", "42", "TRUE"]
MOVING_CONSTANT = [
    "{num.value}",
    "{one.value}",
    "coalesce({search.value}, 'nothing')",
    "{period.from}",
    "{cities.first}",
]
MOVING_CONSTANT += ["{on.value}", "{cost.value}", "{ratio.value}", "{nums.max}", "<<'AA'|cities.values>>"]

WHERE = [
    "city IS NOT NULL",
    "n > 1",
    "kind IN ('A', 'B')",
    "kind NOT IN ('', 'null')",
    "price >= 0.10",
    "flag",
    "NOT flag",
]
WHERE += [
    "day BETWEEN DATE '2013-01-01' AND DATE '2013-12-31'",
    "city LIKE '%a%'",
    "(n > 2 OR kind = 'A')",
    "amount < 3",
]
WHERE += ["city <> 'O''Hare'", "CASE WHEN n > 2 THEN kind = 'A' ELSE TRUE END", "n NOT BETWEEN 1 AND 2", "city != '?'"]
WHERE += ["NOT (kind = 'A' AND n = 1)", "regexp_matches(city, '^[aA]')", "strip_accents(city) <> 'e'", "big <> 10"]
MOVING_WHERE = [
    "city = {one.value}",
    "{one.value} = city",
    "city <> {one.value}",
    "<<city|cities.values>>",
    "n = {num.value}",
]
MOVING_WHERE += [
    "<<city!|cities.values>>",
    "<<n|nums.values>>",
    "<<big|nums.values>>",
    "n BETWEEN {whole.min} AND {whole.max}",
]
MOVING_WHERE += [
    "day >= {period.from}",
    "day BETWEEN {period.from} AND {period.to}",
    "made < {period.until}",
    "flag = {on.value}",
]
MOVING_WHERE += [
    "(made >= {period.from})",
    "amount BETWEEN {span.min} AND {span.max}",
    "price >= {cost.value}",
    "n <> {num.value}",
]
MOVING_WHERE += [
    "city LIKE '%' || {search.value} || '%'",
    "contains(lower(city), lower({search.value}))",
    "big > {num.value}",
]
MOVING_WHERE += [
    "({on.value} OR n > 3)",
    "(city = {one.value} OR kind = 'A')",
    "(city = {one.value} OR n = {num.value})",
]
MOVING_WHERE += [
    "NOT (<<city|cities.values>>)",
    "CASE WHEN {on.value} THEN n > 3 ELSE n <= 3 END",
    "city >= {cities.min}",
]
MOVING_WHERE += [
    "city IN ({one.value}, 'aa')",
    "coalesce(city, '') = {one.value}",
    "(n > {whole.min} OR <<kind|cities.values>>)",
]
MOVING_WHERE += [
    "n NOT BETWEEN {whole.min} AND {whole.max}",
    "amount > {ratio.value}",
    "city IS DISTINCT FROM {one.value}",
]
MOVING_WHERE += [
    "day < {period.until}",
    "date_trunc('month', day) >= {period.from}",
    "n > {nums.min}",
    "n <= {nums.last}",
]
MOVING_WHERE += [
    "upper(city) = upper({one.value})",
    "length(city) > {num.value}",
    "price * 2 > {ratio.value}",
    "NOT {on.value}",
]

MERGED = [
    "count(*)",
    "count(city)",
    "sum(n)",
    "sum(price)",
    "sum(amount)",
    "sum(big)",
    "avg(n)",
    "avg(price)",
    "min(city)",
]
MERGED += [
    "max(day)",
    "min(made)",
    "max(price)",
    "max(big)",
    "bool_and(flag)",
    "bool_or(n > 3)",
    "count_if(n > 2)",
    "min(amount)",
]
MERGED += [
    "sum(n) / count(*)",
    "coalesce(sum(n), 0)",
    "max(n) - min(n)",
    "sum(n) * 100.0 / nullif(count(*), 0)",
    "avg(amount)",
]
MERGED += [
    "sum(n) [[WHERE kind = 'A']]",
    "count(*) [[WHERE n > 2 ;; flag]]",
    "count(DISTINCT city)",
    "sum(n * 2)",
    "sum(rid)",
]
MERGED += [
    "count(DISTINCT n)",
    "sum(CASE WHEN kind = 'A' THEN n ELSE 0 END)",
    "avg(n) [[WHERE flag]]",
    "min(kind) || '?'",
]
MERGED += ["CAST(sum(price) AS DOUBLE)", "round(sum(price), 1)", "sum(DISTINCT price)", "max(length(city))", "avg(big)"]
ADDED = ["count(*)", "sum(n)", "sum(price)", "count(DISTINCT city)", "max(n)", "count_if(n > 2)", "min(rid)", "avg(n)"]
FILTERED = [
    "count(*)",
    "sum(n)",
    "min(city)",
    "max(day)",
    "avg(price)",
    "count(n)",
    "count(DISTINCT kind)",
    "bool_or(flag)",
]
FILTERED += ["median(n)", "count_if(n > 2)", "sum(amount)"]
WHOLE_ONLY = ["median(n)", "stddev(n)", "stddev(amount)", "quantile_cont(n, 0.5)", "var_pop(n)", "median(price)"]
UNCOMMON = [
    "string_agg(city, ',' ORDER BY rid)",
    "first(city ORDER BY rid)",
    "arg_max(city, rid)",
    "any_value(n ORDER BY rid)",
]
MOVING_AGGREGATE = ["count(*) [[WHERE city = {one.value}]]", "sum(price) [[WHERE n > 2 ;; <<city|cities.values>>]]"]
MOVING_AGGREGATE += [
    "sum(CASE WHEN city = {one.value} THEN n ELSE 0 END)",
    "sum(n) * {num.value}",
    "avg(n) [[WHERE n > {whole.min}]]",
]
MOVING_AGGREGATE += [
    "count(DISTINCT city) [[WHERE n = {num.value}]]",
    "max(n) + {ratio.value}",
    "count_if(n > {whole.min})",
]
MOVING_AGGREGATE += ["CASE WHEN {on.value} THEN sum(n) ELSE count(*) END", "coalesce(min(city), {search.value})"]
MOVING_AGGREGATE += [
    "min(day) [[WHERE day >= {period.from} ;; day < {period.until}]]",
    "sum(big) [[WHERE <<n!|nums.values>>]]",
]

HAVING = [
    "count(*) > 1",
    "sum(n) >= 1",
    "max(price) IS NOT NULL",
    "count(*) BETWEEN 1 AND 5",
    "(min(n) = 0 OR count(*) > 1)",
]
MOVING_HAVING = [
    "count(*) > {num.value}",
    "sum(n) >= {num.value}",
    "max(day) >= {period.from}",
    "count(*) <= {whole.max}",
]
MOVING_HAVING += [
    "(sum(n) > {num.value} OR count(*) > 2)",
    "count(*) BETWEEN {whole.min} AND {whole.max}",
    "{on.value} = bool_or(flag)",
]
MOVING_HAVING += [
    "count(*) [[WHERE kind = 'A']] >= {num.value}",
    "count(*) [[WHERE city = {one.value}]] > 0",
    "min(city) <> {one.value}",
]

WINDOW = [
    "row_number() OVER (ORDER BY rid)",
    "sum(n) OVER (PARTITION BY kind ORDER BY rid)",
    "lag(city) OVER (ORDER BY rid)",
]
WINDOW += [
    "rank() OVER (ORDER BY n DESC NULLS LAST)",
    "dense_rank() OVER (PARTITION BY kind ORDER BY price)",
    "count(*) OVER ()",
]
WINDOW += ["avg(n) OVER (PARTITION BY kind)", "sum(price) OVER (ORDER BY rid ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"]
WINDOW += [
    "sum(n) OVER (ORDER BY day)",
    "first_value(city) OVER (PARTITION BY kind ORDER BY rid)",
    "n - avg(n) OVER ()",
]
MOVING_WINDOW = ["sum(n) [[WHERE city = {one.value}]] OVER (ORDER BY rid)", "lag(n) OVER (ORDER BY rid) + {num.value}"]
MOVING_WINDOW += ["sum(CASE WHEN <<city|cities.values>> THEN n END) OVER (PARTITION BY kind)"]
GROUP_WINDOW = [
    "rank() OVER (ORDER BY count(*) DESC)",
    "sum(count(*)) OVER ()",
    "count(*) * 1.0 / sum(count(*)) OVER ()",
]
GROUP_WINDOW += [
    "dense_rank() OVER (ORDER BY sum(n) DESC NULLS LAST)",
    "max(sum(n)) OVER ()",
    "sum(n) - min(sum(n)) OVER ()",
]
QUALIFY = ["row_number() OVER (ORDER BY rid DESC) <= 3", "row_number() OVER (PARTITION BY kind ORDER BY n, rid) = 1"]
QUALIFY += ["rank() OVER (ORDER BY n) > 1", "sum(n) OVER (PARTITION BY kind) > 2"]
MOVING_QUALIFY = [
    "row_number() OVER (ORDER BY price DESC NULLS LAST, rid) <= {num.value}",
    "rank() OVER (ORDER BY n) <= {num.value}",
]
MOVING_QUALIFY += [
    "sum(n) OVER (PARTITION BY kind) >= {whole.min}",
    "(count(*) OVER (PARTITION BY city) > {num.value} OR {on.value})",
]
GROUP_QUALIFY = ["rank() OVER (ORDER BY count(*) DESC) <= 2", "sum(count(*)) OVER () > 3"]
MOVING_GROUP_QUALIFY = [
    "rank() OVER (ORDER BY count(*) DESC) <= {num.value}",
    "rank() OVER (ORDER BY sum(n) DESC) BETWEEN {whole.min} AND {whole.max}",
]
