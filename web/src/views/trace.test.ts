import { expect, test } from "vitest";
import type { Trace } from "../api/types";
import { flattenTrace } from "./trace";

const metadata = { columns: [{ name: "props.x", type: "date" }], rows: 3 };

test("cohorts stand end to end, the rows without one last", () => {
  const trace = {
    data: { AA: { "props.x": [1, 2], n: [5, 6] }, "(none)": { "props.x": [3] } },
    null_cohort: { "props.x": [4], n: [null] },
    metadata,
  } as unknown as Trace;
  const insight = flattenTrace(trace);
  expect(insight.data).toEqual({
    "props.x": [1, 2, 3, 4],
    n: [5, 6, null, null],
    cohort: ["AA", "AA", "(none)", null],
  });
  expect(insight.metadata.split_column).toBe("cohort");
  expect(insight.metadata.columns.map((column) => column.name)).toEqual(["props.x", "cohort"]);
  expect(flattenTrace(trace)).toBe(insight);
});

test("a trace without cohorts has no rows", () => {
  const insight = flattenTrace({ data: {}, null_cohort: null, metadata } as unknown as Trace);
  expect(insight.data).toEqual({ cohort: [] });
});
