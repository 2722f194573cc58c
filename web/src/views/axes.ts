import type { ChartRows } from "./chartRows";
import { type Channel, type Json, plainField } from "./spec";

const CHAR_PX = 6.6;
const TICK_PX = 74;
const MOST_TICKS = 60;
const NARROW_PX = 480;
const SYMBOL_PX = 32;
const LOW_PX = 150;

/** The signals that hold the ticks of a time axis, so that new data moves them without a new chart. */
export const TICK_TIMES = "tick_times";
export const TICK_FORMAT = "tick_format";
const MONTHS = "%b %Y";

export function fitAxis(x: Channel, data: ChartRows, width: number): void {
  if (x.axis === null || x.timeUnit !== undefined) return;
  if (x.type === "temporal") fitTimes(x);
  else if (x.type === "quantitative" && width < NARROW_PX)
    x.axis = { tickCount: Math.max(2, Math.floor(width / TICK_PX)), ...x.axis };
  else if ((x.type === "nominal" || x.type === "ordinal") && !("labelAngle" in (x.axis ?? {})))
    x.axis = {
      ...x.axis,
      ...(fits(x, data, width) ? { labelAngle: 0 } : { labelAngle: -40, labelLimit: 110 }),
    };
}

/** Ticks at the data's own times, named by how fine they are, a year once; where these are too many, vega's own. */
function fitTimes(x: Channel): void {
  const axis = x.axis ?? {};
  if ("values" in axis || "tickCount" in axis) return;
  const named = "format" in axis || "labelExpr" in axis;
  const within = `${TICK_FORMAT} == '${MONTHS}' && datum.index > 0 && utcmonth(datum.value) > 0`;
  const labelExpr = `${TICK_FORMAT} ? utcFormat(datum.value, ${within} ? '%b' : ${TICK_FORMAT}) : datum.label`;
  x.axis = { ...(named ? {} : { labelExpr }), ...axis, values: { expr: TICK_TIMES } };
}

export function lookOfTimes(x: Channel, data: ChartRows, width: number): Record<string, unknown> {
  const known = timesOf(data, plainField(x.field));
  const few = known.length > 0 && known.length <= MOST_TICKS;
  return {
    [TICK_TIMES]: few ? thin(known, Math.floor(width / TICK_PX)) : null,
    [TICK_FORMAT]: few ? timeFormat(known) : null,
  };
}

/** Fewer numbers beside a low chart. */
export function fitHeight(y: Channel, height: number): void {
  if (y.type !== "quantitative" || y.axis === null || height >= LOW_PX) return;
  y.axis = { tickCount: 3, ...y.axis };
}

/** The distinct times of a column, in order. */
export function timesOf(data: ChartRows, key: string): number[] {
  const column = data.column(key);
  const times = new Set<number>();
  for (let at = 0; at < column.length; at++) {
    const value = column.at(at);
    if (value instanceof Date) times.add(value.getTime());
  }
  return [...times].sort((a, b) => a - b);
}

export function timeFormat(times: readonly number[]): string {
  const dates = times.map((time) => new Date(time).toISOString());
  if (dates.every((date) => date.endsWith("-01-01T00:00:00.000Z"))) return "%Y";
  if (dates.every((date) => date.endsWith("-01T00:00:00.000Z"))) return MONTHS;
  return dates.every((date) => date.endsWith("T00:00:00.000Z")) ? "%-d %b" : "%-d %b %H:%M";
}

export function labelsOf(channel: Channel, data: ChartRows): string[] {
  const column = data.column(plainField(channel.field));
  const labels = new Set<string>();
  for (let at = 0; at < column.length; at++) labels.add(String(column.at(at) ?? ""));
  return [...labels];
}

function longest(labels: readonly string[]): number {
  return labels.reduce((most, label) => Math.max(most, label.length), 0);
}

export function fits(x: Channel, data: ChartRows, width: number): boolean {
  const labels = labelsOf(x, data);
  return longest(labels) * CHAR_PX + 8 <= width / Math.max(1, labels.length);
}

/** A legend takes as many columns as there is room for, and stands below a chart too narrow to have it beside. */
export function fitLegend(color: Channel, data: ChartRows, width: number): void {
  if (color.legend === null) return;
  const legend: Json = { ...(color.legend as Json | undefined) };
  if (width < NARROW_PX && (legend.orient === undefined || legend.orient === "right"))
    Object.assign(legend, { orient: "bottom", direction: "horizontal", titleLimit: width - 20 });
  if (color.type !== "quantitative" && (legend.orient === "bottom" || legend.orient === "top"))
    legend.columns = Math.max(1, Math.floor(width / (longest(labelsOf(color, data)) * CHAR_PX + SYMBOL_PX)));
  color.legend = legend;
}

export function thin<T>(values: readonly T[], most: number): T[] {
  const step = Math.ceil(values.length / Math.max(2, most));
  return values.filter((_, index) => index % step === 0);
}
