import type { Spec as VegaSpec } from "vega";
import type { ColumnInfo, ViewSpec } from "../api/types";
import type { ChartRows } from "./chartRows";
import { settleKinds } from "./kinds";
import { type Channel, type Encoding, type Json, plainField } from "./spec";

/** The series of a chart, told apart by the values of one column, in the order of their colours. */
export interface Series {
  key: string;
  title: string | null;
  orient: "top" | "bottom" | "left" | "right";
  names: string[];
}

/** The signals of the series' names, whose colours stay while some are hidden, and of the one pointed at. */
export const SERIES = "series_names";
export const NEAR = "near_series";

const PALE = 0.16;
const OWN_KEYS = new Set(["orient", "title"]);
const ORIENTS = new Set(["top", "bottom", "left", "right"]);
const COMPOSED = ["facet", "hconcat", "vconcat", "concat", "repeat", "layer", "transform"];

/** The series that a legend beside the chart can tell; null where the author wrote a legend that only vega can draw. */
export function readSeries(view: ViewSpec, columns: readonly ColumnInfo[], data: ChartRows): Series | null {
  const spec = view.vega_lite ?? {};
  if (COMPOSED.some((key) => key in spec)) return null;
  const encoding = structuredClone((spec.encoding ?? {}) as Encoding);
  settleKinds(encoding, view.fields ?? [], columns, view.type);
  const { color } = encoding;
  if (!color || !isPlain(color)) return null;
  const key = plainField(color.field);
  const names = namesOf(color, key, data);
  if (names === null || names.length === 0) return null;
  const { orient, title } = (color.legend ?? {}) as Json;
  const named = title === undefined ? color.title : title;
  return {
    key,
    names,
    title: typeof named === "string" && named !== "" ? named : null,
    orient: ORIENTS.has(String(orient)) ? (orient as Series["orient"]) : "right",
  };
}

function isPlain(color: Channel): boolean {
  if (plainField(color.field) === "" || (color.type !== "nominal" && color.type !== "ordinal")) return false;
  if (["timeUnit", "bin", "aggregate", "condition"].some((key) => color[key])) return false;
  if (color.legend === null || (color.scale && "domain" in (color.scale as Json))) return false;
  return Object.keys(color.legend ?? {}).every((key) => OWN_KEYS.has(key));
}

/** null where the values are no names, or stand in an order of their own. */
function namesOf(color: Channel, key: string, data: ChartRows): string[] | null {
  const { sort } = color;
  if (sort !== undefined && sort !== null && sort !== "ascending") return null;
  const column = data.column(key);
  const found = new Set<string>();
  for (let at = 0; at < column.length; at++) {
    const value = column.at(at) ?? null;
    if (typeof value !== "string") return null;
    found.add(value);
  }
  const none = data.nullText(key);
  if (sort === null) return [...found];
  const names = [...found].filter((name) => name !== none).sort();
  return none === null ? names : [...names, none];
}

/** A specification whose marks grow pale while another series is pointed at. */
export function withNear(spec: Json, encoding: Encoding, { key }: Series): Json {
  const mark: Json = typeof spec.mark === "object" && spec.mark ? (spec.mark as Json) : { type: spec.mark };
  const full = typeof mark.opacity === "number" ? mark.opacity : 1;
  const test = `${NEAR} && ${NEAR} !== datum[${JSON.stringify(key)}]`;
  const { opacity } = encoding;
  const pale = { test, value: full * PALE };
  if (!opacity) encoding.opacity = { condition: pale, value: full };
  else if (!opacity.field && opacity.condition)
    encoding.opacity = { ...opacity, condition: [pale, ...[opacity.condition].flat()] };
  return { ...spec, encoding };
}

/** A drawn specification whose colours are told by all series, also those that are hidden. */
export function withSeries(spec: VegaSpec, series: Series | null): VegaSpec {
  if (!series || !spec.scales) return spec;
  const scales = spec.scales.map((scale) =>
    scale.name === "color" ? ({ ...scale, domain: { signal: SERIES } } as typeof scale) : scale,
  );
  return { ...spec, scales };
}

/** The rows of the series shown; all where none is hidden. */
export function onlyShown(data: ChartRows, series: Series | null, only: readonly string[] | null): ChartRows {
  if (!series || only === null) return data;
  const shown = new Set<unknown>(only);
  return { ...data, rows: data.rows.filter((row) => shown.has(row[series.key])) };
}

/** The series shown after a click on one: it alone, all again if it already was alone; with `add` it joins or leaves. */
export function nextShown(
  names: readonly string[],
  only: readonly string[] | null,
  name: string,
  add: boolean,
): string[] | null {
  const now = only === null ? names : names.filter((it) => only.includes(it));
  if (!add) return now.length === 1 && now[0] === name ? null : [name];
  const next = names.filter((it) => (it === name ? !now.includes(it) : now.includes(it)));
  return next.length === 0 || next.length === names.length ? null : next;
}
