import type { Item, ScenegraphEvent, View } from "vega";
import type { Choose } from "../inputs/inputs";
import { picked } from "../inputs/picking";
import type { Scene, Touch } from "./scene";

type Mark = { marktype?: string; role?: string; items?: Item[] };

/** Writes the value of a clicked mark to its input. Rows without a value cannot be chosen. */
export function holdClicks(view: View, touch: Touch, scene: () => Scene, choose: Choose): () => void {
  const onClick = (event: ScenegraphEvent, item: Item | null | undefined) => {
    const { gestures, inputs, data } = scene();
    const input = gestures.click && inputs[gestures.click.input];
    if (!gestures.click || !input || !item || touch.moved) return;
    const value = legendValue(item) ?? markValue(item, gestures.click.prop, pixelOf(view, event));
    if (value === null || value === data.nullText(gestures.click.prop)) return;
    touch.taken = true;
    const { shiftKey, ctrlKey, metaKey } = event as unknown as MouseEvent;
    choose(input.name, picked(input, value, shiftKey || ctrlKey || metaKey));
  };
  view.addEventListener("click", onClick);
  return () => void view.removeEventListener("click", onClick);
}

/** The value of a legend's entry: it is there to click only where the legend tells the values that clicks choose. */
function legendValue(item: Item): string | null {
  const role = (item as { mark?: Mark }).mark?.role;
  if (role !== "legend-symbol" && role !== "legend-label") return null;
  return valueText((item.datum as { value?: unknown } | undefined)?.value);
}

/** How far into the plot an event was. */
function pixelOf(view: View, event: ScenegraphEvent): number {
  const box = view.container()?.getBoundingClientRect();
  return (event as unknown as MouseEvent).clientX - (box?.left ?? 0) - view.origin()[0];
}

/** A mark's value as an input's text; null for what is no mark of a row. */
function markValue(item: Item, prop: string, pixel: number): string | null {
  const mark = (item as { mark?: Mark }).mark;
  if (mark?.role !== "mark") return null;
  const datum = (mark.marktype === "line" || mark.marktype === "area" ? nearest(mark, item, pixel) : item)
    .datum as Record<string, unknown> | undefined;
  return datum && prop in datum ? valueText(datum[prop]) : null;
}

/** The point of a line that is nearest along x. */
function nearest(mark: Mark, item: Item, pixel: number): Item {
  const away = (one: Item) => Math.abs(((one as { x?: number }).x ?? 0) - pixel);
  return (mark.items ?? [item]).reduce((best, one) => (away(one) < away(best) ? one : best), item);
}

/** A value as an input takes it: days without a time of day. */
export function valueText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (!(value instanceof Date)) return String(value);
  return value.toISOString().replace(/(T00:00:00)?\.000Z$/, "");
}
