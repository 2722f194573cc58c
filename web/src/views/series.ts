import type { Spec as VegaSpec } from "vega";
import type { ColumnInfo, ViewSpec } from "../api/types";
import type { ChartRows } from "./chartRows";
import type { Palette } from "./chartTheme";
import { settleKinds } from "./kinds";
import { REST } from "./rest";
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
const COMPOSED = ["facet", "hconcat", "vconcat", "concat", "repeat", "layer"];

/** The series that a legend beside the chart can tell; null where the author wrote a legend that only vega can draw. */
export function readSeries(view: ViewSpec, columns: readonly ColumnInfo[], data: ChartRows): Series | null {
  const spec = view.vega_lite ?? {};
  if (COMPOSED.some((key) => key in spec)) return null;
  const encoding = structuredClone((spec.encoding ?? {}) as Encoding);
  settleKinds(encoding, view.fields ?? [], columns, view.type);
  const { color } = encoding;
  if (!color || !isPlain(color)) return null;
  const key = plainField(color.field);
  const limit = limitOf(spec.transform);
  const found = limit === undefined ? null : namesOf(color, key, data);
  const names = found && limit ? limited(found, key, limit, data) : found;
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

/** null where the values are no names, or stand in an order that only vega knows. */
function namesOf(color: Channel, key: string, data: ChartRows): string[] | null {
  const column = data.column(key);
  const found = new Set<string>();
  for (let at = 0; at < column.length; at++) {
    const value = column.at(at) ?? null;
    if (typeof value !== "string") return null;
    found.add(value);
  }
  const sort = color.sort as Json | string | null | undefined;
  if (sort === null) return [...found];
  if (sort === undefined || sort === "ascending") {
    const none = data.nullText(key);
    const names = [...found].filter((name) => name !== none).sort();
    return none === null || !found.has(none) ? names : [...names, none];
  }
  if (typeof sort === "string" || sort.op !== "sum") return null;
  return byTotal(key, plainField(sort.field), data, sort.order === "descending");
}

/** The names in the order of their totals. */
function byTotal(key: string, value: string, data: ChartRows, descending: boolean): string[] {
  const totals = new Map<string, number>();
  const [names, values] = [data.column(key), data.column(value)];
  for (let at = 0; at < names.length; at++) {
    const name = String(names.at(at));
    totals.set(name, (totals.get(name) ?? 0) + Number(values.at(at) ?? 0));
  }
  const sign = descending ? -1 : 1;
  return [...totals.keys()].sort(
    (a, b) => sign * ((totals.get(a) ?? 0) - (totals.get(b) ?? 0)) || (a < b ? -1 : 1),
  );
}

/** The greatest categories that a chart keeps. */
interface Limit {
  by: string;
  value: string;
  most: number;
}

/** null where the chart keeps all; undefined where its rows are changed in another way. */
function limitOf(transform: unknown): Limit | null | undefined {
  if (transform === undefined || (Array.isArray(transform) && transform.length === 0)) return null;
  if (!Array.isArray(transform) || transform.length !== 3) return undefined;
  const [join, , filter] = transform as [Json, Json, Json];
  const most = (filter.filter as Json | undefined)?.lte;
  const value = (join.joinaggregate as Json[] | undefined)?.[0]?.field;
  const by = (join.groupby as unknown[] | undefined)?.[0];
  if (typeof most !== "number" || typeof value !== "string" || typeof by !== "string") return undefined;
  return { by: plainField(by), value: plainField(value), most };
}

/** The names that are left; null where other names than these are limited, and some of them are left out. */
function limited(names: string[], key: string, { by, value, most }: Limit, data: ChartRows): string[] | null {
  if (by === key) {
    const kept = new Set(byTotal(key, value, data, true).slice(0, most));
    return names.filter((name) => kept.has(name));
  }
  const column = data.column(by);
  const found = new Set<unknown>();
  for (let at = 0; at < column.length; at++) found.add(String(column.at(at)));
  return found.size <= most ? names : null;
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

type Colors = Pick<Palette, "series" | "rest">;

/** A drawn specification whose colours are told by all series, also those that are hidden; the rest has its own. */
export function withSeries(spec: VegaSpec, series: Series | null, colors: Colors): VegaSpec {
  if (!series || !spec.scales) return spec;
  const scales = spec.scales.map((scale) => {
    if (scale.name !== "color") return scale;
    const own = "range" in scale && scale.range === "category" && series.names.includes(REST);
    const range = own ? { range: colorsOf(series.names, colors) } : {};
    return { ...scale, domain: { signal: SERIES }, ...range } as typeof scale;
  });
  return { ...spec, scales };
}

function colorsOf(names: readonly string[], { series, rest }: Colors): string[] {
  return names.map((name, at) => (name === REST ? rest : (series[at % series.length] as string)));
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
