import { parse, parseExpression, type Spec, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { describe, expect, test, vi } from "vitest";
import { expressions } from "./expressions";

const signals = { $width: 300, $names: ["b", "a"], $none: null, $text: "x<y" };
const rows = [{ v: 3.7, w: "12", d: 86_400_000, s: 'a "b"' }, { v: null, w: "", d: -1, s: "‮" }, { v: -0 }];
const texts = [
  "datum.v + 1",
  "datum['v'] * 2 - width / 4 % 7",
  "datum.v === null || datum.w == 12 ? names[0] : names[1]",
  "if(datum.v > 2, 'high', if(datum.v < 0, 'low', {x: 1, 'y z': [datum.v, width]}))",
  "!(datum.v <= 2) && -datum.v !== +datum.w",
  "isNaN(+datum.w) || isFinite(datum.v)",
  "max(datum.v, 1, width) + min(width, 2) + clamp(datum.v, 0, 1) + pow(2, 3) + floor(2.5) + abs(-1)",
  "length(names) + length(text) + PI + E",
  "time(datum.d) >= 0 ? utcyear(datum.d) : 'before'",
  "test(regexp('^a'), datum.s) ? replace(datum.s, /b/g, 'c') : upper('none')",
  "none == null && missing == null",
  "datum.s.length",
  "twice(datum.v) + _twice(2)",
  "(datum.v >>> 1) + (datum.v | 3)",
  "datum.constructor.constructor",
  "names.constructor.constructor",
];

function context() {
  return {
    factor: 2,
    functions: {
      factor: 2,
      twice(this: { factor: number }, value: number) {
        return this.factor * value;
      },
    },
  };
}

describe("an expression means what vega's interpreter says", () => {
  test.each(texts)("%s", (text) => {
    vi.spyOn(console, "error").mockReturnValue();
    const written = { ast: parseExpression(text) };
    for (const datum of rows) {
      const values = [expressions, expressionInterpreter].map((how) => {
        try {
          return how.parameter(context(), written as never)(datum as never, signals as never);
        } catch (error) {
          return error instanceof TypeError ? "a TypeError" : error;
        }
      });
      expect(values[0]).toEqual(values[1]);
      expect(values[0]).not.toBe(Function);
    }
    vi.restoreAllMocks();
  });
});

const values = Array.from({ length: 60 }, (_, at) => ({
  day: Date.UTC(2025, at % 12, 1 + at),
  name: ["b", "a<b>", "‮c"][at % 3],
  n: at % 7 === 0 ? null : (at * 37) % 101,
}));
const encoding = {
  x: { field: "day", type: "temporal", scale: { type: "utc" } },
  y: { field: "n", type: "quantitative" },
  color: { field: "name", type: "nominal" },
};
const charts = {
  lines: { mark: { type: "line", point: true }, encoding },
  areas: { mark: "area", encoding },
  bars: { mark: "bar", encoding: { ...encoding, x: { field: "name", type: "nominal" } } },
  lying: {
    mark: "bar",
    encoding: { y: { field: "name" }, x: { aggregate: "sum", field: "n", type: "quantitative" } },
  },
  cells: {
    mark: "rect",
    encoding: { x: { field: "n", bin: true }, y: { field: "name" }, color: { aggregate: "count" } },
  },
  slices: {
    mark: "arc",
    encoding: { theta: { field: "n", type: "quantitative" }, color: { field: "name" } },
  },
  rules: { mark: "rule", encoding: { x: { field: "n", type: "quantitative" } } },
  facets: {
    facet: { field: "name" },
    spec: { mark: "tick", encoding: { x: { field: "n", type: "quantitative" } } },
  },
};

test.each(Object.entries(charts))("the picture of %s is the same", async (_name, chart) => {
  const spec = { ...chart, data: { values }, params: [{ name: "brush", select: "interval" }] };
  const { spec: made } = compile(
    ("facet" in spec ? { ...spec, params: [] } : spec) as unknown as TopLevelSpec,
  );
  const pictures = [expressions, expressionInterpreter].map((expr) => {
    const runtime = parse(structuredClone(made) as Spec, {}, { ast: true });
    return new View(runtime, { expr, renderer: "none" } as never).toSVG();
  });
  const [ours, theirs] = await Promise.all(pictures);
  expect(withoutIds(ours)).toBe(withoutIds(theirs));
  expect(ours).not.toContain("NaN");
});

function withoutIds(svg: string | undefined): string {
  return (svg ?? "").replace(/(clip|gradient_?)\d+/g, "$1");
}
