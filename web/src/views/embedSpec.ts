import type { Spec as VegaSpec } from "vega";
import embed, { type Result, type VisualizationSpec } from "vega-embed";
import { chartConfig, type Palette } from "./chartTheme";
import { expressions } from "./expressions";
import { PICKED, withLegend } from "./gestureSpec";
import { REST_COLOR } from "./rest";
import { pickedTexts, type Scene } from "./scene";
import { NEAR, onlyShown, SERIES, type Series, withSeries } from "./series";
import { showTooltip } from "./tooltip";
import type { Ready } from "./vegaSpec";

export const DATASET = "insight";

/** A chart may load nothing: its data is handed to it. */
const noLoader = {
  load: () => Promise.reject(new Error("A chart cannot load files or addresses.")),
  sanitize: () => Promise.reject(new Error("A chart cannot link to files or addresses.")),
  http: () => Promise.reject(new Error("A chart cannot load addresses.")),
  file: () => Promise.reject(new Error("A chart cannot load files.")),
};

/** Draws a ready specification in `host`, with expressions interpreted as the page's policy demands. */
export function embedSpec(
  host: HTMLElement,
  { series = null, only = null }: { series?: Series | null; only?: readonly string[] | null },
  scene: Scene,
  ready: Ready,
  palette: Palette,
  renderer: "canvas" | "svg",
): Promise<Result> {
  const rows = onlyShown(scene.data, series, only).rows;
  const signals = {
    ...ready.signals,
    [PICKED]: pickedTexts(scene),
    [NEAR]: null,
    [REST_COLOR]: palette.rest,
    [SERIES]: series?.names ?? [],
  };
  return embed(host, ready.spec as unknown as VisualizationSpec, {
    mode: "vega-lite",
    ast: true,
    expr: expressions,
    actions: false,
    defaultStyle: false,
    renderer,
    // biome-ignore lint/suspicious/noExplicitAny: vega's Config type and vega-lite's disagree on one optional field
    config: chartConfig(palette) as any,
    loader: noLoader,
    patch: (spec) =>
      withLegend(
        withSeries(withoutBrushWords(withData(spec, rows, signals)), series, palette),
        scene.gestures,
        scene.encoding,
      ),
    tooltip: showTooltip,
  });
}

/** The rows as they are: vega-lite would have each time in them read anew. */
export function withData(
  spec: VegaSpec,
  rows: readonly unknown[],
  signals: Record<string, unknown>,
): VegaSpec {
  const sets = (spec.data ?? []).map((set) =>
    set.name === DATASET ? ({ ...set, format: undefined, values: rows } as typeof set) : set,
  );
  const made = Object.entries(signals).map(([name, value]) => ({ name, value }));
  return { ...spec, data: sets, signals: [...(spec.signals ?? []), ...made] } as VegaSpec;
}

/** The brush's own marks are said by the view's words; a reader of the marks is to find the data only. */
function withoutBrushWords(spec: VegaSpec): VegaSpec {
  const marks = (spec.marks ?? []).map((mark) =>
    /_brush(_bg)?$/.test(mark.name ?? "") ? { ...mark, aria: false } : mark,
  );
  return { ...spec, marks } as VegaSpec;
}
