import type { Spec as VegaSpec, View } from "vega";
import embed, { type VisualizationSpec } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import type { Insight, ViewSpec } from "../api/types";
import type { Choose, Inputs } from "../inputs/inputs";
import { type BrushHand, holdBrush } from "./brushHand";
import { type ChartRows, chartRows } from "./chartRows";
import { chartConfig, readPalette } from "./chartTheme";
import { holdClicks } from "./clickHand";
import { BRUSH_PIXELS, PICKED, readGestures, withLegend } from "./gestureSpec";
import { followTouch, hasSignal, pickedTexts, type Scene } from "./scene";
import type { Encoding } from "./spec";
import { showTooltip } from "./tooltip";
import { type Ready, readySpec } from "./vegaSpec";

/** What a chart shows. `theme` names the colours of the page, which are read while drawing. */
export interface Subject {
  view: ViewSpec;
  insight: Insight;
  look: string | null;
  theme: string;
  inputs: Inputs;
}

export interface Chart {
  /** Draws, or takes on what changed. Rejects when the specification cannot be drawn. */
  show: (next: Subject) => Promise<void>;
  /** Takes on the size of its element. */
  fit: () => void;
  end: () => void;
}

interface Drawing {
  host: HTMLElement;
  subject: Subject;
  /** Everything that new data cannot change in place. */
  key: string;
  scene: Scene;
  view: View;
  brush: BrushHand | null;
  end: () => void;
}

const DATASET = "insight";
const MANY_MARKS = 4000;

/** A chart may load nothing: its data is handed to it. */
const noLoader = {
  load: () => Promise.reject(new Error("A chart cannot load files or addresses.")),
  sanitize: () => Promise.reject(new Error("A chart cannot link to files or addresses.")),
  http: () => Promise.reject(new Error("A chart cannot load addresses.")),
  file: () => Promise.reject(new Error("A chart cannot load files.")),
};

/**
 * A chart in an element. New data of the same shape goes into the drawn chart, so that a brush stays; anything else
 * draws it anew. Of several subjects that come while one is drawn, the last is shown.
 */
export function createChart(element: HTMLElement, choose: Choose): Chart {
  let drawing: Drawing | null = null;
  let wanted: Subject | null = null;
  let busy: Promise<void> | null = null;
  let over = false;

  const run = async () => {
    try {
      while (wanted !== null && !over) {
        const next: Subject = wanted;
        wanted = null;
        drawing = await renew(element, drawing, next, choose);
      }
    } finally {
      if (over) drawing?.end();
    }
  };
  return {
    show: (next) => {
      wanted = next;
      busy ??= run().finally(() => {
        busy = null;
      });
      return busy;
    },
    fit: () => drawing && resize(drawing, element),
    end: () => {
      over = true;
      if (busy === null) drawing?.end();
    },
  };
}

async function renew(
  element: HTMLElement,
  old: Drawing | null,
  subject: Subject,
  choose: Choose,
): Promise<Drawing> {
  const { view, insight, look } = subject;
  const columns = insight.metadata.columns;
  const data = old?.subject.insight === insight ? old.scene.data : chartRows(insight.data, columns);
  const gestures = readGestures(view.interact);
  const size = sizeOf(element);
  const ready = readySpec(view, columns, data, look, size, gestures);
  const scene: Scene = {
    gestures,
    inputs: subject.inputs,
    data,
    encoding: (ready.spec.encoding ?? {}) as Encoding,
    brushesItself:
      gestures.brush !== undefined &&
      insight.metadata.input_dependencies?.includes(gestures.brush.input) === true,
  };
  const shape = { ...ready.spec, width: 0, height: 0 };
  const key = JSON.stringify([shape, columns, subject.theme, look, data.rows.length > MANY_MARKS]);
  if (old?.key === key) return await update(old, subject, scene, ready);
  const drawing = await draw(element, subject, scene, ready, choose);
  drawing.key = key;
  keepGradients(drawing.host);
  old?.end();
  element.replaceChildren(drawing.host);
  resize(drawing, element);
  drawing.brush?.place();
  return drawing;
}

async function update(drawing: Drawing, subject: Subject, scene: Scene, ready: Ready): Promise<Drawing> {
  const { view } = drawing;
  if (drawing.scene.data !== scene.data) {
    view.data(DATASET, scene.data.rows);
    for (const [name, value] of Object.entries(ready.signals)) view.signal(name, value);
    view.resize();
  }
  view.signal(PICKED, pickedTexts(scene));
  Object.assign(drawing, { subject, scene });
  await view.runAsync();
  keepGradients(drawing.host);
  drawing.brush?.place();
  return drawing;
}

async function draw(
  element: HTMLElement,
  subject: Subject,
  scene: Scene,
  ready: Ready,
  choose: Choose,
): Promise<Drawing> {
  const host = document.createElement("div");
  host.className = "chart-host";
  const signals = { ...ready.signals, [PICKED]: pickedTexts(scene) };
  const result = await embed(host, ready.spec as unknown as VisualizationSpec, {
    mode: "vega-lite",
    ast: true,
    expr: expressionInterpreter,
    actions: false,
    defaultStyle: false,
    renderer: scene.data.rows.length > MANY_MARKS ? "canvas" : "svg",
    // biome-ignore lint/suspicious/noExplicitAny: vega's Config type and vega-lite's disagree on one optional field
    config: chartConfig(readPalette(element)) as any,
    loader: noLoader,
    patch: (spec) => withLegend(withData(spec, scene.data, signals), scene.gestures, scene.encoding),
    tooltip: showTooltip,
  });
  const drawing: Drawing = { host, subject, key: "", scene, view: result.view, brush: null, end: () => {} };
  const now = () => drawing.scene;
  const { touch, end: unfollow } = followTouch(host);
  const brushes = scene.gestures.brush !== undefined && hasSignal(result.view, BRUSH_PIXELS);
  drawing.brush = brushes ? holdBrush(result.view, host, touch, now, choose) : null;
  const unclick = holdClicks(result.view, touch, now, choose);
  drawing.end = () => {
    drawing.brush?.end();
    unclick();
    unfollow();
    result.finalize();
    showTooltip(null, null, null, null);
    host.remove();
  };
  return drawing;
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(120, element.clientWidth), height: Math.max(80, element.clientHeight) };
}

function resize({ view, brush }: Drawing, element: HTMLElement): void {
  const { width, height } = sizeOf(element);
  if (view.width() === width && view.height() === height) return;
  void view
    .width(width)
    .height(height)
    .runAsync()
    .then(() => {
      keepGradients(element);
      brush?.place();
    });
}

/** vega names a gradient by the page's address, which changes with every choice: by its name alone it is found again. */
function keepGradients(host: HTMLElement): void {
  for (const name of ["fill", "stroke"])
    for (const shape of host.querySelectorAll(`[${name}^="url("]`)) {
      const local = /#[^#)]+\)$/.exec(shape.getAttribute(name) ?? "");
      if (local) shape.setAttribute(name, `url(${local[0]}`);
    }
}

/** The rows as they are: vega-lite would have each time in them read anew. */
export function withData(spec: VegaSpec, data: ChartRows, signals: Record<string, unknown>): VegaSpec {
  const sets = (spec.data ?? []).map((set) =>
    set.name === DATASET ? ({ ...set, format: undefined, values: data.rows } as typeof set) : set,
  );
  const made = Object.entries(signals).map(([name, value]) => ({ name, value }));
  return { ...spec, data: sets, signals: [...(spec.signals ?? []), ...made] } as VegaSpec;
}
