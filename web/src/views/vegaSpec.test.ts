import { describe, expect, test } from "vitest";
import type { ViewSpec } from "../api/types";
import { readySpec, thin, timeFormat } from "./vegaSpec";

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
  const rows = values.map((value) => ({ "props.x": value }));
  return readySpec(view, [{ name: "props.x", type: columnType }], rows, "neutral", size) as {
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
    expect(ready("line", { type: "temporal" }, "date", times).encoding.x.axis.values).toEqual({
      expr: "[1000000000,3000000000]",
    });
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
    const rows = Array.from({ length: 10 }, (_, n) => ({ name: `A rather long airline name ${n}`, n }));
    const laid = readySpec(view, [], rows, null, size).encoding as Record<string, Record<string, unknown>>;
    expect([laid.x?.field, laid.y?.field, laid.y?.sort]).toEqual(["n", "name", null]);
    const flat = readySpec(view, [], rows, null, { width: 800, height: 100 }).encoding as typeof laid;
    expect(flat.x?.field).toBe("name");
  });

  test("lets the legend of lines pick a series, unless the author did otherwise", () => {
    const encoding = { color: { field: "carrier", type: "nominal", legend: { orient: "top" } } };
    const view = { type: "line", vega_lite: { encoding } } as unknown as ViewSpec;
    const rows = [{ carrier: "United Air Lines" }];
    const spec = readySpec(view, [], rows, null, size) as { params?: unknown[]; encoding: typeof encoding };
    expect(spec.params).toHaveLength(1);
    expect(spec.encoding.color.legend).toEqual({ orient: "top", columns: 5 });
    const own = { type: "line", vega_lite: { encoding, params: [] } } as unknown as ViewSpec;
    expect(readySpec(own, [], rows, null, size).params).toEqual([]);
  });

  test("keeps a theme's colours only where the theme is not neutral", () => {
    const view = {
      type: "bar",
      vega_lite: { config: { mark: { color: "red" }, timeFormat: "%Y" } },
    } as unknown as ViewSpec;
    expect(readySpec(view, [], [], "neutral", size).config).toEqual({ timeFormat: "%Y" });
    expect(readySpec(view, [], [], "amber", size).config).toEqual({
      timeFormat: "%Y",
      mark: { color: "red" },
    });
  });

  test("leaves composed charts their own size", () => {
    const view = { type: "bar", vega_lite: { hconcat: [] } } as unknown as ViewSpec;
    expect(readySpec(view, [], [], null, size)).not.toHaveProperty("width");
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
