import { expect, test } from "vitest";
import { phrase, subject } from "./tools";
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

test("a dry run says its bytes", () => {
  const dryRuns = [{ query: "q", bytes: 6_735_520, limit: 100_000_000, ok: true }];
  expect(subject(step({ dryRuns }))).toBe("6.7 MB of 100 MB allowed");
});
