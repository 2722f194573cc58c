import { describe, expect, test } from "vitest";
import { parseTime, rowCount, sortedOrder } from "./rows";

describe("parseTime", () => {
  test("keeps the wall clock of a time without a zone", () => {
    expect(parseTime("2013-03-31T02:30:00.250")).toEqual(new Date("2013-03-31T02:30:00.250Z"));
    expect(parseTime("2013-03-31 02:30:00")).toEqual(new Date("2013-03-31T02:30:00Z"));
  });
  test("knows leap days and early years", () => {
    expect(parseTime("2024-02-29")?.toISOString()).toBe("2024-02-29T00:00:00.000Z");
    expect(parseTime("0099-12-31")?.toISOString()).toBe("0099-12-31T00:00:00.000Z");
  });
  test("reads a zone, and refuses what is no time", () => {
    expect(parseTime("2013-01-01T00:00:00Z")?.toISOString()).toBe("2013-01-01T00:00:00.000Z");
    expect(parseTime("soon")).toBeNull();
    expect(parseTime(true)).toBeNull();
    expect(parseTime(Number.NaN)).toBeNull();
  });
});

describe("sortedOrder", () => {
  test("sorts numbers as numbers even when they are text, nulls last", () => {
    expect(sortedOrder(["10", null, "9", "100"], "decimal", false)).toEqual([2, 0, 3, 1]);
    expect(sortedOrder(["10", null, "9", "100"], "decimal", true)).toEqual([3, 0, 2, 1]);
  });
  test("sorts names as people do, times as they are, nulls last both ways", () => {
    expect(sortedOrder(["b 10", "a", "b 9", null], "text", false)).toEqual([1, 2, 0, 3]);
    expect(sortedOrder(["b 10", "a", "b 9", null], "text", true)).toEqual([0, 2, 1, 3]);
    expect(sortedOrder(["2013-02-01", null, "0099-01-01"], "date", true)).toEqual([0, 2, 1]);
  });
  test("sorts many distinct values", () => {
    const many = Array.from({ length: 6000 }, (_, index) => `n${String(5999 - index).padStart(5, "0")}`);
    expect(sortedOrder(many, "text", false)[0]).toBe(5999);
  });
  test("keeps equal values in order", () => {
    expect(sortedOrder(["b", "a", "b", "a"], "text", false)).toEqual([1, 3, 0, 2]);
  });
});

test("rowCount of nothing is 0", () => {
  expect(rowCount({})).toBe(0);
  expect(rowCount({ a: [1, 2], b: [] })).toBe(2);
});
