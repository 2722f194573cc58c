import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { describe, expect, test } from "vitest";
import type { ColumnInfo, Columns, ViewSpec } from "../api/types";
import type { InputNow } from "../inputs/inputs";
import { type ChartRows, chartRows } from "./chartRows";
import { withData } from "./embedSpec";
import { BRUSH_PIXELS, PICKED, readGestures, withLegend } from "./gestureSpec";
import { hasSignal, pickedTexts } from "./scene";
import type { Encoding } from "./spec";
import { readySpec } from "./vegaSpec";
import { xAxisOf } from "./xAxis";

const TIME = { field: "props\\.x", type: "temporal", scale: { type: "utc" } };
const Y = { field: "props\\.y", type: "quantitative" };
const COLOR = { field: "props\\.color", type: "nominal", sort: "ascending" };
const INFO: ColumnInfo[] = [
  { name: "props.x", type: "date" },
  { name: "props.y", type: "integer" },
  { name: "props.color", type: "text" },
];
const DAYS = ["2013-01-01", "2013-01-15", "2013-03-05", "2013-06-01"];
const DATA = { "props.x": DAYS, "props.y": [1, 2, 3, 4], "props.color": ["AA", "UA", null, "null"] };

/** A chart drawn without a page, with the expressions interpreted as the page's policy demands. */
async function draw(type: string, mark: unknown, encoding: object, data: Columns = DATA, info = INFO) {
  const view = {
    type,
    vega_lite: { data: { name: "insight" }, mark, encoding },
    interact: [
      { on: "brush", input: "period", prop: "props.x" },
      { on: "click", input: "carrier", prop: "props.color" },
    ],
  } as unknown as ViewSpec;
  const rows = chartRows(data, info);
  const size = { width: 800, height: 300 };
  const { spec, signals } = readySpec(view, info, rows, null, size, readGestures(view.interact));
  const compiled = compile(spec as unknown as TopLevelSpec, { logger: vega.logger(vega.Error) }).spec;
  const gestures = readGestures(view.interact);
  const filled = withLegend(
    withData(compiled, rows.rows, { ...signals, [PICKED]: null }),
    gestures,
    spec.encoding as Encoding,
  );
  const drawn = new vega.View(vega.parse(filled, {}, { ast: true }), {
    expr: expressionInterpreter,
    renderer: "none",
  } as vega.ViewOptions);
  await drawn.runAsync();
  return { drawn, rows, x: (spec.encoding as Record<string, { type?: string }>).x, signals };
}

interface Scene {
  marktype?: string;
  role?: string;
  items?: (Scene & { opacity?: number; datum?: Record<string, unknown>; fill?: string; stroke?: string })[];
}

function marksOf(drawn: vega.View, marktype: string): NonNullable<Scene["items"]> {
  const found: NonNullable<Scene["items"]> = [];
  const visit = (scene: Scene) => {
    if (scene.marktype === marktype && scene.role === "mark") found.push(...(scene.items ?? []));
    for (const item of scene.items ?? []) visit(item);
  };
  visit((drawn.scenegraph() as unknown as { root: Scene }).root);
  return found.filter((item) => item.datum && "props.color" in item.datum);
}

const CHARTS: [string, unknown, object][] = [
  ["line", { type: "line", point: { size: 24 } }, { x: TIME, y: Y, color: COLOR }],
  ["area", { type: "area", line: true, opacity: 0.8 }, { x: TIME, y: { ...Y, stack: "zero" }, color: COLOR }],
  ["bar", { type: "bar" }, { x: { ...TIME, timeUnit: "utcyearmonth" }, y: Y, color: COLOR }],
  ["scatter", { type: "point", filled: true }, { x: TIME, y: Y, color: COLOR }],
  ["heatmap", { type: "rect" }, { x: { ...TIME, timeUnit: "utcyearmonth" }, y: COLOR, color: Y }],
];

describe.each(CHARTS)("%s", (type, mark, encoding) => {
  test("takes a brush along x, whose pixels are days", async () => {
    const { drawn, x } = await draw(type, mark, encoding);
    expect(hasSignal(drawn, BRUSH_PIXELS)).toBe(true);
    drawn.signal(BRUSH_PIXELS, [10, 200]);
    await drawn.runAsync();
    expect(drawn.data("brush_store")).toHaveLength(1);
    const axis = xAxisOf(drawn, x ?? {}, [], false);
    expect(axis?.kind).toBe("time");
    expect(new Date(axis?.toValue(1) ?? 0).getUTCFullYear()).toBe(2013);
    drawn.signal(BRUSH_PIXELS, [0, 0]);
    await drawn.runAsync();
    expect(drawn.data("brush_store")).toHaveLength(0);
    drawn.finalize();
  });

  test("leaves chosen marks full and others pale", async () => {
    const { drawn } = await draw(type, mark, encoding);
    const marktype =
      { line: "symbol", area: "area", bar: "rect", scatter: "symbol", heatmap: "rect" }[type] ?? "";
    const opacities = () =>
      new Map(marksOf(drawn, marktype).map((it) => [it.datum?.["props.color"], it.opacity]));
    const full = type === "area" ? 0.8 : 1;
    expect([...opacities().values()].every((one) => one === full)).toBe(true);
    drawn.signal(PICKED, ["null"]);
    await drawn.runAsync();
    expect(opacities().get("null")).toBe(full);
    expect(opacities().get("(none)")).toBeLessThan(full / 2);
    expect(opacities().get("AA")).toBeLessThan(full / 2);
    drawn.finalize();
  });
});

test("a brush outlives new data, and scales and ticks follow it", async () => {
  const { drawn } = await draw("line", { type: "line" }, { x: TIME, y: Y });
  drawn.signal(BRUSH_PIXELS, [10, 200]);
  await drawn.runAsync();
  const next = chartRows({ "props.x": ["2013-01-01", "2013-06-01"], "props.y": [100, 900] }, INFO);
  drawn.data("insight", next.rows);
  drawn.signal("tick_times", [Date.UTC(2013, 0, 1)]);
  await drawn.runAsync();
  expect((drawn.scale("y") as { domain: () => number[] }).domain()[1]).toBeGreaterThanOrEqual(900);
  expect(drawn.data("brush_store")).toHaveLength(1);
  drawn.finalize();
});

test("NULL has a place of its own in the legend, after the names", async () => {
  const { drawn } = await draw("line", { type: "line" }, { x: TIME, y: Y, color: COLOR });
  const scale = drawn.scale("color") as { domain: () => string[]; (value: string): string };
  expect(scale.domain()).toEqual(["AA", "UA", "null", "(none)"]);
  expect(new Set(scale.domain().map((name) => scale(name))).size).toBe(4);
  drawn.finalize();
});

test("chosen days are found among times", () => {
  const input: InputNow = {
    name: "m",
    label: "Month",
    spec: { type: "multi_select" },
    value: ["2013-01-01"],
    options: [],
    known: true,
  };
  const gestures = readGestures([{ on: "click", input: "m", prop: "props.x" }]);
  const scene = (data: ChartRows) => ({
    gestures,
    inputs: { m: input },
    data,
    encoding: {},
    brushesItself: false,
  });
  expect(pickedTexts(scene(chartRows(DATA, INFO)))).toEqual([String(Date.UTC(2013, 0, 1))]);
  expect(pickedTexts(scene(chartRows({ "props.x": ["2013-01-01"] }, [])))).toEqual(["2013-01-01"]);
  const open = { ...scene(chartRows({}, [])), inputs: { m: { ...input, value: "all" } } };
  expect(pickedTexts(open)).toBeNull();
});
