export interface Palette {
  ink: string;
  quiet: string;
  line: string;
  surface: string;
  accent: string;
  /** Of what is small together. */
  rest: string;
  series: string[];
  ramp: string[];
}

const SERIES = 16;
const RAMP = 5;

/** The page's colours as the style sheet has them now. */
export function readPalette(element: Element): Palette {
  const styles = getComputedStyle(element);
  const read = (name: string) => styles.getPropertyValue(name).trim();
  const numbered = (prefix: string, n: number) =>
    Array.from({ length: n }, (_, index) => read(`${prefix}${index + 1}`));
  return {
    ink: read("--ink"),
    quiet: read("--ink-3"),
    line: read("--line"),
    surface: read("--surface"),
    accent: read("--accent"),
    rest: read("--rest"),
    series: numbered("--series-", SERIES),
    ramp: numbered("--ramp-", RAMP),
  };
}

const FONT = '"Inter", system-ui, sans-serif';

/** One look for every chart: no frame, light grid lines across, quiet labels, the accent for a single series. */
export function chartConfig({
  ink,
  quiet,
  line,
  surface,
  accent,
  series,
  ramp,
}: Palette): Record<string, unknown> {
  const text = { labelFont: FONT, titleFont: FONT, labelColor: quiet, titleColor: quiet };
  return {
    background: "transparent",
    font: FONT,
    padding: { left: 2, right: 8, top: 6, bottom: 2 },
    view: { stroke: null },
    axis: {
      ...text,
      labelFontSize: 11.5,
      titleFontSize: 11.5,
      titleFontWeight: 500,
      titlePadding: 10,
      labelPadding: 6,
      labelLimit: 160,
      domain: false,
      ticks: false,
      gridColor: line,
      gridWidth: 1,
    },
    axisX: {
      grid: false,
      domain: true,
      domainColor: line,
      labelFlush: true,
      labelOverlap: "greedy",
      labelSeparation: 6,
    },
    // Beside long names the room below is short: the title ends where the axis does.
    axisXQuantitative: {
      tickCount: 7,
      grid: true,
      domain: false,
      labelOverlap: "parity",
      titleAnchor: "end",
    },
    axisY: { tickCount: 5, titleLimit: 220 },
    axisBand: { labelFlush: false },
    legend: {
      ...text,
      labelFontSize: 12,
      titleFontSize: 11.5,
      titleFontWeight: 500,
      symbolSize: 70,
      symbolStrokeWidth: 2,
      rowPadding: 5,
      labelLimit: 140,
      titleLimit: 190,
      gradientThickness: 8,
      gradientOpacity: 1,
    },
    range: { category: series, ordinal: { scheme: ramp }, ramp, heatmap: ramp },
    mark: { color: accent, tooltip: true },
    line: { strokeWidth: 2, strokeCap: "round", strokeJoin: "round" },
    area: { line: true, fillOpacity: 0.18 },
    bar: { cornerRadiusEnd: 2 },
    point: { filled: true, size: 42, opacity: 0.75 },
    arc: { stroke: surface, strokeWidth: 2 },
    rect: { stroke: surface, strokeWidth: 1 },
    text: { font: FONT, color: ink },
    title: { font: FONT, color: ink },
    selection: {
      interval: {
        mark: {
          fill: ink,
          fillOpacity: 0.06,
          stroke: quiet,
          strokeOpacity: 0.45,
          strokeWidth: 1,
          cursor: "grab",
        },
      },
    },
  };
}
