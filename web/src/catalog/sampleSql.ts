import type { TableColumn, TableSchema } from "./types";

export interface Sample {
  title: string;
  sql: string;
}

const MOST_COLUMNS = 8;
const FEWEST_GROUPS = 2;
const MOST_GROUPS = 60;

/** Statements to begin with, in the connection's own dialect: some rows, and a count by time or by a name. */
export function sampleSql(kind: string, schema: TableSchema): Sample[] {
  const quote = kind === "bigquery" ? backticks : quotes;
  const from = `${quote(schema.dataset)}.${quote(schema.name)}`;
  const shown = schema.columns.slice(0, MOST_COLUMNS).map((column) => quote(column.name));
  const rows = [`SELECT ${shown.length > 0 ? shown.join(", ") : "*"}`, `FROM ${from}`, "LIMIT 100"];
  const samples = [{ title: "Some rows", sql: rows.join("\n") }];
  const counted = countBy(kind, schema, from, quote);
  return counted ? [...samples, counted] : samples;
}

function countBy(
  kind: string,
  { columns }: TableSchema,
  from: string,
  quote: (name: string) => string,
): Sample | null {
  const time = columns.find((column) => /^(date|timestamp)/.test(column.kind));
  if (time) {
    const name = quote(time.name);
    const month = kind === "bigquery" ? monthInBigQuery(time, name) : `date_trunc('month', ${name})`;
    const sql = `SELECT ${month} AS month, count(*) AS n\nFROM ${from}\nGROUP BY month\nORDER BY month`;
    return { title: "Rows by month", sql };
  }
  const group = columns.find((column) => column.kind === "text" && isGroup(column));
  if (!group) return null;
  const name = quote(group.name);
  const sql = `SELECT ${name}, count(*) AS n\nFROM ${from}\nGROUP BY ${name}\nORDER BY n DESC\nLIMIT 20`;
  return { title: `Rows by ${group.name}`, sql };
}

function isGroup({ distinct }: TableColumn): boolean {
  return distinct === null || (distinct >= FEWEST_GROUPS && distinct <= MOST_GROUPS);
}

function monthInBigQuery(column: TableColumn, name: string): string {
  return column.kind === "date" ? `DATE_TRUNC(${name}, MONTH)` : `DATE_TRUNC(DATE(${name}), MONTH)`;
}

const PLAIN = /^[a-z_][a-z0-9_]*$/;
/** Names that are plain letters but mean something else to SQL when they stand bare. */
const WORDS = new Set(
  (
    "all analyse analyze and any array as asc at between by case cast collate column constraint create cross cube " +
    "current_date default desc describe distinct do else end except exists extract false fetch for from full group " +
    "grouping having hash if ignore in inner intersect interval into is join lambda lateral left like limit natural " +
    "new no not null nulls of offset on only or order outer over partition pivot placing primary qualify range recursive " +
    "references respect returning right rollup rows select set show some struct summarize symmetric table then to " +
    "trailing treat true unbounded union unique unnest unpivot user using variadic when where window with within"
  ).split(" "),
);

function quotes(name: string): string {
  return bare(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function backticks(name: string): string {
  return bare(name) ? name : `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}

function bare(name: string): boolean {
  return PLAIN.test(name) && !WORDS.has(name);
}
