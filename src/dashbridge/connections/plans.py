"""Plans of statements that passed, kept exactly as long as the data they are of stays as it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TypeVar

from dashbridge.kit import Invalid, TableName, sha256_hex
from dashbridge.sql import Scope, check
from dashbridge.warehouse.base import DryRun, Parameter, Warehouse

_RECORDS_KEPT = 2_000
_WILDCARD_FRESH_S = 10.0

K = TypeVar("K")
V = TypeVar("V")
_Text = tuple[str, int]


class StatementNotAllowed(Invalid):
    """The engine sees more in a statement than the gate did."""

    default_code = "statement_not_allowed"


class Plans:
    """Checks and dry-runs statements of one connection; what passed is not asked again while its data stays.

    Where the engine knows versions by table, a plan stays as long as the tables that it reads do, behind views too;
    elsewhere as long as the connection's data does.
    """

    def __init__(self, warehouse: Warehouse, scope: Scope) -> None:
        self._warehouse = warehouse
        self._scope = scope
        self.by_table = warehouse.capabilities.last_modified
        self._passed: OrderedDict[_Text, tuple[TableName, ...]] = OrderedDict()
        self._reads: OrderedDict[_Text, tuple[TableName, ...]] = OrderedDict()
        self._kept: OrderedDict[tuple[str, str, str], DryRun] = OrderedDict()
        self._listed: OrderedDict[tuple[str, str], tuple[float, DryRun, str]] = OrderedDict()

    async def of(self, sql: str, parameters: Sequence[Parameter]) -> tuple[DryRun, str]:
        """The plan, and the version of the data it is for.

        Raises SqlRefused, StatementNotAllowed, and what the port's `dry_run` raises.
        """
        text = (sha256_hex(sql.encode(errors="surrogatepass")), len(parameters))
        values = repr(tuple(parameters))
        if self.by_table:
            return await self._by_table(sql, parameters, text, values)
        version = await self._warehouse.data_version()
        plan = self._kept.get((text[0], values, version))
        if plan is None:
            self._check(sql, text)
            plan = await self._ask(sql, parameters)
            _remember(self._kept, (text[0], values, version), plan)
        return plan, version

    async def last_modified(self, tables: Sequence[TableName]) -> dict[TableName, datetime]:
        """When these changed last, of those that are known; it was asked together with their versions."""
        own = {table: self._all_read([table])[0] for table in tables}
        found = await self._warehouse.last_modified(sorted(set(own.values()), key=str))
        return {table: found[name] for table, name in own.items() if name in found}

    async def _by_table(
        self, sql: str, parameters: Sequence[Parameter], text: _Text, values: str
    ) -> tuple[DryRun, str]:
        reads = self._reads.get(text)
        if reads is not None:
            version = await self._warehouse.data_version(reads)
            plan = self._kept.get((text[0], values, version))
            if plan is not None:
                return plan, version
        named = self._check(sql, text)
        if any("*" in table.name for table in named):
            return await self._wildcard(sql, parameters, text, values)
        version = await self._warehouse.data_version(named)
        plan = await self._ask(sql, parameters)
        reads = self._all_read((*named, *plan.tables))
        if reads != named:
            version = await self._warehouse.data_version(reads)
        _remember(self._reads, text, reads)
        _remember(self._kept, (text[0], values, version), plan)
        return plan, version

    async def _wildcard(
        self, sql: str, parameters: Sequence[Parameter], text: _Text, values: str
    ) -> tuple[DryRun, str]:
        """Only a new dry run tells of a new table of the set; it is asked as often as tables are."""
        kept = self._listed.get((text[0], values))
        if kept is not None and monotonic() - kept[0] < _WILDCARD_FRESH_S:
            return kept[1], kept[2]
        plan = await self._ask(sql, parameters)
        version = await self._warehouse.data_version(self._all_read(plan.tables))
        _remember(self._listed, (text[0], values), (monotonic(), plan, version))
        return plan, version

    async def _ask(self, sql: str, parameters: Sequence[Parameter]) -> DryRun:
        plan = await self._warehouse.dry_run(sql, parameters)
        if plan.statement_type != "SELECT":
            raise StatementNotAllowed(
                f"The warehouse reads this statement as {plan.statement_type}, not SELECT",
                hint="write one read-only SELECT",
            )
        if not all(self._allows(table) for table in plan.tables):
            raise StatementNotAllowed(
                "This statement reads a table outside the datasets of its connection",
                code="table_not_allowed",
                hint="name tables of this connection only",
            )
        return plan

    def _allows(self, table: TableName) -> bool:
        """A table that the engine found; BigQuery names the project where it is not the connection's own."""
        scope = self._scope
        foreign = scope.dialect == "bigquery" and table.project not in (None, scope.default_project, *scope.projects)
        return not foreign and (scope.datasets is None or table.dataset in scope.datasets)

    def _all_read(self, tables: Sequence[TableName]) -> tuple[TableName, ...]:
        own = self._scope.default_project
        return tuple(sorted({replace(one, project=None) if one.project == own else one for one in tables}, key=str))

    def _check(self, sql: str, text: _Text) -> tuple[TableName, ...]:
        """The tables of the text alone: the same one with other values is not read again."""
        known = self._passed.get(text)
        if known is None:
            known = self._all_read(check(sql, scope=self._scope, placeholders=text[1]).tables)
            _remember(self._passed, text, known)
        return known


def _remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > _RECORDS_KEPT:
        kept.popitem(last=False)
