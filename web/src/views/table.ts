import type { Column, Insight, ViewField, ViewSpec } from "../api/types";
import { humanise, number } from "../format/text";
import { isNumeric, rowCount } from "./rows";

export interface TableColumn {
  key: string;
  label: string;
  type: string;
  format: string | null;
  numeric: boolean;
  /** Whether a sum of its values means something: counts and sums, never ratios or names. */
  additive: boolean;
}

/** The columns a table shows, in order: those its view names, else all of the insight. */
export function readColumns(view: ViewSpec, insight: Insight): TableColumn[] {
  const listed = Array.isArray(view.table?.columns) ? (view.table.columns as unknown[]) : [];
  const named = listed.map((entry) => readEntry(entry, insight)).filter((entry) => entry !== null);
  return named.length > 0 ? named : everyColumn(view, insight);
}

/** All columns of the insight, named and formatted as the view shows them. */
export function everyColumn(view: ViewSpec, insight: Insight): TableColumn[] {
  const fields = new Map((view.fields ?? []).map((field) => [field.key, field as ShownField]));
  const split = insight.metadata.split_column;
  const keys = Object.keys(insight.data).filter((key) => key !== split || !isTwin(key, insight));
  return keys.map((key) => {
    const { label, unit, format } = fields.get(key) ?? {};
    const named = label ? { label: unit ? `${label} (${unit})` : label } : {};
    return describe(key, isNumeric(typeOf(key, insight)) ? { ...named, format } : named, insight);
  });
}

/** Whether another column says the same, as the split of an insight does that shows it too. */
function isTwin(key: string, { data }: Insight): boolean {
  const own = data[key] ?? [];
  return Object.entries(data).some(([other, column]) => {
    if (other === key || column.length !== own.length) return false;
    for (let at = 0; at < own.length; at++) if (own.at(at) !== column.at(at)) return false;
    return true;
  });
}

type ShownField = Partial<ViewField> & { unit?: string | null; format?: string | null };

function readEntry(entry: unknown, insight: Insight): TableColumn | null {
  const given = (typeof entry === "object" && entry !== null ? entry : { key: entry }) as Record<
    string,
    unknown
  >;
  const name = [given.key, given.field, given.column, given.name].find((it) => typeof it === "string") as
    | string
    | undefined;
  if (name === undefined) return null;
  const key = [name, `props.${name}`, `columns.${name}`].find((it) => it in insight.data);
  return key === undefined ? null : describe(key, given, insight);
}

function typeOf(key: string, insight: Insight): string | undefined {
  return insight.metadata.columns.find((it) => it.name === key)?.type;
}

function describe(key: string, given: Record<string, unknown>, insight: Insight): TableColumn {
  const info = insight.metadata.columns.find((it) => it.name === key);
  const label = [given.label, given.title, info?.label].find((it) => typeof it === "string" && it !== "");
  const type = info?.type ?? "text";
  const numeric = isNumeric(type);
  return {
    key,
    label: typeof label === "string" && label !== key ? label : humanise(key),
    type,
    format: typeof given.format === "string" ? given.format : null,
    numeric,
    additive: numeric && given.additive === true,
  };
}

/** What stands for a missing value. */
export const MISSING = "–";

/** A cell as text; whole numbers and long decimals keep every digit unless a format says otherwise. */
export function cellText(value: unknown, column: TableColumn): string {
  if (value === null || value === undefined) return MISSING;
  if (value instanceof Date)
    return cellText(value.toISOString().slice(0, column.type === "date" ? 10 : 19), column);
  if (typeof value === "object") return JSON.stringify(value);
  if (!column.numeric)
    return column.type === "timestamp"
      ? String(value)
          .replace("T", " ")
          .replace(/ 00:00:00$/, "")
      : String(value);
  if (typeof value === "string" && column.format === null) return value;
  return number(Number(value), column.format);
}

const DECIMAL = /^-?\d+(?:\.(\d+))?$/;

/** The sum of a column, or of some rows of it, as a cell's value: exact for decimals as texts; null where no value is known. */
export function sumOf(column: Column, rows?: readonly number[]): number | string | null {
  let sum: number | null = null;
  let scale = 0;
  const texts: string[] = [];
  const many = rows?.length ?? column.length;
  for (let place = 0; place < many; place++) {
    const value = column.at(rows?.[place] ?? place) ?? null;
    const decimal = typeof value === "string" ? DECIMAL.exec(value) : null;
    if (decimal) {
      texts.push(decimal[0]);
      scale = Math.max(scale, decimal[1]?.length ?? 0);
    } else if (value !== null) sum = (sum ?? 0) + Number(value);
  }
  if (texts.length === 0) return sum;
  const exact = decimalSum(texts, scale);
  return sum === null ? exact : sum + Number(exact);
}

function decimalSum(texts: readonly string[], scale: number): string {
  let sum = 0n;
  for (const text of texts) {
    const [whole = "0", part = ""] = text.split(".");
    sum += BigInt(whole + part.padEnd(scale, "0"));
  }
  if (scale === 0) return String(sum);
  const digits = String(sum < 0n ? -sum : sum).padStart(scale + 1, "0");
  return `${sum < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const SAMPLE = 120;
const CHAR_PX = 7.6;
const GAP_PX = 20;

/** A width in pixels for each column, by its name and a sample of its cells: it stays while rows come and go. */
export function widths(columns: readonly TableColumn[], insight: Insight): number[] {
  const total = rowCount(insight.data);
  const step = Math.max(1, Math.floor(total / SAMPLE));
  return columns.map((column) => {
    let most = column.label.length + 2;
    const values = insight.data[column.key] ?? [];
    for (let row = 0; row < total; row += step)
      most = Math.max(most, cellText(values.at(row), column).length);
    if (column.additive) most = Math.max(most, cellText(sumOf(values), column).length + 1);
    return Math.round(Math.min(320, Math.max(56, most * CHAR_PX)) + GAP_PX);
  });
}
