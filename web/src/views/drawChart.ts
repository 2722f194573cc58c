import type { View } from "vega";
import type { Insight, ViewSpec } from "../api/types";
import type { Choose, Inputs } from "../inputs/inputs";
import { type BrushHand, holdBrush } from "./brushHand";
import { type ChartRows, chartRows } from "./chartRows";
import { readPalette } from "./chartTheme";
import { holdClicks } from "./clickHand";
import { DATASET, embedSpec } from "./embedSpec";
import { BRUSH_PIXELS, PICKED, readGestures } from "./gestureSpec";
import { followNear, pointAt } from "./near";
import { pictureOf } from "./picture";
import { followTouch, hasSignal, pickedTexts, type Scene } from "./scene";
import { onlyShown, SERIES, type Series } from "./series";
import type { Encoding, Size } from "./spec";
import { showTooltip } from "./tooltip";
import { type Ready, readySpec } from "./vegaSpec";

/** What a chart shows. `theme` names the colours of the page, which are read while drawing. */
export interface Subject {
  view: ViewSpec;
  insight: Insight;
  look: string | null;
  theme: string;
  inputs: Inputs;
  /** The insight's rows as the chart reads them, where they are read already. */
  data?: ChartRows;
  /** The series that a legend beside the chart tells; without them vega draws its own. */
  series?: Series | null;
  /** The series shown; null for all. */
  only?: readonly string[] | null;
}

export interface Chart {
  /** Draws, or takes on what changed. Rejects when the specification cannot be drawn. */
  show: (next: Subject) => Promise<void>;
  /** The colour of each series, as drawn. */
  colors: () => Map<string, string>;
  /** Lets one series stand out; null lets none. */
  point: (series: string | null) => void;
  /** A file of the chart as it stands, with its legend in it. */
  picture: (kind: "png" | "svg", title: string) => Promise<Blob>;
  /** Takes on the size that its element has got. */
  fit: (room: Size) => void;
  end: () => void;
}

interface Drawing {
  host: HTMLElement;
  subject: Subject;
  /** Everything that new data cannot change in place. */
  key: string;
  scene: Scene;
  view: View;
  /** The room it was last drawn for; the view's own width is what its axes leave of it. */
  size: Size;
  brush: BrushHand | null;
  end: () => void;
}

const MANY_MARKS = 4000;

/**
 * A chart in an element. New data of the same shape goes into the drawn chart, so that a brush stays; anything else
 * draws it anew. Of several subjects that come while one is drawn, the last is shown.
 */
export function createChart(element: HTMLElement, choose: Choose): Chart {
  let drawing: Drawing | null = null;
  let wanted: Subject | null = null;
  let busy: Promise<void> | null = null;
  let size: Size | null = null;
  let over = false;

  const room = () => {
    size ??= atLeast({ width: element.clientWidth, height: element.clientHeight });
    return size;
  };
  const run = async () => {
    try {
      // The first time, all charts of a page come at once.
      if (drawing === null) await turn();
      while (wanted !== null && !over) {
        const next: Subject = wanted;
        wanted = null;
        drawing = await renew(element, drawing, next, room(), choose);
        resize(drawing, room());
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
    colors: () => (drawing ? colorsOf(drawing) : new Map()),
    point: (series) => drawing?.subject.series && pointAt(drawing.view, series),
    picture: (kind, title) => {
      if (!drawing) throw new Error("The chart is not drawn yet.");
      return takePicture(drawing, element, kind, title);
    },
    fit: (next) => {
      size = atLeast(next);
      if (drawing) resize(drawing, size);
    },
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
  size: Size,
  choose: Choose,
): Promise<Drawing> {
  const { view, insight, look, series = null } = subject;
  const columns = insight.metadata.columns;
  const known = old?.subject.insight === insight ? old.scene.data : undefined;
  const data = subject.data ?? known ?? chartRows(insight.data, columns);
  const gestures = readGestures(view.interact);
  const ready = readySpec(view, columns, data, look, size, gestures, series);
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
  const many = data.rows.length > MANY_MARKS;
  const key = JSON.stringify([shape, columns, subject.theme, look, many, series?.key]);
  if (old?.key === key) return await update(old, subject, scene, ready);
  if (old !== null) await turn();
  const start = performance.now();
  const drawing = await draw(element, subject, scene, ready, choose);
  Object.assign(drawing, { key, size });
  keepGradients(drawing.host);
  old?.end();
  element.replaceChildren(drawing.host);
  drawing.brush?.place();
  performance.measure("dashbridge draw", { start });
  return drawing;
}

let turns: Promise<unknown> = Promise.resolve();

/** One chart after the other, so that the page answers between them. */
function turn(): Promise<unknown> {
  turns = turns.then(() => new Promise((resume) => setTimeout(resume)));
  return turns;
}

async function update(drawing: Drawing, subject: Subject, scene: Scene, ready: Ready): Promise<Drawing> {
  const { view } = drawing;
  const { only = null, series = null } = subject;
  if (drawing.scene.data !== scene.data || drawing.subject.only !== only) {
    view.data(DATASET, onlyShown(scene.data, series, only).rows);
    for (const [name, value] of Object.entries(ready.signals)) view.signal(name, value);
    if (series) view.signal(SERIES, series.names);
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
  const many = scene.data.rows.length > MANY_MARKS;
  const result = await embedSpec(host, subject, scene, ready, readPalette(element), many ? "canvas" : "svg");
  const none = { key: "", size: { width: 0, height: 0 }, brush: null, end: () => {} };
  const drawing: Drawing = { host, subject, scene, view: result.view, ...none };
  const now = () => drawing.scene;
  const { touch, end: unfollow } = followTouch(host);
  const brushes = scene.gestures.brush !== undefined && hasSignal(result.view, BRUSH_PIXELS);
  drawing.brush = brushes ? holdBrush(result.view, host, touch, now, choose) : null;
  const unclick = holdClicks(result.view, touch, now, choose);
  const { series, view } = subject;
  const unnear =
    view.type === "line" ? followNear(result.view, host, touch, series?.key ?? null) : () => undefined;
  drawing.end = () => {
    drawing.brush?.end();
    unclick();
    unnear();
    unfollow();
    result.finalize();
    showTooltip(null, null, null, null);
    host.remove();
  };
  return drawing;
}

/** Drawn anew out of sight: with vega's own legend, and without what the pointer does to it. */
async function takePicture(
  { subject, scene, size: drawn }: Drawing,
  element: HTMLElement,
  kind: "png" | "svg",
  title: string,
): Promise<Blob> {
  const { view, insight, look } = subject;
  const size = { width: Math.max(480, drawn.width), height: Math.max(260, drawn.height) };
  const ready = readySpec(view, insight.metadata.columns, scene.data, look, size);
  const palette = readPalette(element);
  const host = document.createElement("div");
  const encoding = (ready.spec.encoding ?? {}) as Encoding;
  const { color } = encoding;
  if (color?.legend && subject.only) color.legend = { ...(color.legend as object), values: subject.only };
  const still = { ...scene, gestures: {}, encoding };
  const result = await embedSpec(host, subject, still, ready, palette, "svg");
  try {
    return await pictureOf(result.view, kind, title, palette);
  } finally {
    result.finalize();
  }
}

function colorsOf({ view, subject }: Drawing): Map<string, string> {
  if (!subject.series) return new Map();
  const scale = view.scale("color") as (name: string) => string;
  return new Map(subject.series.names.map((name) => [name, scale(name)]));
}

/** In whole pixels, as an element tells its own. */
function atLeast({ width, height }: Size): Size {
  return { width: Math.max(120, Math.round(width)), height: Math.max(80, Math.round(height)) };
}

function resize(drawing: Drawing, { width, height }: Size): void {
  const { view, brush, host, size } = drawing;
  if (size.width === width && size.height === height) return;
  drawing.size = { width, height };
  void view
    .width(width)
    .height(height)
    .runAsync()
    .then(() => {
      keepGradients(host);
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
