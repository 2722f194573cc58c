import { describe, expect, test } from "vitest";
import { type Axis, brushedValue, brushPixels, stepOf, stepOfUnit } from "./brush";

const day = (iso: string) => Date.parse(`${iso}T00:00Z`);

function axis(kind: "time" | "number", from: number, to: number, rest: Partial<Axis> = {}): Axis {
  const width = 730;
  const scale = width / (to - from);
  return {
    kind,
    width,
    domain: [from, to],
    toValue: (pixel) => from + pixel / scale,
    toPixel: (value) => (value - from) * scale,
    step: "day",
    endsOnPoint: true,
    ...rest,
  };
}

const year = (rest: Partial<Axis> = {}) => axis("time", day("2013-01-01"), day("2014-01-01"), rest);

describe("a brush over time", () => {
  test("covers the days it touches", () => {
    expect(brushedValue(year(), [20, 41])).toBe("2013-01-11..2013-01-21");
    expect(brushedValue(year(), [41, 20])).toBe("2013-01-11..2013-01-21");
    expect(brushedValue(year(), [20, 40])).toBe("2013-01-11..2013-01-20");
  });
  test("ends on the last point where points stand, and before the end where bars do", () => {
    expect(brushedValue(year(), [700, 730])).toBe("2013-12-17..2014-01-01");
    expect(brushedValue(year({ endsOnPoint: false }), [700, 900])).toBe("2013-12-17..2013-12-31");
  });
  test("takes in the whole of what a point stands for", () => {
    expect(brushedValue(year({ step: "month" }), [70, 200])).toBe("2013-02-01..2013-04-30");
    expect(brushedValue(year({ step: "week" }), [40, 60])).toBe("2013-01-21..2013-02-03");
    expect(brushedValue(year({ step: "quarter" }), [70, 200])).toBe("2013-01-01..2013-06-30");
    expect(brushedValue(year({ step: "year", endsOnPoint: false }), [70, 730])).toBe(
      "2013-01-01..2013-12-31",
    );
  });
  test("is all when there is none", () => {
    for (const none of [null, [], [5], [30, 30], [30, 31]]) expect(brushedValue(year(), none)).toBe("all");
  });
  test("goes round: a value's brush means that value", () => {
    for (const step of ["day", "month"] as const) {
      const it = year({ step, endsOnPoint: false });
      const pixels = brushPixels(it, { from: "2013-03-01", to: "2013-05-31" });
      expect(brushedValue(it, pixels)).toBe("2013-03-01..2013-05-31");
    }
  });
});

test("a brush over numbers is as exact as a pixel", () => {
  expect(brushedValue(axis("number", 0, 1), [73, 365])).toBe("0.1..0.5");
  expect(brushedValue(axis("number", 0, 100), [100, 333])).toBe("13.7..45.6");
  expect(brushedValue(axis("number", 0, 100, { whole: true }), [100, 333])).toBe("14..46");
  expect(brushedValue(axis("number", 0, 5_000_000), [100, 333])).toBe("685000..2281000");
  expect(brushedValue(axis("number", -1, 1), [0, 365])).toBe("-1..0");
});

test("a brush is shown where it says something", () => {
  expect(brushPixels(year(), { from: "", to: "" })).toBeNull();
  expect(brushPixels(year(), { from: "2013-01-01", to: "2013-12-31" })).toBeNull();
  expect(brushPixels(year(), { from: "2010-01-01", to: "2011-12-31" })).toBeNull();
  expect(brushPixels(year(), { from: "soon", to: "" })).toBeNull();
  expect(brushPixels(year(), { from: "2013-07-02", to: "" })).toEqual([364, 730]);
  expect(brushPixels(axis("number", 0, 100), { from: "", to: "50" })).toEqual([0, 365]);
});

test("a step is what all times stand on", () => {
  const of = (...days: string[]) => stepOf(days.map((it) => Date.parse(`${it}Z`)));
  expect(of("2013-01-01T00:00", "2014-01-01T00:00")).toBe("year");
  expect(of("2013-01-01T00:00", "2013-04-01T00:00")).toBe("quarter");
  expect(of("2013-01-01T00:00", "2013-02-01T00:00")).toBe("month");
  expect(of("2013-01-07T00:00", "2013-01-14T00:00")).toBe("week");
  expect(of("2013-01-07T00:00", "2013-01-08T00:00")).toBe("day");
  expect(of("2013-01-01T06:00")).toBe("day");
  expect(of()).toBe("day");
  expect([stepOfUnit("utcyearmonth"), stepOfUnit("month"), stepOfUnit(undefined)]).toEqual([
    "month",
    null,
    null,
  ]);
});
