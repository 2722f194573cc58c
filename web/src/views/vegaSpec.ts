import type { ColumnInfo, ViewField, ViewSpec } from "../api/types";
import { isNumeric, type Row } from "./rows";

export interface Size {
  width: number;
  height: number;
}

type Json = Record<string, unknown>;
type Channel = Json & { field?: string; type?: string | undefined; axis?: Json | null };

const COMPOSED = ["facet", "hconcat", "vconcat", "concat", "repeat"];
const CHAR_PX = 6.6;
const TICK_PX = 74;
const MOST_TICKS = 60;
const BAR_PX = 14;
const NARROW_PX = 480;
const SYMBOL_PX = 32;

/**
 * A view's Vega-Lite specification made ready to draw: its uncertain kinds settled by the data, its axes fitted to the
 * size, and without what could reach beyond the chart.
 */
export function readySpec(
  view: ViewSpec,
  columns: readonly ColumnInfo[],
  rows: readonly Row[],
  look: string | null,
  size: Size,
): Json {
  const {
    usermeta: _usermeta,
    $schema: _schema,
    title: _title,
    ...rest
  } = structuredClone(view.vega_lite ?? {});
  const spec: Json = { ...rest, config: withoutColours(rest.config, look) };
  if (COMPOSED.some((key) => key in spec)) return spec;
  const encoding = (spec.encoding ?? {}) as Record<string, Channel>;
  settleKinds(encoding, view.fields ?? [], columns, view.type);
  if (view.type === "bar") layDown(encoding, rows, size);
  if (view.type === "heatmap") asSteps(encoding);
  if (encoding.x) fitAxis(encoding.x, rows, size.width);
  for (const axis of [encoding.x, encoding.y]) if (axis && isTime(axis)) axis.title = null;
  if (encoding.color) fitLegend(encoding.color, rows, size.width);
  const picked = view.type === "line" || view.type === "scatter" ? withPick(spec, encoding) : spec;
  return { ...picked, ...size, autosize: { type: "fit", contains: "padding" } };
}

/** In the neutral theme the page's own colours hold, which follow light and dark. */
function withoutColours(config: unknown, look: string | null): Json {
  const { range, mark, ...rest } = (config ?? {}) as Json;
  return look === null || look === "neutral"
    ? rest
    : { ...rest, ...(range ? { range } : {}), ...(mark ? { mark } : {}) };
}

function settleKinds(
  encoding: Record<string, Channel>,
  fields: readonly ViewField[],
  columns: readonly ColumnInfo[],
  viewType: string,
): void {
  for (const field of fields) {
    const type = columns.find((column) => column.name === field.key)?.type;
    if (field.certain || type === undefined) continue;
    for (const name of field.channels) {
      const channel = encoding[name];
      const kind = channel && settledKind(String(channel.type), type, name, viewType);
      if (!channel || kind === channel.type) continue;
      if (kind === "temporal") Object.assign(channel, { type: kind, scale: { type: "utc" } });
      else encoding[name] = { ...omit(channel, ["scale", "timeUnit"]), type: kind };
    }
  }
}

function settledKind(guess: string, type: string, channel: string, viewType: string): string {
  if (["date", "timestamp", "timestamptz"].includes(type)) return "temporal";
  if (!isNumeric(type)) return guess === "quantitative" || guess === "temporal" ? "nominal" : guess;
  if (guess === "quantitative") return guess;
  const stepped = channel === "color" || viewType === "bar" || viewType === "heatmap" || viewType === "pie";
  if (guess === "temporal") return stepped ? "ordinal" : "quantitative";
  return stepped && type === "integer" ? guess : "quantitative";
}

function fitAxis(x: Channel, rows: readonly Row[], width: number): void {
  if (x.axis === null || x.timeUnit !== undefined) return;
  if (x.type === "temporal") fitTimes(x, rows, width);
  else if ((x.type === "nominal" || x.type === "ordinal") && !("labelAngle" in (x.axis ?? {})))
    x.axis = {
      ...x.axis,
      ...(fits(x, rows, width) ? { labelAngle: 0 } : { labelAngle: -40, labelLimit: 110 }),
    };
}

/** Ticks at the data's own times, named by how fine they are. */
function fitTimes(x: Channel, rows: readonly Row[], width: number): void {
  const axis = x.axis ?? {};
  if ("values" in axis || "tickCount" in axis) return;
  const key = plainField(x.field);
  const times = [...new Set(rows.map((row) => (row[key] instanceof Date ? row[key].getTime() : Number.NaN)))];
  const known = times.filter((time) => !Number.isNaN(time)).sort((a, b) => a - b);
  if (known.length === 0 || known.length > MOST_TICKS) return;
  const values = ticksAt(thin(known, Math.floor(width / TICK_PX)));
  x.axis = { format: timeFormat(known), ...axis, values };
}

export function timeFormat(times: readonly number[]): string {
  const dates = times.map((time) => new Date(time).toISOString());
  if (dates.every((date) => date.endsWith("-01-01T00:00:00.000Z"))) return "%Y";
  if (dates.every((date) => date.endsWith("-01T00:00:00.000Z"))) return "%b %Y";
  return dates.every((date) => date.endsWith("T00:00:00.000Z")) ? "%-d %b" : "%-d %b %H:%M";
}

function labelsOf(channel: Channel, rows: readonly Row[]): string[] {
  const key = plainField(channel.field);
  return [...new Set(rows.map((row) => String(row[key] ?? "")))];
}

function longest(labels: readonly string[]): number {
  return labels.reduce((most, label) => Math.max(most, label.length), 0);
}

function fits(x: Channel, rows: readonly Row[], width: number): boolean {
  const labels = labelsOf(x, rows);
  return longest(labels) * CHAR_PX + 8 <= width / Math.max(1, labels.length);
}

/** Bars lie down when their names are too long to stand side by side, and there is height for all of them. */
function layDown(encoding: Record<string, Channel>, rows: readonly Row[], size: Size): void {
  const { x, y, xOffset, ...rest } = encoding;
  if (!x || !y || x.timeUnit !== undefined || (x.type !== "nominal" && x.type !== "ordinal")) return;
  if (fits(x, rows, size.width) || labelsOf(x, rows).length * BAR_PX > size.height) return;
  for (const name of Object.keys(encoding)) delete encoding[name];
  Object.assign(encoding, rest, { x: y, y: { ...x, title: null } }, xOffset ? { yOffset: xOffset } : {});
}

/** "Month" under the months says nothing. */
function isTime(channel: Channel): boolean {
  return channel.type === "temporal" || channel.timeUnit !== undefined;
}

/** A legend takes as many columns as there is room for, and stands below a chart too narrow to have it beside. */
function fitLegend(color: Channel, rows: readonly Row[], width: number): void {
  if (color.legend === null) return;
  const legend: Json = { ...(color.legend as Json | undefined) };
  if (width < NARROW_PX && (legend.orient === undefined || legend.orient === "right"))
    Object.assign(legend, { orient: "bottom", direction: "horizontal", titleLimit: width - 20 });
  if (color.type !== "quantitative" && (legend.orient === "bottom" || legend.orient === "top"))
    legend.columns = Math.max(1, Math.floor(width / (longest(labelsOf(color, rows)) * CHAR_PX + SYMBOL_PX)));
  color.legend = legend;
}

/** A click on a series in the legend leaves the others pale; a click beside it brings them back. */
function withPick(spec: Json, encoding: Record<string, Channel>): Json {
  const { color, opacity } = encoding;
  if (color?.field === undefined || color.type === "quantitative" || opacity || spec.params) return spec;
  const pick = { name: "series", select: { type: "point", fields: [color.field] }, bind: "legend" };
  encoding.opacity = { condition: { param: "series", value: 1 }, value: 0.12 };
  return { ...spec, encoding, params: [pick] };
}

/** Steps of time as equal cells, so that each name stands under its own. */
function asSteps(encoding: Record<string, Channel>): void {
  for (const name of ["x", "y"]) {
    const channel = encoding[name];
    if (channel?.type === "temporal" && channel.timeUnit !== undefined)
      encoding[name] = { ...omit(channel, ["scale"]), type: "ordinal" };
  }
}

/** As an expression: written as plain numbers, they would go through `datetime(n)`, which the interpreter takes for a year. */
function ticksAt(times: number[]): Json {
  return { expr: `[${times.join(",")}]` };
}

export function thin<T>(values: readonly T[], most: number): T[] {
  const step = Math.ceil(values.length / Math.max(2, most));
  return values.filter((_, index) => index % step === 0);
}

/** `props\.x` as the row's key `props.x`. */
function plainField(field: unknown): string {
  return typeof field === "string" ? field.replace(/\\(.)/g, "$1") : "";
}

function omit(channel: Channel, keys: string[]): Channel {
  return Object.fromEntries(Object.entries(channel).filter(([key]) => !keys.includes(key)));
}
