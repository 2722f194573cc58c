import type { Column, Columns, Insight, Trace } from "../api/types";
import { rowCount } from "./rows";

const COHORT = "cohort";
const flat = new WeakMap<Trace, Insight>();

/** A trace as an insight: its cohorts' columns end to end, and the cohort as the column that splits them. */
export function flattenTrace(trace: Trace): Insight {
  const known = flat.get(trace);
  if (known) return known;
  const parts: [string | null, Columns][] = Object.entries(trace.data);
  if (trace.null_cohort) parts.push([null, trace.null_cohort]);
  const lengths = parts.map(([, columns]) => rowCount(columns));
  const names = [...new Set(parts.flatMap(([, columns]) => Object.keys(columns)))].filter(
    (name) => name !== COHORT,
  );
  const data: Record<string, unknown[]> = Object.fromEntries(names.map((name) => [name, []]));
  const cohorts: (string | null)[] = [];
  parts.forEach(([cohort, columns], part) => {
    const length = lengths[part] ?? 0;
    for (let at = 0; at < length; at++) cohorts.push(cohort);
    for (const name of names) append(data[name] as unknown[], columns[name], length);
  });
  const insight = { data: { ...data, [COHORT]: cohorts }, metadata: metadataOf(trace, cohorts.length) };
  flat.set(trace, insight);
  return insight;
}

function append(values: unknown[], column: Column | undefined, length: number): void {
  for (let at = 0; at < length; at++) values.push(column?.at(at) ?? null);
}

function metadataOf({ metadata }: Trace, rows: number): Insight["metadata"] {
  const columns = metadata.columns ?? [];
  const named = columns.some((column) => column.name === COHORT);
  return {
    ...metadata,
    rows: metadata.rows ?? rows,
    split_column: COHORT,
    columns: named ? columns : [...columns, { name: COHORT, type: "text", label: "Cohort" }],
  };
}
