import type { Insight, ViewSpec } from "../api/types";
import { createChart } from "../views/chartCode";
import { thumbSpec } from "./thumbSpec";

let last: Promise<unknown> = Promise.resolve();

/** Draws a view small into an element, one after the other and when the page has time; gives what ends it. */
export async function drawThumbnail(
  element: HTMLElement,
  { view, insight, theme }: { view: ViewSpec; insight: Insight; theme: string },
  signal: AbortSignal,
): Promise<void> {
  const drawn = last.then(async () => {
    await idle();
    if (signal.aborted) return;
    const chart = createChart(element, () => undefined);
    signal.addEventListener("abort", () => chart.end());
    await chart.show({ view: thumbSpec(view), insight, look: null, theme, inputs: {} });
    // A picture takes no focus, and its dashboard's link says what it is.
    for (const part of element.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
  });
  last = drawn.catch(() => undefined);
  await drawn;
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) window.requestIdleCallback(() => resolve(), { timeout: 500 });
    else setTimeout(resolve, 1);
  });
}
