import { expect, test } from "vitest";
import type { InputSpec, ViewSpec } from "../api/types";
import { followUps } from "./followUps";

const view = (type: string, ...fields: [string, string, string][]): ViewSpec => ({
  name: type,
  type,
  title: null,
  insight: "i",
  vega_lite: null,
  table: null,
  metric: null,
  text: null,
  fields: fields.map(([label, kind, channel]) => ({
    key: label,
    label,
    kind,
    certain: true,
    channels: [channel],
  })),
});
const select = (label: string): InputSpec => ({ type: "multi_select", label });

test("three changes that this dashboard invites", () => {
  const views = {
    trend: view("line", ["Month", "date", "x"], ["Delay", "number", "y"], ["Carrier", "text", "color"]),
    bars: view("bar", ["Carrier", "text", "x"]),
  };
  expect(followUps({ views, inputs: { carrier: select("Carrier"), origin: select("Origin") } })).toEqual([
    "Break it down by origin",
    "By week instead",
    "Make it a bar chart",
  ]);
  expect(followUps({ views, inputs: { carrier: select("Carrier") } })).toEqual([
    "By week instead",
    "Make it a bar chart",
    "Only the top 5",
  ]);
});

test("a dashboard of one number, or of nothing", () => {
  expect(followUps({ views: { n: view("metric") }, inputs: {} })).toEqual(["Show it as a table"]);
  expect(followUps({ views: {}, inputs: {} })).toEqual([]);
});
