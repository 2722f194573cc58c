import { expect, test } from "vitest";
import type { Columns, Insight, ViewSpec } from "../api/types";
import { readMetric } from "./metric";

function read(metric: Record<string, unknown>, data: Columns, types: Record<string, string> = {}) {
  const columns = Object.keys(data).map((name) => ({ name, type: types[name] ?? "float" }));
  const view = {
    name: "m",
    type: "metric",
    title: "M",
    insight: "i",
    vega_lite: null,
    table: null,
    metric,
    text: null,
  };
  return readMetric(view as ViewSpec, { data, metadata: { columns } } as unknown as Insight);
}

test("formats the value with its unit", () => {
  expect(read({ format: ",.1f", unit: "min" }, { "props.value": [12.639] })).toEqual({
    text: "12.6",
    unit: "min",
    delta: null,
  });
  expect(read({}, { "props.value": ["9007199254740993"] }, { "props.value": "integer" }).text).toBe(
    "9,007,199,254,740,992",
  );
  expect(read({ unit: "min" }, { "props.value": [null] })).toEqual({ text: "–", unit: null, delta: null });
  expect(read({}, { "props.value": ["JFK"] }, { "props.value": "text" }).text).toBe("JFK");
});

test("compares with the value before", () => {
  const data = { "props.value": [110], "props.compare": [100] };
  const spec = { value_key: "props.value", compare_key: "props.compare", format: ".0f" };
  expect(read({ ...spec, compare: { show: "percent", better: "down" } }, data).delta).toEqual({
    text: "10.0%",
    direction: "up",
    good: false,
    label: null,
  });
  expect(read({ ...spec, compare: { show: "delta", label: "vs May" } }, data).delta?.text).toBe("10");
  expect(read({ ...spec, compare: { show: "value" } }, data).delta?.text).toBe("100");
  expect(read(spec, { "props.value": [5], "props.compare": [0] }).delta).toBeNull();
  expect(read(spec, { "props.value": [5] }).delta).toBeNull();
});
