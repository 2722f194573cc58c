import { bytes } from "../format/text";
import type { ToolStep } from "./transcript";

/** While it runs, and once it has. */
const PHRASES: Record<string, [string, string]> = {
  list_datasets: ["Looking for datasets", "Looked for datasets"],
  list_tables: ["Listing tables", "Listed tables"],
  get_table_schema: ["Reading the schema", "Read the schema"],
  search_catalog: ["Searching the catalog", "Searched the catalog"],
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
  return step.state === "failed" ? `${phrases[0]} failed` : phrases[1];
}

/** What the tool was about: a table, a text, or its result in a few words. */
export function subject(step: ToolStep): string {
  const cost = step.dryRuns.at(-1);
  if (cost) return `${bytes(cost.bytes)} of ${bytes(cost.limit)} allowed`;
  const table = (step.arguments as Record<string, unknown> | null)?.table_name;
  if (step.summary !== "")
    return typeof table === "string" && !step.summary.includes(table)
      ? `${table}, ${step.summary}`
      : step.summary;
  const given = step.arguments as Record<string, unknown>;
  for (const key of ["table_name", "dataset_name", "text", "slug"])
    if (typeof given?.[key] === "string") return given[key] as string;
  return "";
}
