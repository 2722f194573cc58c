import { describe, expect, test } from "vitest";
import type { Columns, ViewSpec } from "../api/types";
import { thin, timeFormat } from "./axes";
import { chartRows } from "./chartRows";
import { readSeries } from "./series";
import type { Encoding } from "./spec";
import { readySpec } from "./vegaSpec";

const rowsOf = (columns: Columns, type = "text") =>
  chartRows(
    columns,
    Object.keys(columns).map((name) => ({ name, type })),
  );

const size = { width: 800, height: 300 };
const field = (key: string, channel: string, kind: string, certain = false) => ({
  key,
  label: key,
  kind,
  certain,
  channels: [channel],
});

function ready(
  type: string,
  x: Record<string, unknown>,
  columnType: string,
  values: unknown[],
  certain = false,
) {
  const view = {
    type,
    vega_lite: {
      usermeta: { embedOptions: {} },
      data: { name: "insight" },
      encoding: { x: { field: "props\\.x", ...x } },
    },
    fields: [field("props.x", "x", String(x.type), certain)],
  } as unknown as ViewSpec;
  const rows = rowsOf({ "props.x": values }, columnType);
  const made = readySpec(view, [{ name: "props.x", type: columnType }], rows, "neutral", size);
  return { ...made.spec, signals: made.signals } as unknown as {
    signals: Record<string, unknown>;
    usermeta?: unknown;
    width: number;
    encoding: { x: Record<string, unknown> & { axis: Record<string, unknown> } };
  };
}

describe("readySpec", () => {
  test("takes the size and drops what could change how it is embedded", () => {
    const spec = ready("bar", { type: "nominal" }, "text", ["a"]);
    expect(spec.width).toBe(800);
    expect(spec.usermeta).toBeUndefined();
  });

  test("settles an uncertain kind by the data, and leaves a certain one", () => {
    expect(ready("line", { type: "nominal" }, "date", []).encoding.x).toMatchObject({
      type: "temporal",
      scale: { type: "utc" },
    });
    expect(ready("line", { type: "temporal", scale: {} }, "text", ["a"]).encoding.x.type).toBe("nominal");
    expect(ready("bar", { type: "nominal" }, "integer", [1]).encoding.x.type).toBe("nominal");
    expect(ready("line", { type: "nominal" }, "integer", [1]).encoding.x.type).toBe("quantitative");
    expect(ready("line", { type: "nominal" }, "date", [], true).encoding.x.type).toBe("nominal");
  });

  test("puts ticks at the data's own times", () => {
    const times = [new Date(3e9), new Date(1e9), new Date(1e9), null];
    const made = ready("line", { type: "temporal" }, "date", times);
    expect(made.encoding.x.axis.values).toEqual({ expr: "tick_times" });
    expect(made.signals).toEqual({ tick_times: [1e9, 3e9], tick_format: "%-d %b %H:%M" });
    const many = Array.from({ length: 61 }, (_, day) => new Date(day * 864e5));
    expect(ready("line", { type: "temporal" }, "date", many).signals.tick_times).toBeNull();
  });

  test("slants labels that do not fit", () => {
    expect(ready("bar", { type: "nominal" }, "text", ["AA", "UA"]).encoding.x.axis.labelAngle).toBe(0);
    const long = Array.from({ length: 16 }, (_, n) => `A rather long airline name ${n}`);
    expect(ready("bar", { type: "nominal" }, "text", long).encoding.x.axis.labelAngle).toBe(-40);
  });

  test("lays bars with long names down where there is height for them", () => {
    const encoding = {
      x: { field: "name", type: "nominal", sort: null },
      y: { field: "n", type: "quantitative", stack: null },
    };
    const view = { type: "bar", vega_lite: { encoding } } as unknown as ViewSpec;
    const numbers = Array.from({ length: 10 }, (_, n) => n);
    const rows = rowsOf({ name: numbers.map((n) => `A rather long airline name ${n}`), n: numbers });
    const laid = readySpec(view, [], rows, null, size).spec.encoding as Record<
      string,
      Record<string, unknown>
    >;
    expect([laid.x?.field, laid.y?.field, laid.y?.sort]).toEqual(["n", "name", null]);
    const flat = readySpec(view, [], rows, null, { width: 800, height: 100 }).spec.encoding as typeof laid;
    expect(flat.x?.field).toBe("name");
    expect(laid.x?.axis).toBeUndefined();
    const narrow = readySpec(view, [], rows, null, { width: 330, height: 300 }).spec.encoding as typeof laid;
    expect(narrow.x?.axis).toEqual({ tickCount: 4 });
  });

  test("leaves the legend out where it stands beside the chart, and lets a series stand out", () => {
    const encoding = { color: { field: "carrier", type: "nominal", legend: { orient: "top" } } };
    const view = { type: "line", vega_lite: { encoding } } as unknown as ViewSpec;
    const rows = rowsOf({ carrier: ["United Air Lines"] });
    const drawn = (subject: ViewSpec, series: ReturnType<typeof readSeries>) =>
      readySpec(subject, [], rows, null, size, {}, series).spec as { encoding: typeof encoding & Encoding };
    expect(drawn(view, null).encoding.color.legend).toEqual({ orient: "top", columns: 5 });
    const series = readSeries(view, [], rows);
    expect(drawn(view, series).encoding.color.legend).toBeNull();
    expect(drawn(view, series).encoding.opacity).toMatchObject({ value: 1 });
    const own = { encoding: { ...encoding, opacity: { value: 0.5 } } };
    const kept = drawn({ type: "line", vega_lite: own } as unknown as ViewSpec, series);
    expect(kept.encoding.opacity).toEqual({ value: 0.5 });
  });

  test("shows the points of a line only where there is room for them", () => {
    const many = Array.from({ length: 200 }, (_, index) => index);
    const view = {
      type: "line",
      vega_lite: {
        mark: { type: "line", point: { size: 24 } },
        encoding: { x: { field: "n", type: "quantitative" } },
      },
    } as unknown as ViewSpec;
    const pointOf = (width: number) =>
      readySpec(view, [], rowsOf({ n: many }, "integer"), null, { width, height: 300 }).spec.mark;
    expect(pointOf(2000)).toMatchObject({ point: { size: 24 } });
    expect(pointOf(800)).toMatchObject({ point: { size: 3 } });
  });

  test("keeps a theme's colours only where the theme is not neutral", () => {
    const view = {
      type: "bar",
      vega_lite: { config: { mark: { color: "red" }, timeFormat: "%Y" } },
    } as unknown as ViewSpec;
    expect(readySpec(view, [], rowsOf({}), "neutral", size).spec.config).toEqual({ timeFormat: "%Y" });
    expect(readySpec(view, [], rowsOf({}), "amber", size).spec.config).toEqual({
      timeFormat: "%Y",
      mark: { color: "red" },
    });
  });

  test("leaves composed charts their own size", () => {
    const view = { type: "bar", vega_lite: { hconcat: [] } } as unknown as ViewSpec;
    expect(readySpec(view, [], rowsOf({}), null, size).spec).not.toHaveProperty("width");
  });
});

test("thin keeps every n-th", () => {
  expect(thin([1, 2, 3, 4, 5, 6, 7], 4)).toEqual([1, 3, 5, 7]);
  expect(thin([1, 2], 10)).toEqual([1, 2]);
});

test("times are named by how fine they are", () => {
  const at = (...dates: string[]) => timeFormat(dates.map((date) => Date.parse(`${date}Z`)));
  expect(at("2013-01-01T00:00", "2014-01-01T00:00")).toBe("%Y");
  expect(at("2013-01-01T00:00", "2013-02-01T00:00")).toBe("%b %Y");
  expect(at("2013-01-01T00:00", "2013-01-08T00:00")).toBe("%-d %b");
  expect(at("2013-01-01T06:00")).toBe("%-d %b %H:%M");
});

test("bars that lie down keep the title of their names for readers, and do not draw it", () => {
  const names = Array.from({ length: 12 }, (_, at) => `A name too long to stand beside others ${at}`);
  const view = {
    type: "bar",
    vega_lite: {
      encoding: {
        x: { field: "props\\.x", type: "nominal", title: "Carrier" },
        y: { field: "props\\.y", type: "quantitative", title: "Delay" },
      },
    },
    fields: [],
  } as unknown as ViewSpec;
  const columns = [
    { name: "props.x", type: "text" },
    { name: "props.y", type: "float" },
  ];
  const rows = rowsOf({ "props.x": names, "props.y": names.map(() => 1) });
  const { encoding } = readySpec(view, columns, rows, "neutral", size).spec as unknown as {
    encoding: Encoding;
  };
  expect(encoding.y).toMatchObject({ title: "Carrier", axis: { title: null } });
});
