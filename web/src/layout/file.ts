import type { Row, Rows } from "./grid";
import { setRows } from "./rows";
import { type Path, read, removeIn, setIn } from "./splice";

/** A dashboard file as edit mode reads it, and the edits it makes. Every edit is a new text. */

export type Keyed<T> = Record<string, T>;

export interface FileView {
  type: string;
  title?: string;
  insight?: string;
  trace?: string;
  [key: string]: unknown;
}

export interface FileInsight {
  query?: string;
  props?: Keyed<string>;
  columns?: Keyed<string>;
  interactions?: Keyed<string>[];
  [key: string]: unknown;
}

export interface DashboardFile {
  title: string;
  views: Keyed<FileView>;
  insights: Keyed<FileInsight>;
  queries: Keyed<{ sql?: string }>;
  inputs: Keyed<{ type?: string; label?: string; options?: unknown }>;
  traces: Keyed<{ query?: string }>;
  rows: Row[];
}

export const asMap = (value: unknown): Keyed<never> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Keyed<never>) : {};

/** What a text says. Raises FileProblem where it is not a dashboard file at all. */
export function readFile(text: string): DashboardFile {
  const found = asMap(read(text).toJS());
  const layout = asMap(found.layout);
  const rows = Array.isArray(layout.rows) ? (layout.rows as unknown[]) : [];
  return {
    title: String(found.title ?? ""),
    views: asMap(found.views),
    insights: asMap(found.insights),
    queries: asMap(found.queries),
    inputs: asMap(found.inputs),
    traces: asMap(found.traces),
    rows: rows.map((row, source) => readRow(asMap(row), source)),
  };
}

function readRow(row: Keyed<unknown>, source: number): Row {
  const items = Array.isArray(row.items) ? row.items.map(asMap) : [];
  const height = row.height;
  return {
    source,
    height: height === "sm" || height === "lg" || typeof height === "number" ? height : "md",
    items: items.map((item: Keyed<unknown>) => ({ view: String(item.view), span: Number(item.span ?? 12) })),
  };
}

/** Does an edit on text with the line ends the author has. */
export function edited(text: string, edit: (text: string) => string): string {
  const windows = text.includes("\r\n") && !/[^\r]\n/.test(text);
  return windows ? edit(text.replaceAll("\r\n", "\n")).replaceAll("\n", "\r\n") : edit(text);
}

export const isViews = (path: Path) => path.length === 1 && path[0] === "views";

/** Sets a value anywhere in the file; null takes it away, with the map it leaves empty. */
export function setValue(text: string, path: Path, value: unknown): string {
  return edited(text, (text) => (value === null ? removeIn(text, path, isViews) : setIn(text, path, value)));
}

export function setLayout(text: string, rows: Rows): string {
  return edited(text, (text) => setRows(text, rows));
}

/** A slug like `base` that is not taken. */
export function freshSlug(base: string, taken: Keyed<unknown>): string {
  const plain = base
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 50);
  const slug = plain === "" ? "view" : plain;
  if (!(slug in taken)) return slug;
  for (let n = 2; ; n++) if (!(`${slug}_${n}` in taken)) return `${slug}_${n}`;
}
