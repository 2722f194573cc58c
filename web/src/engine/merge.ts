import type { DataAnswer, Insight, InsightAnswer } from "../api/types";
import type { Values } from "./inputs";
import { asShown } from "./values";

/** Options of an input that depend on other inputs are an insight by this name and the input's. */
export const OPTIONS = "options.";
const MOST_OPTIONS = 1_000;

interface Option {
  value: unknown;
  label: string;
}

/** What the page shows: an answer, perhaps with insights that are still those of the inputs before. */
export interface Shown extends DataAnswer {
  waiting?: readonly string[];
}

/** What another choice asks for, and from whom. */
export interface Plan {
  values: Values;
  base: DataAnswer;
  /** Insights to run here, options of inputs among them as `options.NAME`. */
  here: readonly string[];
  /** Insights only the server can answer. */
  there: readonly string[];
}

/** The answer before with what was found since. */
export function merged(plan: Plan, found: ReadonlyMap<string, Insight>): Shown {
  const insights = { ...plan.base.insights };
  const inputs = { ...plan.base.inputs };
  for (const [name, value] of plan.values) inputs[name] = { ...inputs[name], value: asShown(value) };
  for (const [name, insight] of found) {
    if (!name.startsWith(OPTIONS)) {
      insights[name] = over(plan.base.insights[name], insight);
      continue;
    }
    const input = name.slice(OPTIONS.length);
    inputs[input] = { value: inputs[input]?.value, options: optionsFrom(insight) };
  }
  const waiting = [...plan.there, ...plan.here].filter((name) => !found.has(name));
  return { ...plan.base, insights, inputs, ...(waiting.length > 0 && { waiting }) };
}

/** What the server said of the insight and the answer does not (its statement, its mode) still holds. */
function over(before: InsightAnswer | undefined, now: Insight): Insight {
  if (before === undefined || "error" in before) return now;
  return { ...before, ...now, metadata: { ...before.metadata, ...now.metadata } };
}

/** Distinct values with their labels in order, at most as many as the server gives. */
function optionsFrom({ data }: Insight): Option[] {
  const values = data["columns.value"];
  const labels = data["columns.label"] ?? values;
  const options = new Map<unknown, Option>();
  for (let row = 0; values && row < values.length && options.size < MOST_OPTIONS; row++) {
    const value = values.at(row);
    if (value === null || options.has(value)) continue;
    options.set(value, { value, label: String(labels?.at(row) ?? value) });
  }
  return [...options.values()];
}

/** Whether the server would write the labels of these options as JavaScript does: it writes 1.0 and True. */
export function writesLabels(insight: Insight): boolean {
  return insight.metadata.columns.every(({ type }) => type !== "float" && type !== "boolean");
}
