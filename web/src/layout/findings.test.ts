import { expect, test } from "vitest";
import type { Problem } from "../editor/problems";
import { findingAt, strayFindings, viewOf } from "./findings";

const at = (path: string | null, severity: Problem["severity"] = "error"): Problem => ({
  code: "x",
  message: path ?? "all",
  hint: null,
  path,
  line: null,
  column: null,
  severity,
});

test("a finding stands at its field", () => {
  const found = [at("/views/a/title"), at("/insights/i/props/x"), at("/views/ab/unit")];
  expect(findingAt(found, "/views/a/title")).toBe(found[0]);
  expect(findingAt(found, "/insights/i/props")).toBe(found[1]);
  expect(findingAt(found, "/views/a/unit")).toBeNull();
});

test("what no field shows is told above them", () => {
  const found = [
    at("/views/a"),
    at("/views/a/title"),
    at("/views/ab"),
    at("/insights/i/interactions/0"),
    at("/views/a/x", "warning"),
  ];
  expect(strayFindings(found, "a", "i", () => true).map((one) => one.path)).toEqual([
    "/views/a",
    "/insights/i/interactions/0",
  ]);
  expect(strayFindings(found, "a", undefined, () => false).map((one) => one.path)).toEqual([
    "/views/a",
    "/views/a/title",
  ]);
});

test("a finding leads to the view it concerns", () => {
  const views = { a: { insight: "i" }, b: { trace: "t" } };
  expect(viewOf(at("/views/b/title"), views)).toBe("b");
  expect(viewOf(at("/insights/i/query"), views)).toBe("a");
  expect(viewOf(at("/traces/t"), views)).toBe("b");
  expect(viewOf(at("/title"), views)).toBeNull();
  expect(viewOf(at(null), views)).toBeNull();
});
