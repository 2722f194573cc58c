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
  const keys = isNumeric(type) ? numberKeys(column) : rankKeys(column, isTime(type));
  const sign = descending ? -1 : 1;
  const order = Uint32Array.from({ length: keys.length }, (_, index) => index);
  order.sort((a, b) => {
    const left = keys[a] as number;
    const right = keys[b] as number;
    if (left === right) return a - b;
    if (left === Number.POSITIVE_INFINITY) return 1;
    return right === Number.POSITIVE_INFINITY ? -1 : (left - right) * sign;
  });
  return Array.from(order);
}

/** A number to sort each row by; infinity stands for a missing value. */
function numberKeys(column: Column): Float64Array {
  return Float64Array.from({ length: column.length }, (_, at) => {
    const value = column.at(at) ?? null;
    const amount = value === null ? Number.NaN : Number(value);
    return Number.isNaN(amount) ? Number.POSITIVE_INFINITY : amount;
  });
}

const MOST_COLLATED = 5_000;
const collator = new Intl.Collator("en", { numeric: true });

/** Each row's place among the distinct values, of which a few are ordered as people do, and very many as they are written. */
function rankKeys(column: Column, plain: boolean): Float64Array {
  const texts: (string | null)[] = Array.from({ length: column.length }, (_, at) => {
    const value = column.at(at) ?? null;
    return value === null ? null : value instanceof Date ? value.toISOString() : String(value);
  });
  const distinct = [...new Set(texts)].filter((text) => text !== null);
  if (plain || distinct.length > MOST_COLLATED) distinct.sort();
  else distinct.sort(collator.compare);
  const ranks = new Map<string | null, number>(distinct.map((text, rank) => [text, rank]));
  return Float64Array.from(texts, (text) => ranks.get(text) ?? Number.POSITIVE_INFINITY);
}
