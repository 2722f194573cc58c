import type { View } from "vega";
import { type Axis, type Step, stepOf, stepOfUnit } from "./brush";
import { type Channel, isTimed } from "./spec";

interface Scale {
  (value: unknown): number | undefined;
  domain: () => unknown[];
  invert?: (pixel: number) => unknown;
}

/** The x axis of a drawn chart, to read a brush by; null where its values are neither times nor numbers. */
export function xAxisOf(view: View, x: Channel, times: readonly number[], whole: boolean): Axis | null {
  const scale = view.scale("x") as Scale;
  const values = scale.domain();
  if (values.length === 0 || !values.every(isAmount)) return null;
  const kind = times.length > 0 || isTimed(x) ? "time" : "number";
  const step = stepOfUnit(x.timeUnit) ?? stepOf(times);
  const shared: Shared = { kind, width: view.width(), step, whole };
  return scale.invert ? continuous(scale, scale.invert, values, shared, x) : discrete(scale, values, shared);
}

type Shared = { kind: Axis["kind"]; width: number; step: Step; whole: boolean };

function isAmount(value: unknown): boolean {
  return value instanceof Date || (typeof value === "number" && Number.isFinite(value));
}

function continuous(
  scale: Scale,
  invert: (pixel: number) => unknown,
  values: unknown[],
  shared: Shared,
  x: Channel,
): Axis {
  return {
    ...shared,
    domain: [Number(values[0]), Number(values.at(-1))],
    toValue: (pixel) => Number(invert(pixel)),
    toPixel: (value) => scale(value) ?? 0,
    endsOnPoint: x.timeUnit === undefined,
  };
}

/** Cells side by side: a pixel means the cell under it. */
function discrete(scale: Scale, values: unknown[], shared: Shared): Axis {
  const cells = values.map((value) => ({ value: Number(value), at: scale(value) ?? 0 }));
  const inside = shared.kind === "time" ? 1 : 0;
  return {
    ...shared,
    domain: [cells[0]?.value ?? 0, cells.at(-1)?.value ?? 0],
    toValue: (pixel) => ((cells.findLast((cell) => cell.at <= pixel) ?? cells[0])?.value as number) + inside,
    toPixel: (value) => cells.find((cell) => cell.value >= value)?.at ?? shared.width,
    endsOnPoint: false,
  };
}
