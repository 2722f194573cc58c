"""Reading less: of a large partitioned table the newest period that a dry run finds affordable; the answer says so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

from dashbridge.kit import bytes_words
from dashbridge.planner.periods import Period
from dashbridge.planner.plan import Plan
from dashbridge.planner.queries import Queries, build_queries
from dashbridge.planner.schema import Table
from dashbridge.planner.titles import plan_title
from dashbridge.planner.transcript import Answer, Call, Context

LARGE_BYTES = 1_000_000_000
_DAYS = (365, 92, 31, 7, 1)
_DATE = re.compile(r"(\d{4})-?(\d{2})?-?(\d{2})?")


Afforded = tuple[Plan, Queries, list[Answer]]


def affordable(
    plan: Plan, context: Context, build: Callable[[Plan, str], Queries] = build_queries
) -> Generator[Sequence[Call], list[Answer], Afforded]:
    """The plan over the longest period that reads at most 1 GB a query, with its queries and their dry runs."""
    for tried in _periods(plan, context.today):
        queries = build(tried, context.dialect)
        statements = [query.sql for query in queries.built] + list(queries.options.values())
        answers = yield dry_runs(statements, context.max_bytes)
        found = tried, queries, answers
        if not any(reads_much(answer) for answer in answers):
            break
    tried, queries, answers = found
    if tried.periods != plan.periods:
        tried.notes.append(narrowed_note(tried.base, tried.periods[-1], answers))
    return tried, queries, answers


def dry_runs(statements: Sequence[str], max_bytes: int) -> list[Call]:
    """A dry run of each statement."""
    return [Call("run_dry_run_query", {"sql": sql, "max_bytes_billed": max_bytes}) for sql in statements]


def save_file(text: str, slug: str, because: str) -> Generator[Sequence[Call], list[Answer], Answer]:
    """Save a file; where its queries are large and no cheaper form was found, again with the reason."""
    (saved,) = yield [Call("save_dashboard_yaml", {"yaml_content": text, "slug": slug})]
    if saved.failed and saved.data.get("code") == "large_query":
        reasoned = {"yaml_content": text, "slug": slug, "large_queries_because": because}
        (saved,) = yield [Call("save_dashboard_yaml", reasoned)]
    return saved


def why_large(plan: Plan) -> str:
    """Why a plan reads over 1 GB all the same."""
    asked = [period.text for period in plan.periods]
    if asked:
        return f"The question was read {' and '.join(asked)}, and no shorter period answers it."
    return f"{plan.base.name} has no time partitions by which less of it could be read."


def large_note(saved: Answer) -> list[str]:
    """What to say of the large queries of a save, with how they could be cheaper."""
    listed = saved.data.get("large_queries")
    found = []
    for one in listed if isinstance(listed, list) else []:
        forms = "; or ".join(str(form) for form in one.get("cheaper") or ())
        found.append(f"{one.get('query')} reads up to {bytes_words(int(one.get('bytes') or 0))}. Cheaper: {forms}.")
    return found


def _periods(plan: Plan, today: str) -> Iterator[Plan]:
    """The plan as asked; then, where a period may still be chosen, the newest year, quarter, month, week, day."""
    partition = _partition(plan)
    if partition is None:
        yield plan
        return
    plan = replace(plan, narrow=True)
    if any(period.start or period.until for period in plan.periods):
        yield plan
        return
    if not plan.base.partition_filter_required:
        yield plan
    for period in newest_periods(plan.base, today):
        narrowed = replace(plan, periods=(*plan.periods, period), notes=list(plan.notes))
        narrowed.title = plan_title(narrowed)
        yield narrowed


def newest_periods(table: Table, today: str) -> Iterator[Period]:
    """The newest year, quarter, month, week and day of a partitioned table."""
    newest = _last_day(table.last_partition, today)
    if newest is None:
        return
    for days in _DAYS:
        first = newest - dt.timedelta(days=days - 1)
        text = f"on {newest}" if days == 1 else f"from {first} to {newest}"
        yield Period(text, first, newest + dt.timedelta(days=1))


def is_large(table: Table) -> bool:
    """Whether a table is partitioned, and large or not to be read without a filter."""
    return table.partitioned_by is not None and (table.partition_filter_required or (table.bytes or 0) > LARGE_BYTES)


def _partition(plan: Plan) -> str | None:
    """The partition column, where the table is large (or asks for a filter) and the plan's time is that column."""
    base = plan.base
    columns = plan.time.columns if plan.time is not None else ()
    return base.partitioned_by if is_large(base) and [one.name for one in columns] == [base.partitioned_by] else None


def _last_day(partition: str | None, today: str) -> dt.date | None:
    """The last day of a partition such as `2026-01-31`, `20260131`, `2026-01` or `2026`; today where none is told."""
    match = _DATE.match(partition or "") or _DATE.match(today)
    if match is None:
        return None
    year, month, day = int(match[1]), match[2], match[3]
    try:
        if day:
            return dt.date(year, int(month), int(day))
        following = dt.date(year + (int(month or 12) == 12), int(month or 12) % 12 + 1, 1)
    except ValueError:
        return None
    return following - dt.timedelta(days=1)


def reads_much(answer: Answer) -> bool:
    """Whether a dry run tells of over 1 GB, or of more than the cap."""
    if answer.failed:
        return answer.data.get("code") == "over_byte_cap"
    size = answer.data.get("bytes_scanned")
    return isinstance(size, int) and size > LARGE_BYTES


def narrowed_note(base: Table, period: Period, answers: Sequence[Answer]) -> str:
    """What to say where only the newest part of a table is read."""
    read = sum(int(answer.data.get("bytes_scanned") or 0) for answer in answers if not answer.failed)
    size = "large" if base.bytes is None else f"large ({bytes_words(base.bytes)})"
    return (
        f"{base.name} is {size} and partitioned by {base.partitioned_by}, so only the newest part of it is read, "
        f"{period.text}: up to {bytes_words(read)}. Name another period to read more."
    )
