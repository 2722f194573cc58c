import { expect, test } from "vitest";
import { readDay } from "./day";

test("days are read year first, whatever stands between", () => {
  for (const text of ["2013-03-15", " 2013/03/15 ", "2013.3.15", "20130315", "2013 3 15"])
    expect(readDay(text)).toBe("2013-03-15");
  expect(readDay("2024-02-29")).toBe("2024-02-29");
});

test("what is no day, or not yet one, is none", () => {
  for (const text of [
    "",
    "2013",
    "2013-",
    "2013-3",
    "2013-03",
    "201303",
    "2013-02-29",
    "2013-13-01",
    "15/03/2013",
    "x",
  ])
    expect(readDay(text), text).toBeNull();
});
