import type { Spec as VegaSpec, View } from "vega";
import embed, { type VisualizationSpec } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import type { Insight, ViewSpec } from "../api/types";
import { chartConfig, readPalette } from "./chartTheme";
import { type Row, toRows } from "./rows";
import { showTooltip } from "./tooltip";
import { readySpec } from "./vegaSpec";

export interface Drawing {
  /** Takes on the size of its element. */
  fit: () => void;
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

/** Draws a view into an element. Rejects when its specification cannot be drawn. */
export async function drawChart(
  element: HTMLElement,
  view: ViewSpec,
  insight: Insight,
  look: string | null,
): Promise<Drawing> {
  const rows = toRows(insight.data, insight.metadata.columns);
  const palette = readPalette(element);
  const host = document.createElement("div");
  host.className = "chart-host";
  element.replaceChildren(host);
  const spec = readySpec(view, insight.metadata.columns, rows, look, sizeOf(element));
  const result = await embed(host, spec as unknown as VisualizationSpec, {
    mode: "vega-lite",
    ast: true,
    expr: expressionInterpreter,
    actions: false,
    defaultStyle: false,
    renderer: rows.length > MANY_MARKS ? "canvas" : "svg",
    // biome-ignore lint/suspicious/noExplicitAny: vega's Config type and vega-lite's disagree on one optional field
    config: chartConfig(palette) as any,
    loader: noLoader,
    patch: (spec) => withRows(spec, rows),
    tooltip: showTooltip,
  });
  return {
    fit: () => resize(result.view, element),
    end: () => {
      result.finalize();
      showTooltip(null, null, null, null);
      host.remove();
    },
  };
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(120, element.clientWidth), height: Math.max(80, element.clientHeight) };
}

function resize(view: View, element: HTMLElement): void {
  const { width, height } = sizeOf(element);
  if (view.width() === width && view.height() === height) return;
  void view.width(width).height(height).runAsync();
}

function withRows(spec: VegaSpec, rows: Row[]): VegaSpec {
  const data = (spec.data ?? []).map((set) => (set.name === DATASET ? { ...set, values: rows } : set));
  return { ...spec, data } as VegaSpec;
}
