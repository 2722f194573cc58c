import type { Column, Columns } from "../api/types";

const NUMERIC = new Set(["integer", "float", "decimal", "number"]);
const TIMES = new Set(["date", "timestamp", "timestamptz"]);

export function isNumeric(type: string | undefined): boolean {
  return type !== undefined && NUMERIC.has(type);
}

/** The length of the longest column: the columns of an answer are aligned by index. */
export function rowCount(columns: Columns): number {
  return Object.values(columns).reduce((most, column) => Math.max(most, column.length), 0);
}

export function isTime(type: string | undefined): boolean {
  return type !== undefined && TIMES.has(type);
}

const LOCAL = /^(-?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?)?$/;

/** A time from its ISO 8601 text, a Date or milliseconds since 1970. */
export function parseTime(value: unknown): Date | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value;
  if (typeof value === "number") return parseTime(new Date(value));
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
