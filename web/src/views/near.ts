import type { Item, View } from "vega";
import type { Touch } from "./scene";
import { NEAR } from "./series";
import { showTooltip } from "./tooltip";

const REACH_PX = 44;

interface Point {
  x: number;
  y: number;
  defined?: boolean;
  datum?: Record<string, unknown>;
  tooltip?: unknown;
}

/**
 * Follows the pointer over lines: the line nearest to it stands out, and the point of it nearest along x is told, so
 * that no point has to be met exactly.
 */
export function followNear(view: View, host: HTMLElement, touch: Touch, key: string | null): () => void {
  let frame = 0;
  let last: PointerEvent | null = null;
  const look = () => {
    frame = 0;
    if (!last || (touch.from && touch.moved)) return;
    const box = host.getBoundingClientRect();
    const [left, top] = view.origin();
    const x = last.clientX - box.left - left;
    const y = last.clientY - box.top - top;
    const inside = x >= -4 && y >= -4 && x <= view.width() + 4 && y <= view.height() + 4;
    const found = inside ? nearestPoint(linesOf(view), x, y) : null;
    if (found?.tooltip !== undefined) showTooltip(null, last, null, found.tooltip);
    else showTooltip(null, null, null, null);
    if (key !== null) pointAt(view, found ? String(found.datum?.[key] ?? "") : null);
  };
  const move = (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    last = event;
    frame ||= requestAnimationFrame(look);
  };
  const leave = () => {
    last = null;
    cancelAnimationFrame(frame);
    frame = 0;
    showTooltip(null, null, null, null);
    if (key !== null) pointAt(view, null);
  };
  host.addEventListener("pointermove", move);
  host.addEventListener("pointerleave", leave);
  return () => {
    cancelAnimationFrame(frame);
    host.removeEventListener("pointermove", move);
    host.removeEventListener("pointerleave", leave);
  };
}

/** Lets a series stand out from the others; null lets none. */
export function pointAt(view: View, series: string | null): void {
  if (view.signal(NEAR) !== series) void view.signal(NEAR, series).runAsync();
}

type Mark = { marktype?: string; role?: string; items?: (Item & Mark)[] };

function linesOf(view: View): Point[][] {
  const lines: Point[][] = [];
  const visit = (mark: Mark) => {
    if (mark.marktype === "line" && mark.role === "mark")
      lines.push((mark.items ?? []) as unknown as Point[]);
    else if (mark.marktype === "group" || mark.items?.[0]?.items)
      for (const item of mark.items ?? []) for (const inner of (item.items ?? []) as Mark[]) visit(inner);
  };
  visit((view.scenegraph() as unknown as { root: Mark }).root);
  return lines;
}

/** The point to tell of: of the line that passes nearest, the point nearest along x; null where none is in reach. */
export function nearestPoint(lines: readonly (readonly Point[])[], x: number, y: number): Point | null {
  let best: Point | null = null;
  let least = REACH_PX;
  for (const line of lines) {
    const at = firstFrom(line, x);
    const [before, after] = [line[at - 1], line[at]];
    const nearest = !before || (after && after.x - x < x - before.x) ? after : before;
    if (!nearest || nearest.defined === false) continue;
    const between = before && after && before.defined !== false && after.defined !== false;
    const height =
      between && after.x > before.x
        ? before.y + ((after.y - before.y) * (x - before.x)) / (after.x - before.x)
        : nearest.y;
    const away = Math.hypot(between ? 0 : nearest.x - x, height - y);
    if (away < least) [best, least] = [nearest, away];
  }
  return best;
}

/** Where the points at or beyond x begin; the points stand in the order of x. */
function firstFrom(line: readonly Point[], x: number): number {
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((line[middle]?.x ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
