import { expect, test } from "vitest";
import { failureOf, partsOf, phrase, share, subject } from "./tools";
import type { ToolStep } from "./transcript";

const step = (change: Partial<ToolStep>): ToolStep => ({
  kind: "tool",
  id: "t",
  name: "get_table_schema",
  arguments: { table_name: "main.flights" },
  state: "ok",
  summary: "19 columns",
  result: null,
  dryRuns: [],
  ...change,
});

test("a line says what was done, to what", () => {
  expect([phrase(step({})), subject(step({}))]).toEqual(["Read the schema", "main.flights, 19 columns"]);
  expect(phrase(step({ state: "running" }))).toBe("Reading the schema…");
  expect(phrase(step({ state: "failed" }))).toBe("Reading the schema failed");
  expect(phrase(step({ name: "tomorrows_tool" }))).toBe("tomorrows_tool");
  expect(subject(step({ summary: "", arguments: null }))).toBe("");
});

test("a call that a stop cut short did not fail", () => {
  const cut = step({ state: "failed", summary: "Stopped" });
  expect([phrase(cut), subject(cut), failureOf(cut)]).toEqual([
    "Reading the schema: stopped",
    "main.flights",
    null,
  ]);
});

test("a dry run says its bytes", () => {
  const dryRuns = [{ query: "q", bytes: 6_735_520, limit: 100_000_000, usd: null, ok: true }];
  expect(subject(step({ dryRuns }))).toBe("6.7 MB of 100 MB allowed");
});

test("a failure names each place and what to do there", () => {
  const problems = [
    { message: "No such column", path: "queries.q.sql", line: 7, hint: "Did you mean carrier?" },
    { message: "Too big" },
  ];
  expect(failureOf(step({ state: "failed", result: { message: "2 problems", problems } }))).toEqual({
    message: "2 problems",
    findings: [
      { place: "queries.q.sql, line 7", message: "No such column", hint: "Did you mean carrier?" },
      { place: "", message: "Too big", hint: "" },
    ],
  });
  expect(failureOf(step({ state: "failed", result: null, summary: "late" }))?.message).toBe("late");
  expect(failureOf(step({ state: "failed", result: 5, summary: "" }))?.message).toMatch(/did not come/);
  expect(failureOf(step({}))).toBeNull();
});

test("what went in and came out has titles", () => {
  const made = partsOf(step({ arguments: { sql: "SELECT 1", max_bytes_billed: 5 }, result: { ok: true } }));
  expect(made).toEqual([
    { title: "SQL", text: "SELECT 1", sql: true, short: false },
    { title: "Max bytes billed", text: "5", sql: false, short: true },
    { title: "Result", text: '{\n  "ok": true\n}', sql: false, short: true },
  ]);
  expect(partsOf(step({ arguments: "odd", summary: "", result: null }))).toEqual([]);
});

test("the share of the cap is never rounded to nothing", () => {
  const of = (bytes: number | null, limit: number | null) => share({ bytes, limit });
  expect(of(6_735_520, 100_000_000)?.text).toBe("7%");
  expect(of(1, 100_000_000)?.text).toBe("less than 1%");
  expect(of(0, 100)).toEqual({ value: 0, text: "0%" });
  expect(of(500, 100)).toEqual({ value: 1, text: "500%" });
  expect([of(null, 100), of(5, 0), of(5, null)]).toEqual([null, null, null]);
});
