import type { ColumnInfo, ViewSpec } from "../api/types";
import { fitAxis, fitHeight, fitLegend, fits, labelsOf, lookOfTimes } from "./axes";
import type { ChartRows } from "./chartRows";
import { type Gestures, withGestures } from "./gestureSpec";
import { harmless } from "./harmless";
import { settleKinds } from "./kinds";
import { setRestApart } from "./rest";
import { type Series, withNear } from "./series";
import { type Channel, type Encoding, isTimed, type Json, omit, plainField, type Size } from "./spec";

/** A specification ready to draw, and the values of the signals in it, which change with the data alone. */
export interface Ready {
  spec: Json;
  signals: Record<string, unknown>;
}

const COMPOSED = ["facet", "hconcat", "vconcat", "concat", "repeat"];
const BAR_PX = 14;
const MOST_SORTED = 60;
/** The least room for each point of a line that shows its points. */
const POINT_PX = 9;
/** The lines that are told apart at their full weight. */
const FEW_LINES = 8;
/** The rows of which one series may stand out as the pointer moves, without a wait. */
const MOST_NEAR = 2_000;

/**
 * A view's Vega-Lite specification made ready to draw: its uncertain kinds settled by the data, its axes fitted to the
 * size, and without what could reach beyond the chart. The legend of `series` stands beside the chart, not in it.
 */
export function readySpec(
  view: ViewSpec,
  columns: readonly ColumnInfo[],
  data: ChartRows,
  look: string | null,
  size: Size,
  gestures: Gestures = {},
  series: Series | null = null,
): Ready {
  const { $schema: _schema, title: _title, ...rest } = harmless(structuredClone(view.vega_lite ?? {}));
  const spec: Json = { ...rest, config: withoutColours(rest.config, look) };
  if (COMPOSED.some((key) => key in spec)) return { spec, signals: {} };
  const encoding = (spec.encoding ?? {}) as Encoding;
  settleKinds(encoding, view.fields ?? [], columns, view.type);
  if (view.type === "bar") layDown(encoding, data, size);
  if (view.type === "heatmap") asSteps(encoding);
  if (view.type === "line") thinPoints(spec, encoding, data, size);
  if (view.type === "line" && series && series.names.length > FEW_LINES) calmLines(spec);
  const signals = encoding.x?.type === "temporal" ? lookOfTimes(encoding.x, data, size.width) : {};
  if (encoding.x) fitAxis(encoding.x, data, size.width);
  if (encoding.y) fitHeight(encoding.y, size.height);
  for (const channel of [encoding.x, encoding.y])
    if (channel && isTimed(channel) && channel.axis !== null) channel.axis = { ...channel.axis, title: null };
  if (encoding.color && series) encoding.color.legend = null;
  if (encoding.color) fitLegend(encoding.color, data, size.width);
  if (encoding.color) noneLast(encoding.color, data);
  if (view.type === "bar") setRestApart(encoding, data);
  const drawn = gestures.brush || gestures.click ? withGestures(spec, encoding, gestures) : spec;
  const told = series && data.rows.length <= MOST_NEAR ? withNear(drawn, encoding, series) : drawn;
  const autosize = { type: "fit", contains: "padding" };
  return { spec: { ...told, ...size, autosize }, signals };
}

/** In the neutral theme the page's own colours hold, which follow light and dark. */
function withoutColours(config: unknown, look: string | null): Json {
  const { range, mark, ...rest } = (config ?? {}) as Json;
  return look === null || look === "neutral"
    ? rest
    : { ...rest, ...(range ? { range } : {}), ...(mark ? { mark } : {}) };
}

/** Bars lie down when their names are too long to stand side by side, and there is height for all of them. */
function layDown(encoding: Encoding, data: ChartRows, size: Size): void {
  const { x, y, xOffset, ...rest } = encoding;
  if (!x || !y || x.timeUnit !== undefined || (x.type !== "nominal" && x.type !== "ordinal")) return;
  if (fits(x, data, size.width) || labelsOf(x, data).length * BAR_PX > size.height) return;
  for (const name of Object.keys(encoding)) delete encoding[name];
  // The names say what they are; the channel keeps its title, by which readers and tooltips know it.
  const down = x.axis === null ? x : { ...x, axis: { ...x.axis, title: null } };
  Object.assign(encoding, rest, { x: y, y: down }, xOffset ? { yOffset: xOffset } : {});
}

/** The rows without a name come after the named ones. */
function noneLast(color: Channel, data: ChartRows): void {
  const none = data.nullText(plainField(color.field));
  if (none === null || color.sort !== "ascending") return;
  const names = labelsOf(color, data).filter((name) => name !== none);
  if (names.length <= MOST_SORTED) color.sort = [...names.sort(byText), none];
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Points too close to be told apart are as small as the line is wide: there only so that one alone is seen. */
function thinPoints(spec: Json, encoding: Encoding, data: ChartRows, size: Size): void {
  const mark = spec.mark as Json | undefined;
  if (!mark?.point || typeof mark.point !== "object" || !encoding.x) return;
  const column = data.column(plainField(encoding.x.field));
  const found = new Set<unknown>();
  for (let at = 0; at < column.length; at++) found.add(column.at(at)?.valueOf());
  if (found.size * POINT_PX > size.width)
    spec.mark = { ...mark, strokeWidth: 1.25, point: { ...mark.point, size: 3 } };
}

/** Many lines are drawn finer, so that the one pointed at stands out. */
function calmLines(spec: Json): void {
  const mark: Json = typeof spec.mark === "object" && spec.mark ? (spec.mark as Json) : { type: spec.mark };
  const point: Json = typeof mark.point === "object" ? { ...mark.point, size: 9 } : { size: 9 };
  spec.mark = { opacity: 0.8, ...mark, strokeWidth: 1.25, ...(mark.point ? { point } : {}) };
}

/** Steps of time as equal cells, so that each name stands under its own. */
function asSteps(encoding: Encoding): void {
  for (const name of ["x", "y"]) {
    const channel = encoding[name];
    if (channel?.type === "temporal" && channel.timeUnit !== undefined)
      encoding[name] = { ...omit(channel, ["scale"]), type: "ordinal" };
  }
}
