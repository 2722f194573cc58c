import type { View } from "vega";
import type { Choose, InputNow } from "../inputs/inputs";
import { readRange, writeRange } from "../inputs/params";
import { timesOf } from "./axes";
import { type Axis, brushedValue, brushPixels } from "./brush";
import { BRUSH_PIXELS } from "./gestureSpec";
import type { Scene, Touch } from "./scene";
import { plainField } from "./spec";
import { xAxisOf } from "./xAxis";

const SAME_PX = 0.5;
let lastTouched: View | null = null;

export interface BrushHand {
  /** Puts the brush where the input's value is; on a chart that this value narrows, all of it is the brush. */
  place: () => void;
  end: () => void;
}

/** Writes what is brushed to its input: in passing on each frame while the brush moves, and when it is let go. */
export function holdBrush(
  view: View,
  element: HTMLElement,
  touch: Touch,
  scene: () => Scene,
  choose: Choose,
): BrushHand {
  let frame = 0;
  let wasShown = false;
  const now = () => (view.signal(BRUSH_PIXELS) as number[] | null) ?? [];
  const shown = () => Math.abs((now()[1] ?? 0) - (now()[0] ?? 0)) > SAME_PX;
  const write = (value: string, passing = false) => {
    const input = inputOf(scene());
    if (input && writeRange(readRange(input.value))[0] !== value) choose(input.name, [value], passing);
  };
  const send = (passing: boolean) => {
    cancelAnimationFrame(frame);
    frame = 0;
    const axis = axisOf(view, scene());
    if (axis && shown()) write(brushedValue(axis, now()), passing);
  };
  const place = () => {
    const [input, axis] = [inputOf(scene()), axisOf(view, scene())];
    if (!input || !axis || touch.from) return;
    const wanted = (scene().brushesItself ? null : brushPixels(axis, readRange(input.value))) ?? [0, 0];
    const same = wanted.every((pixel, end) => Math.abs(pixel - (now()[end] ?? 0)) <= SAME_PX);
    if (!same) void view.signal(BRUSH_PIXELS, wanted).runAsync();
  };
  const onBrush = () => {
    if (touch.from && touch.moved && !scene().brushesItself)
      frame ||= requestAnimationFrame(() => send(true));
  };
  const onDown = () => {
    lastTouched = view;
    wasShown = shown();
  };
  const letGo = () => {
    if (!touch.from) return;
    touch.from = null;
    if (touch.moved && shown()) send(false);
    else if (wasShown && !touch.taken) write("all");
    place();
  };
  // vega hears the same event, and the click comes after it: both are over in the next task.
  const onUp = () => void setTimeout(letGo);
  const clear = () => write("all");
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || lastTouched !== view) return;
    if (shown() || scene().brushesItself) clear();
  };
  view.addSignalListener(BRUSH_PIXELS, onBrush);
  element.addEventListener("pointerdown", onDown, true);
  element.addEventListener("dblclick", clear);
  window.addEventListener("pointerup", onUp);
  window.addEventListener("pointercancel", onUp);
  window.addEventListener("keydown", onKey);
  return {
    place,
    end: () => {
      if (frame) send(false);
      element.removeEventListener("pointerdown", onDown, true);
      element.removeEventListener("dblclick", clear);
      window.removeEventListener("pointerup", onUp);
      window.removeEventListener("pointercancel", onUp);
      window.removeEventListener("keydown", onKey);
    },
  };
}

function inputOf({ gestures, inputs }: Scene): InputNow | undefined {
  return gestures.brush && inputs[gestures.brush.input];
}

/** The x axis, if it is of the kind that the input takes. */
function axisOf(view: View, scene: Scene): Axis | null {
  const input = inputOf(scene);
  const { x } = scene.encoding;
  if (!input || !x) return null;
  const times = timesOf(scene.data, plainField(x.field));
  const axis = xAxisOf(view, x, times, input.spec.value_type === "integer");
  return axis && (axis.kind === "time") === (input.spec.type === "date_range") ? axis : null;
}
