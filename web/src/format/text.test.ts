import { describe, expect, test } from "vitest";
import { ago, bytes, count, humanise, moment, number } from "./text";

test("bytes are human-readable", () => {
  expect([0, 812, 999_999, 4_200_000, 100_000_000, null].map(bytes)).toEqual([
    "0 B",
    "812 B",
    "1000 kB",
    "4.2 MB",
    "100 MB",
    "unknown",
  ]);
});

describe("number", () => {
  test("follows a d3 pattern", () => {
    expect(number(12.345, ",.1f")).toBe("12.3");
    expect(number(0.256, ".1%")).toBe("25.6%");
  });
  test("groups and rounds without one, or with a broken one", () => {
    expect(number(336776)).toBe("336,776");
    expect(number(12.6391)).toBe("12.64");
    expect(number(-4.5, "nonsense{")).toBe("−4.5");
  });
  test("shows a dash for what is no number", () => {
    expect(number(Number.NaN)).toBe("–");
  });
});

test("moment is short", () => {
  const now = new Date(2026, 10, 21, 15, 0);
  expect(moment(new Date(2026, 10, 21, 9, 5).toISOString(), now)).toBe("09:05");
  expect(moment(new Date(2026, 2, 3).toISOString(), now)).toBe("3 Mar");
  expect(moment("soon", now)).toBe("soon");
});

test("names and counts read as words", () => {
  expect(humanise("props.dep_delay")).toBe("dep delay");
  expect(count(1, "row")).toBe("1 row");
  expect(count(1200, "row")).toBe("1,200 rows");
});

test("ago says how fresh an answer is", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  const before = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now);
  expect([-30, 0, 59, 60, 3599, 3600, 86_399].map(before)).toEqual([
    "just now",
    "just now",
    "just now",
    "1 min ago",
    "59 min ago",
    "1 h ago",
    "23 h ago",
  ]);
  expect(before(3 * 86_400)).toBe("17 Nov");
  expect(ago("soon", now)).toBe("soon");
});
