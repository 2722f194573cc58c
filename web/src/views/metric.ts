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
  const key = column(insight, spec.value, ["props.value", "props.y"]) ?? Object.keys(insight.data)[0];
  const value = key === undefined ? null : (insight.data[key]?.[0] ?? null);
  const type = insight.metadata.columns.find((it) => it.name === key)?.type;
  const pattern = text(spec.format);
  const unit = text(spec.unit);
  return {
    text: show(value, type, pattern),
    unit: value === null ? null : unit,
    delta: readDelta(spec, insight, value, pattern),
  };
}

function readDelta(
  spec: Record<string, unknown>,
  insight: Insight,
  value: unknown,
  pattern: string | null,
): Metric["delta"] {
  const direct = column(insight, spec.delta, ["props.delta"]);
  const before = column(insight, spec.compare, ["props.compare", "props.previous"]);
  const now = Number(value);
  let change: number | null = null;
  let shown = "";
  if (direct !== null) {
    change = asNumber(insight.data[direct]?.[0]);
    shown = change === null ? "" : number(Math.abs(change), text(spec.delta_format) ?? pattern);
  } else if (before !== null) {
    const then = asNumber(insight.data[before]?.[0]);
    if (then !== null && then !== 0 && Number.isFinite(now)) {
      change = (now - then) / Math.abs(then);
      shown = number(Math.abs(change), ".1%");
    }
  }
  if (change === null || value === null) return null;
  const direction = change > 0 ? "up" : change < 0 ? "down" : "flat";
  const better = text(spec.better ?? spec.good);
  const good = direction === "flat" || (better !== "up" && better !== "down") ? null : better === direction;
  return { text: shown, direction, good, label: text(spec.delta_label ?? spec.compare_label) };
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
