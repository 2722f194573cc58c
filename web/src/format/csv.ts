import type { Columns } from "../api/types";
import { rowCount } from "../views/rows";

const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;

/**
 * Columns as CSV (RFC 4180): a missing value is empty, nested values are JSON. Text that a spreadsheet would run as a
 * formula is led by an apostrophe, as in the server's files; numbers that travel as text stay numbers.
 */
export function csv(
  data: Columns,
  columns: readonly { key: string; label: string; numeric: boolean }[],
): string {
  const lines = [columns.map(({ label }) => quoted(safe(label))).join(",")];
  const read = columns.map(({ key, numeric }) => ({ column: data[key], numeric }));
  const rows = rowCount(data);
  for (let row = 0; row < rows; row++)
    lines.push(read.map(({ column, numeric }) => cell(column?.at(row), numeric)).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function cell(value: unknown, numeric: boolean): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object") return quoted(safe(JSON.stringify(value)));
  const text = String(value);
  return typeof value === "string" && !numeric ? quoted(safe(text)) : quoted(text);
}

function safe(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
