import { COLUMNS, type Found, find, insert, type Row, type Rows, used } from "./grid";

export type Direction = "left" | "right" | "up" | "down";

/** The rows with a card moved one place by the keyboard. */
export function nudge(rows: Rows, view: string, direction: Direction): Row[] {
  const from = find(rows, view);
  if (!from) return [...rows];
  if (direction === "left" || direction === "right") {
    const to = from.at + (direction === "left" ? -1 : 1);
    const row = rows[from.row];
    if (!row || to < 0 || to >= row.items.length) return [...rows];
    return rows.map((one) => (one === row ? { ...row, items: swapped(row.items, from.at, to) } : one));
  }
  return upOrDown(rows, from, direction === "up" ? -1 : 1);
}

function upOrDown(rows: Rows, from: Found, by: 1 | -1): Row[] {
  const row = rows[from.row];
  if (!row) return [...rows];
  if (row.items.length > 1) {
    const rest = { ...row, items: row.items.filter((item) => item !== from.item) };
    const own: Row = { source: null, height: row.height, items: [from.item] };
    return rows.flatMap((one) => (one === row ? (by === -1 ? [own, rest] : [rest, own]) : [one]));
  }
  const other = rows[from.row + by];
  if (!other) return [...rows];
  const free = COLUMNS - used(other);
  if (free < Math.min(from.item.span, 3)) return swapped([...rows], from.row, from.row + by);
  const item = { ...from.item, span: Math.min(from.item.span, free) };
  const joined = insert(other, other.items.length, item);
  return rows.flatMap((one) => (one === row ? [] : [one === other ? joined : one]));
}

/** The rows with a card one place earlier (-1) or later in reading order, as on a phone. */
export function reorder(rows: Rows, view: string, by: 1 | -1): Row[] {
  const from = find(rows, view);
  const row = from && rows[from.row];
  if (!from || !row) return [...rows];
  if (row.items[from.at + by]) return nudge(rows, view, by === -1 ? "left" : "right");
  const other = rows[from.row + by];
  if (!other) return [...rows];
  if (row.items.length === 1 && other.items.length === 1) return swapped([...rows], from.row, from.row + by);
  const at = by === -1 ? other.items.length - 1 : 0;
  const met = other.items[at];
  if (!met) return [...rows];
  const take = (one: Row, n: number, name: string) => ({
    ...one,
    items: one.items.map((item, m) => (m === n ? { ...item, view: name } : item)),
  });
  return rows.map((one) =>
    one === row ? take(row, from.at, met.view) : one === other ? take(other, at, view) : one,
  );
}

function swapped<T>(list: T[], a: number, b: number): T[] {
  const copy = [...list];
  [copy[a], copy[b]] = [list[b] as T, list[a] as T];
  return copy;
}
