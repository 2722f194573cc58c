import type { Legend, Spec as VegaSpec } from "vega";
import type { Interact } from "../api/types";
import { type Encoding, type Json, plainField } from "./spec";

/** What a view's gestures choose; at most one of each is drawn. */
export interface Gestures {
  brush?: Interact;
  click?: Interact;
}

/** The interval parameter, and the signal that holds its two ends in pixels. */
export const BRUSH = "brush";
export const BRUSH_PIXELS = "brush_x";
/** The signal of the chosen marks' values as texts; null where nothing is chosen apart. */
export const PICKED = "picked_values";

const DIM = 0.22;

export function readGestures(interact: readonly Interact[] | undefined): Gestures {
  const found: Gestures = {};
  for (const one of interact ?? []) found[one.on] ??= one;
  return found;
}

/** A specification with a brush along x, and with marks that stay full when chosen and pale when not. */
export function withGestures(spec: Json, encoding: Encoding, { brush, click }: Gestures): Json {
  const brushed = brush && encoding.x?.field !== undefined ? withBrush(spec) : spec;
  return click ? withClick(brushed, encoding, click.prop) : brushed;
}

function withBrush(spec: Json): Json {
  const select = { type: "interval", encodings: ["x"], clear: "dblclick", zoom: false };
  return { ...spec, params: [...((spec.params as Json[] | undefined) ?? []), { name: BRUSH, select }] };
}

function withClick(spec: Json, encoding: Encoding, prop: string): Json {
  const mark: Json = typeof spec.mark === "object" && spec.mark ? (spec.mark as Json) : { type: spec.mark };
  const full = typeof mark.opacity === "number" ? mark.opacity : 1;
  const value = `datum[${JSON.stringify(prop)}]`;
  const test = `!${PICKED} || indexof(${PICKED}, isDate(${value}) ? '' + time(${value}) : '' + ${value}) >= 0`;
  if (!encoding.opacity) encoding.opacity = { condition: { test, value: full }, value: full * DIM };
  return { ...spec, encoding, mark: { ...mark, cursor: "pointer" } };
}

/** A drawn specification whose legend takes clicks too, where it tells the values that clicks choose. */
export function withLegend(spec: VegaSpec, { click }: Gestures, encoding: Encoding): VegaSpec {
  if (!click || !spec.legends || plainField(encoding.color?.field) !== click.prop) return spec;
  const legends = spec.legends.map((legend) => {
    const encode = (legend.encode ?? {}) as Record<string, Json | undefined>;
    const touchable = (part: Json = {}): Json => ({
      ...part,
      interactive: true,
      update: { ...(part.update as Json | undefined), cursor: { value: "pointer" } },
    });
    const taking = { ...encode, symbols: touchable(encode.symbols), labels: touchable(encode.labels) };
    return { ...legend, encode: taking } as Legend;
  });
  return { ...spec, legends };
}
