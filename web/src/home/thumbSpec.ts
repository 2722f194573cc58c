import type { ViewSpec } from "../api/types";

type Json = Record<string, unknown>;

const PLAIN_AXIS = { labels: false, ticks: false, title: null, domain: false, grid: false };
const CHANNELS_WITH_AXES = ["x", "y"];
const CHANNELS_WITH_LEGENDS = ["color", "fill", "stroke", "size", "shape", "opacity", "strokeDash"];

/** A chart as a small picture of itself: its marks and colours, without words, lines or gestures. */
export function thumbSpec(view: ViewSpec): ViewSpec {
  const spec = structuredClone(view.vega_lite ?? {});
  bare(spec, 0);
  const config = isJson(spec.config) ? spec.config : {};
  spec.config = {
    ...config,
    padding: 0,
    axis: PLAIN_AXIS,
    legend: { disable: true },
    header: { labels: false, title: null },
    view: { ...(isJson(config.view) ? config.view : {}), stroke: null },
  };
  return { ...view, vega_lite: spec, interact: [] };
}

const DEEPEST = 4;

function bare(spec: Json, depth: number): void {
  if (depth > DEEPEST) return;
  spec.mark = plainMark(spec.mark);
  if (spec.mark === undefined) delete spec.mark;
  if (isJson(spec.encoding)) bareEncoding(spec.encoding);
  if (isJson(spec.spec)) bare(spec.spec, depth + 1);
  for (const key of ["layer", "hconcat", "vconcat", "concat"])
    if (Array.isArray(spec[key])) for (const part of spec[key]) if (isJson(part)) bare(part, depth + 1);
}

function bareEncoding(encoding: Json): void {
  for (const name of CHANNELS_WITH_AXES)
    if (isJson(encoding[name])) encoding[name] = { ...encoding[name], axis: null };
  for (const name of CHANNELS_WITH_LEGENDS)
    if (isJson(encoding[name])) encoding[name] = { ...encoding[name], legend: null };
}

function plainMark(mark: unknown): unknown {
  if (typeof mark === "string") return { type: mark, tooltip: null };
  if (!isJson(mark)) return mark;
  const thin = mark.type === "line" ? { point: false, strokeWidth: 1.5 } : {};
  return { ...mark, ...thin, tooltip: null };
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
