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
  if (encoding.x && encoding.x.axis !== null) fitAxis(encoding.x, rows, size.width);
  return { ...spec, ...size, autosize: { type: "fit", contains: "padding" } };
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

/** Ticks at the data's own times, and category labels that are level where they fit and slanted where they do not. */
function fitAxis(x: Channel, rows: readonly Row[], width: number): void {
  const key = plainField(x.field);
  const axis = (x.axis ?? {}) as Json;
  if (x.type === "temporal" && x.timeUnit === undefined && !("values" in axis) && !("tickCount" in axis)) {
    const times = [
      ...new Set(rows.map((row) => (row[key] instanceof Date ? row[key].getTime() : Number.NaN))),
    ];
    const known = times.filter((time) => !Number.isNaN(time)).sort((a, b) => a - b);
    if (known.length > 0 && known.length <= MOST_TICKS)
      x.axis = { ...axis, values: thin(known, Math.floor(width / TICK_PX)) };
  }
  if ((x.type === "nominal" || x.type === "ordinal") && !("labelAngle" in axis)) {
    const labels = [...new Set(rows.map((row) => String(row[key] ?? "")))];
    const longest = Math.max(0, ...labels.map((label) => label.length));
    const fits = longest * CHAR_PX + 8 <= width / Math.max(1, labels.length);
    x.axis = { ...axis, labelAngle: fits ? 0 : -40, ...(fits ? {} : { labelLimit: 110 }) };
  }
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
