import { expect, test } from "vitest";
import { chartRows } from "./chartRows";
import { REST_COLOR, setRestApart } from "./rest";
import { type Series, withSeries } from "./series";
import type { Encoding } from "./spec";

function coloured(names: string[], encoding: Encoding): unknown {
  const data = chartRows({ "props.y": names }, [{ name: "props.y", type: "text" }]);
  setRestApart(encoding, data);
  return encoding.color;
}

const NAMES = { field: "props\\.y", type: "nominal" };

test("the bar of the rest has a colour of its own, where bars have one for all", () => {
  const x = { field: "props\\.n", type: "quantitative" };
  expect(coloured(["a", "b", "Other"], { x, y: { ...NAMES } })).toEqual({
    condition: { test: 'datum["props.y"] === "Other"', value: { expr: REST_COLOR } },
  });
  expect(coloured(["a", "b"], { x, y: { ...NAMES } })).toBeUndefined();
  expect(coloured(["Other"], { x, y: { ...NAMES } })).toBeUndefined();
  expect(coloured(["a", "Other"], { x, y: { ...NAMES, type: "temporal" } })).toBeUndefined();
  const color = { field: "props\\.y", type: "nominal" };
  expect(coloured(["a", "Other"], { x, y: { ...NAMES }, color })).toBe(color);
});

test("a series of the rest has it too; the others keep theirs, and an author's range stays", () => {
  const series: Series = { key: "props.y", title: null, orient: "right", names: ["a", "Other", "b"] };
  const colors = { series: ["red", "green", "blue"], rest: "grey" };
  const ranged = (range: unknown, names = series.names) => {
    const spec = {
      scales: [{ name: "color", type: "ordinal", range } as never, { name: "x", type: "linear" } as never],
    };
    return withSeries(spec, { ...series, names }, colors).scales?.map(
      (scale) => (scale as { range?: unknown }).range,
    );
  };
  expect(ranged("category")).toEqual([["red", "grey", "blue"], undefined]);
  expect(ranged("category", ["a", "b"])).toEqual(["category", undefined]);
  expect(ranged(["pink"])).toEqual([["pink"], undefined]);
});
