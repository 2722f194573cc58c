import { expect, test } from "vitest";
import type { ViewSpec } from "../api/types";
import { chartRows } from "./chartRows";
import { nextShown, onlyShown, readSeries } from "./series";

const INFO = [
  { name: "props.color", type: "text" },
  { name: "props.n", type: "integer" },
];
const DATA = chartRows({ "props.color": ["b", "a", null, "b"], "props.n": [3, 1, 2, 4] }, INFO);

function read(color: Record<string, unknown>, rest: Record<string, unknown> = {}) {
  const encoding = { color: { field: "props\\.color", type: "nominal", ...color } };
  return readSeries({ type: "line", vega_lite: { encoding, ...rest } } as unknown as ViewSpec, INFO, DATA);
}

test("series stand in the order of vega's colours, those without a name last", () => {
  expect(read({ sort: "ascending", title: "Carrier" })).toEqual({
    key: "props.color",
    names: ["a", "b", "(none)"],
    title: "Carrier",
    orient: "right",
  });
  expect(read({ sort: null })?.names).toEqual(["b", "a", "(none)"]);
  expect(read({ title: "Carrier", legend: { orient: "top", title: null } })).toMatchObject({
    title: null,
    orient: "top",
  });
});

test("a legend that only vega can draw is left to it", () => {
  expect(read({ legend: null })).toBeNull();
  expect(read({ legend: { labelExpr: "datum.label" } })).toBeNull();
  expect(read({ scale: { domain: ["a"] } })).toBeNull();
  expect(read({ sort: "descending" })).toBeNull();
  expect(read({ field: "props\\.n", type: "quantitative" })).toBeNull();
  expect(read({ field: "props\\.n", type: "ordinal" })).toBeNull();
  expect(read({}, { transform: [{}] })).toBeNull();
  expect(read({ sort: { field: "props\\.n", op: "max" } })).toBeNull();
  expect(read({}, { hconcat: [] })).toBeNull();
});

test("hidden series leave the rows", () => {
  const series = read({});
  expect(onlyShown(DATA, series, ["b"]).rows.map((row) => row["props.n"])).toEqual([3, 4]);
  expect(onlyShown(DATA, series, ["(none)"]).rows).toHaveLength(1);
  expect(onlyShown(DATA, series, null)).toBe(DATA);
});

test("a click isolates, shift adds and takes away, and nothing hidden is everything shown", () => {
  const names = ["a", "b", "c"];
  expect(nextShown(names, null, "b", false)).toEqual(["b"]);
  expect(nextShown(names, ["b"], "b", false)).toBeNull();
  expect(nextShown(names, ["a", "b"], "b", false)).toEqual(["b"]);
  expect(nextShown(names, null, "b", true)).toEqual(["a", "c"]);
  expect(nextShown(names, ["a"], "c", true)).toEqual(["a", "c"]);
  expect(nextShown(names, ["a", "c"], "b", true)).toBeNull();
  expect(nextShown(names, ["a"], "a", true)).toBeNull();
  expect(nextShown(names, ["gone"], "a", true)).toEqual(["a"]);
});

test("names stand in the order of their totals where the chart's do, and only those it keeps", () => {
  const sort = { field: "props\\.n", op: "sum", order: "descending" };
  expect(read({ sort })?.names).toEqual(["b", "(none)", "a"]);
  const top = (groupby: string, lte: number) => [
    { joinaggregate: [{ op: "sum", field: "props\\.n", as: "__total" }], groupby: [groupby] },
    { window: [] },
    { filter: { field: "__rank", lte } },
  ];
  expect(read({}, { transform: top("props\\.color", 2) })?.names).toEqual(["b", "(none)"]);
  expect(read({}, { transform: top("props\\.n", 4) })?.names).toHaveLength(3);
  expect(read({}, { transform: top("props\\.n", 3) })).toBeNull();
});
