import type { Column, ColumnInfo, Columns } from "../api/types";

export type Row = Record<string, unknown>;

const NUMERIC = new Set(["integer", "float", "decimal", "number"]);
const TIMES = new Set(["date", "timestamp", "timestamptz"]);

export function isNumeric(type: string | undefined): boolean {
  return type !== undefined && NUMERIC.has(type);
}

/** The length of the longest column: the columns of an answer are aligned by index. */
export function rowCount(columns: Columns): number {
  return Object.values(columns).reduce((most, column) => Math.max(most, column.length), 0);
}

/**
 * Flat columns as the rows that a chart draws: times become dates, and numbers that travelled as text become numbers.
 * A time without a zone is a wall clock's: it is read as UTC and drawn on UTC scales, so no month slips into another.
 */
export function toRows(columns: Columns, info: readonly ColumnInfo[]): Row[] {
  const types = new Map(info.map((column) => [column.name, column.type]));
  const names = Object.keys(columns);
  const readers = names.map((name) => reader(types.get(name)));
  const rows: Row[] = [];
  for (let at = 0; at < rowCount(columns); at++) {
    const row: Row = {};
    for (let n = 0; n < names.length; n++) {
      const name = names[n] as string;
      row[name] = readers[n]?.(columns[name]?.at(at) ?? null);
    }
    rows.push(row);
  }
  return rows;
}

function reader(type: string | undefined): (value: unknown) => unknown {
  if (type !== undefined && TIMES.has(type)) return parseTime;
  if (isNumeric(type)) return (value) => (typeof value === "string" ? Number(value) : value);
  return (value) => value;
}

const LOCAL = /^(-?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?)?$/;

export function parseTime(value: unknown): Date | null {
  if (typeof value !== "string") return null;
  const parts = LOCAL.exec(value);
  if (!parts) {
    const zoned = new Date(value);
    return Number.isNaN(zoned.getTime()) ? null : zoned;
  }
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(
    Date.UTC(2000, month - 1, day, hour, minute, second, Number((parts[7] ?? "0").padEnd(3, "0"))),
  );
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

/** Row numbers in the order of one column; nulls last whichever way, equal values in their old order. */
export function sortedOrder(column: Column, type: string | undefined, descending: boolean): number[] {
  const order = Array.from({ length: column.length }, (_, index) => index);
  const read = isNumeric(type) ? asNumber : (value: unknown) => value;
  const keys = order.map((at) => read(column.at(at) ?? null));
  const collator = new Intl.Collator("en", { numeric: true });
  return order.sort((a, b) => {
    const left = keys[a];
    const right = keys[b];
    if (left === null || left === undefined) return right === null || right === undefined ? a - b : 1;
    if (right === null || right === undefined) return -1;
    const step =
      typeof left === "number" && typeof right === "number"
        ? left - right
        : collator.compare(String(left), String(right));
    return (descending ? -step : step) || a - b;
  });
}

function asNumber(value: unknown): number | null {
  return value === null ? null : Number(value);
}
