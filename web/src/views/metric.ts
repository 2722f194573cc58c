import type { Insight, ViewSpec } from "../api/types";
import { number } from "../format/text";
import { isNumeric } from "./rows";

export interface Metric {
  text: string;
  unit: string | null;
  delta: {
    text: string;
    direction: "up" | "down" | "flat";
    good: boolean | null;
    label: string | null;
  } | null;
}

/** The one number of a metric view, from the first row of its insight. */
export function readMetric(view: ViewSpec, insight: Insight): Metric {
  const spec = view.metric ?? {};
  const key = column(insight, spec.value_key, ["props.value", "props.y"]) ?? Object.keys(insight.data)[0];
  const value = key === undefined ? null : (insight.data[key]?.at(0) ?? null);
  const type = insight.metadata.columns.find((it) => it.name === key)?.type;
  const pattern = text(spec.format);
  return {
    text: show(value, type, pattern),
    unit: value === null ? null : text(spec.unit),
    delta: readDelta(spec, insight, value, pattern),
  };
}

type Compare = { show?: unknown; better?: unknown; label?: unknown };

function readDelta(
  spec: Record<string, unknown>,
  insight: Insight,
  value: unknown,
  pattern: string | null,
): Metric["delta"] {
  const key = column(insight, spec.compare_key, []);
  const now = asNumber(value);
  const then = key === null ? null : asNumber(insight.data[key]?.at(0));
  if (now === null || then === null) return null;
  const { show: how, better, label } = (spec.compare ?? {}) as Compare;
  if (how !== "delta" && how !== "value" && then === 0) return null;
  const change = now - then;
  const direction = change > 0 ? "up" : change < 0 ? "down" : "flat";
  const good = direction === "flat" || (better !== "up" && better !== "down") ? null : better === direction;
  const shown =
    how === "delta"
      ? number(Math.abs(change), pattern)
      : how === "value"
        ? number(then, pattern)
        : number(Math.abs(change / then), ".1%");
  return { text: shown, direction, good, label: text(label) };
}

function column(insight: Insight, named: unknown, usual: string[]): string | null {
  const names = typeof named === "string" ? [named, `props.${named}`, ...usual] : usual;
  return names.find((name) => name in insight.data) ?? null;
}

function show(value: unknown, type: string | undefined, pattern: string | null): string {
  if (value === null || value === undefined) return "–";
  const amount = isNumeric(type) || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isNaN(amount) ? String(value) : number(amount, pattern);
}

function asNumber(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  const amount = Number(value);
  return Number.isFinite(amount) ? amount : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
