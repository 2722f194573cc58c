import { describe, expect, it } from "vitest";
import { Outline } from "./outline";
import { type Problem, readProblems, spanOf, tally, units } from "./problems";

const problem = (place: Partial<Problem>): Problem => ({
  code: "c",
  message: "m",
  hint: null,
  path: null,
  line: null,
  column: null,
  severity: "error",
  ...place,
});
function marked(text: string, place: Partial<Problem>): string {
  const { from, to } = spanOf(text, problem(place), new Outline(text));
  return text.slice(from, to);
}

describe("spanOf", () => {
  const text = "title: 🛫🛬 flights\nviews:\n  trend: {type: lien}\n\nlast: 1";

  it("marks the word at a place", () => {
    expect(marked(text, { line: 3, column: 17 })).toBe("lien");
    expect(marked(text, { line: 3, column: 3 })).toBe("trend");
  });

  it("counts in code points, as the server does, not in UTF-16 units", () => {
    expect(marked(text, { line: 1, column: 11 })).toBe("flights");
    expect(units("🛫🛬a", 2)).toBe(4);
    expect(units("ab", 9)).toBe(2);
  });

  it("stays within a text that has changed meanwhile", () => {
    for (const line of [-1, 0, 4, 99])
      for (const column of [-1, 0, 99, null]) {
        const { from, to } = spanOf(text, problem({ line, column }), new Outline(text));
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThanOrEqual(from);
        expect(to).toBeLessThanOrEqual(text.length);
      }
    expect(spanOf("", problem({ line: 1, column: 1 }), new Outline(""))).toEqual({ from: 0, to: 0 });
  });

  it("finds what has only a path, and marks the line where the column is past its end", () => {
    expect(marked(text, { path: "/views/trend/type" })).toBe("trend");
    expect(marked(text, { line: 2, column: 40 })).toBe("views:");
  });
});

describe("readProblems", () => {
  it("takes what is a finding and leaves the rest", () => {
    const found = readProblems(
      [{ message: "no", line: 2, column: "x", hint: "h" }, null, 3, { code: "c" }],
      "warning",
    );
    expect(found).toEqual([
      { code: "problem", message: "no", hint: "h", path: null, line: 2, column: null, severity: "warning" },
    ]);
  });

  it("is counted in words", () => {
    expect(tally([])).toBe("No problems");
    expect(tally([problem({}), problem({})])).toBe("2 problems");
    expect(tally([problem({}), problem({ severity: "warning" })])).toBe("1 problem, 1 warning");
  });
});
