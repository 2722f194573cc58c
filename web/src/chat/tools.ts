import { moneyBound } from "../costs/price";
import { bytes } from "../format/text";
import type { ToolStep } from "./transcript";

/** While it runs, and once it has. */
const PHRASES: Record<string, [string, string]> = {
  list_datasets: ["Looking for datasets", "Looked for datasets"],
  list_tables: ["Listing tables", "Listed tables"],
  get_table_schema: ["Reading the schema", "Read the schema"],
  search_catalog: ["Searching the catalog", "Searched the catalog"],
  column_values: ["Looking up values", "Looked up values"],
  run_dry_run_query: ["Dry-running a query", "Dry-ran a query"],
  validate_dashboard_yaml: ["Checking the dashboard", "Checked the dashboard"],
  save_dashboard_yaml: ["Saving the dashboard", "Saved the dashboard"],
  list_dashboards: ["Listing dashboards", "Listed dashboards"],
  get_dashboard_yaml: ["Reading the dashboard", "Read the dashboard"],
  ask_question: ["Asking back", "Asked back"],
};

export function phrase(step: ToolStep): string {
  const phrases = PHRASES[step.name];
  if (!phrases) return step.name;
  if (step.state === "running") return `${phrases[0]}…`;
  if (step.state !== "failed") return phrases[1];
  return wasStopped(step) ? `${phrases[0]}: stopped` : `${phrases[0]} failed`;
}

/** Whether a call did not end because the turn was stopped: that is no failure. */
export function wasStopped(step: ToolStep): boolean {
  return step.state === "failed" && /^stopped\.?$/i.test(step.summary);
}

/** What the tool was about: a table, a text, or its result in a few words. */
export function subject(step: ToolStep): string {
  const cost = step.dryRuns.at(-1);
  if (cost) {
    const money = cost.usd ? ` · ${moneyBound(cost.usd)} at most` : "";
    return `${bytes(cost.bytes)} of ${bytes(cost.limit)} allowed${money}`;
  }
  const given = asRecord(step.arguments);
  if (wasStopped(step)) return asText(given.table_name);
  const table = given.table_name;
  if (step.summary !== "")
    return typeof table === "string" && !step.summary.includes(table)
      ? `${table}, ${step.summary}`
      : step.summary;
  for (const key of ["table_name", "dataset_name", "text", "slug"])
    if (typeof given[key] === "string") return given[key] as string;
  return "";
}

export interface Finding {
  place: string;
  message: string;
  hint: string;
}

/** Why a tool call failed, each finding with its place and what to do; null for one that did not. */
export function failureOf(step: ToolStep): { message: string; findings: Finding[] } | null {
  if (step.state !== "failed" || wasStopped(step)) return null;
  const result = asRecord(step.result);
  const found = Array.isArray(result.problems) ? result.problems.map(asRecord) : [];
  return {
    message: asText(result.message) || step.summary || "The call did not come to an end.",
    findings: found.map((it) => ({
      place: [asText(it.path), typeof it.line === "number" ? `line ${it.line}` : ""]
        .filter(Boolean)
        .join(", "),
      message: asText(it.message),
      hint: asText(it.hint),
    })),
  };
}

export interface Part {
  title: string;
  text: string;
  sql: boolean;
  /** Short enough for a line. */
  short: boolean;
}

const SHORT_CHARS = 60;
const TITLES: Record<string, string> = { sql: "SQL", yaml_content: "Dashboard file" };

/** What went into a call and what came out, each as a titled text. */
export function partsOf(step: ToolStep): Part[] {
  const given = Object.entries(asRecord(step.arguments)).map(([name, value]) => ({
    title: TITLES[name] ?? sentence(name),
    text: typeof value === "string" ? value : JSON.stringify(value, null, 2),
    sql: name === "sql",
    short: !(name in TITLES) && String(value).length <= SHORT_CHARS && typeof value !== "object",
  }));
  if (step.state === "failed") return given;
  const result = step.result ?? (step.summary === "" ? null : step.summary);
  if (result === null) return given;
  const text = typeof result === "string" ? result : JSON.stringify(result, null, 2);
  return [...given, { title: "Result", text, sql: false, short: text.length <= SHORT_CHARS }];
}

/** How much of its cap a statement would read. */
export function share({ bytes: read, limit }: { bytes: number | null; limit: number | null }): {
  value: number;
  text: string;
} | null {
  if (read === null || !limit) return null;
  const percent = (read / limit) * 100;
  const text =
    percent > 0 && percent < 1 ? "less than 1%" : `${Math.round(percent).toLocaleString("en-US")}%`;
  return { value: Math.min(1, read / limit), text };
}

function sentence(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
