import { expect, test } from "vitest";
import type { ViewSpec } from "../api/types";
import { thumbSpec } from "./thumbSpec";

const view = (vega_lite: Record<string, unknown> | null) =>
  ({
    name: "v",
    type: "line",
    interact: [{ on: "brush", input: "i", prop: "x" }],
    vega_lite,
  }) as unknown as ViewSpec;

test("a chart loses its words and gestures, not its marks; the view itself stays as it is", () => {
  const given = view({
    mark: { type: "line", point: { size: 24 }, tooltip: true },
    encoding: {
      x: { field: "a", type: "temporal", axis: { format: "%b" } },
      color: { field: "c", legend: { orient: "top" } },
    },
    config: { view: { fill: "red" }, range: { category: ["red"] } },
  });
  const before = structuredClone(given);
  const made = thumbSpec(given);
  expect(given).toEqual(before);
  expect(made.interact).toEqual([]);
  expect(made.vega_lite).toMatchObject({
    mark: { type: "line", point: false, tooltip: null },
    encoding: { x: { field: "a", axis: null }, color: { field: "c", legend: null } },
    config: { view: { fill: "red", stroke: null }, range: { category: ["red"] }, legend: { disable: true } },
  });
});

test("parts of a composed chart lose theirs too", () => {
  const made = thumbSpec(view({ layer: [{ mark: "bar", encoding: { y: { field: "b" } } }, "odd"] }));
  expect(made.vega_lite?.layer).toEqual([
    { mark: { type: "bar", tooltip: null }, encoding: { y: { field: "b", axis: null } } },
    "odd",
  ]);
});

test("a view without a chart gives an empty one", () => {
  expect(thumbSpec(view(null)).vega_lite).not.toHaveProperty("mark");
});
