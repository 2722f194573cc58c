import type { View } from "vega";
import type { Inputs } from "../inputs/inputs";
import { selectionOf } from "../inputs/picking";
import type { ChartRows } from "./chartRows";
import type { Gestures } from "./gestureSpec";
import type { Encoding } from "./spec";

/** What the hands on a drawn chart need to know; it changes while the chart stays. */
export interface Scene {
  gestures: Gestures;
  inputs: Inputs;
  data: ChartRows;
  encoding: Encoding;
  /** Whether the chart's own rows follow the brush: then it is sent when let go, not while it moves. */
  brushesItself: boolean;
}

/** One pointer's way across a chart, shared by what listens to it. */
export interface Touch {
  from: { x: number; y: number } | null;
  moved: boolean;
  /** Whether a mark took the click. */
  taken: boolean;
}

const MOVED_PX = 3;

/** Follows a pointer from where it is put down in an element. */
export function followTouch(element: HTMLElement): { touch: Touch; end: () => void } {
  const touch: Touch = { from: null, moved: false, taken: false };
  const down = (event: PointerEvent) => {
    Object.assign(touch, { from: { x: event.clientX, y: event.clientY }, moved: false, taken: false });
  };
  const move = (event: PointerEvent) => {
    const { from } = touch;
    if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > MOVED_PX) touch.moved = true;
  };
  element.addEventListener("pointerdown", down, true);
  window.addEventListener("pointermove", move, true);
  return {
    touch,
    end: () => {
      element.removeEventListener("pointerdown", down, true);
      window.removeEventListener("pointermove", move, true);
    },
  };
}

/** The chosen values as the marks' texts, or null where nothing stands apart. */
export function pickedTexts({ gestures, inputs, data }: Scene): string[] | null {
  const input = gestures.click && inputs[gestures.click.input];
  const selection = input ? selectionOf(input) : "all";
  if (selection === "all" || !gestures.click) return null;
  const column = data.column(gestures.click.prop);
  for (let at = 0; at < column.length; at++)
    if (column.at(at) instanceof Date) return selection.map((text) => String(Date.parse(utc(text))));
  return selection;
}

function utc(text: string): string {
  return text.includes("T") ? (text.endsWith("Z") ? text : `${text}Z`) : `${text.replace(" ", "T")}T00:00Z`;
}

/** Whether the chart has a signal of this name: a brush is left out where vega-lite cannot draw it. */
export function hasSignal(view: View, name: string): boolean {
  try {
    view.signal(name);
    return true;
  } catch {
    return false;
  }
}
