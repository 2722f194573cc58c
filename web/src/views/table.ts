import type { Insight, ViewSpec } from "../api/types";
import { humanise, number } from "../format/text";
import { isNumeric } from "./rows";

export interface TableColumn {
  key: string;
  label: string;
  type: string;
  format: string | null;
  numeric: boolean;
}

/** The columns a table shows, in order: those its view names, else all of the insight. */
export function readColumns(view: ViewSpec, insight: Insight): TableColumn[] {
  const listed = Array.isArray(view.table?.columns) ? (view.table.columns as unknown[]) : [];
  const named = listed.map((entry) => readEntry(entry, insight)).filter((entry) => entry !== null);
  if (named.length > 0) return named;
  return Object.keys(insight.data).map((key) => describe(key, {}, insight));
}

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

function describe(key: string, given: Record<string, unknown>, insight: Insight): TableColumn {
  const info = insight.metadata.columns.find((it) => it.name === key);
  const label = [given.label, given.title, info?.label].find((it) => typeof it === "string" && it !== "");
  const type = info?.type ?? "text";
  return {
    key,
    label: typeof label === "string" && label !== key ? label : humanise(key),
    type,
    format: typeof given.format === "string" ? given.format : null,
    numeric: isNumeric(type),
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
