import { expect, test } from "vitest";
import type { Insight, ViewSpec } from "../api/types";
import { cellText, everyColumn, readColumns, sumOf, widths } from "./table";

const insight = {
  data: { "props.carrier": ["AA"], "props.flights": [32729], when: ["2013-01-01T00:00:00"] },
  metadata: {
    columns: [
      { name: "props.carrier", type: "text", label: "Carrier" },
      { name: "props.flights", type: "integer" },
      { name: "when", type: "timestamp" },
    ],
  },
} as unknown as Insight;
const view = (table: Record<string, unknown> | null) => ({ table }) as unknown as ViewSpec;

test("shows the named columns, else all", () => {
  expect(readColumns(view(null), insight).map((column) => column.label)).toEqual([
    "Carrier",
    "flights",
    "when",
  ]);
  const named = readColumns(
    view({ columns: ["flights", { key: "props.carrier", label: "Airline" }, "nowhere", 5] }),
    insight,
  );
  expect(named.map((column) => [column.key, column.label])).toEqual([
    ["props.flights", "flights"],
    ["props.carrier", "Airline"],
  ]);
});

test("cells keep their digits", () => {
  const [, flights, when] = readColumns(view(null), insight);
  if (!flights || !when) throw new Error("columns");
  expect(cellText(32729, flights)).toBe("32,729");
  expect(cellText("9007199254740993", flights)).toBe("9007199254740993");
  expect(cellText(0.256, { ...flights, format: ".1%" })).toBe("25.6%");
  expect(cellText("2013-01-01T00:00:00", when)).toBe("2013-01-01");
  expect(cellText(null, when)).toBe("–");
  expect(cellText(new Date("2013-01-01T00:00:00Z"), when)).toBe("2013-01-01");
});

test("only what the server calls additive is summed, and only where it is a number", () => {
  const columns = ["flights", "carrier"].map((key) => ({ key, additive: true }));
  expect(readColumns(view({ columns }), insight).map((column) => column.additive)).toEqual([true, false]);
  expect(readColumns(view({ columns: ["flights"] }), insight)[0]?.additive).toBe(false);
});

test("all columns take the view's names, units and formats", () => {
  const fields = [
    {
      key: "props.flights",
      label: "Departures",
      unit: "k",
      format: ",d",
      kind: "",
      certain: true,
      channels: [],
    },
    { key: "when", label: "Day", format: "%b", kind: "", certain: true, channels: [] },
  ];
  const [, flights, when] = everyColumn({ fields } as unknown as ViewSpec, insight);
  expect([flights?.label, flights?.format]).toEqual(["Departures (k)", ",d"]);
  expect([when?.label, when?.format]).toEqual(["Day", null]);
});

test("a split that is shown already is not shown again", () => {
  const data = { "props.color": ["AA", "UA"], carrier: ["AA", "UA"] };
  const metadata = { columns: [], split_column: "carrier" };
  const keys = (it: object) => everyColumn({} as ViewSpec, it as Insight).map(({ key }) => key);
  expect(keys({ data, metadata })).toEqual(["props.color"]);
  expect(keys({ data: { ...data, carrier: ["AA", null] }, metadata })).toEqual(["props.color", "carrier"]);
  expect(keys({ data, metadata: { ...metadata, split_column: null } })).toHaveLength(2);
});

test("sums are exact for decimals that travel as text", () => {
  expect(sumOf(["0.10", "0.2", null, "-0.30"], [0, 1, 2])).toBe("0.30");
  expect(sumOf(["0.10", "0.2", null, "-0.30"], [0, 1, 2, 3])).toBe("0.00");
  expect(sumOf(["-1.5", "1"], [0, 1])).toBe("-0.5");
  expect(sumOf(["9007199254740993", "1"], [0, 1])).toBe("9007199254740994");
  expect(sumOf([1, 2, null], [0, 1, 2])).toBe(3);
  expect(sumOf([null], [0])).toBeNull();
  expect(sumOf([], [])).toBeNull();
  expect(sumOf([1, 2, 4])).toBe(7);
});

test("a column is as wide as its name and its cells, within bounds", () => {
  const columns = readColumns(view(null), insight);
  const [carrier = 0, flights = 0, when = 0] = widths(columns, insight);
  expect(flights).toBeLessThanOrEqual(carrier);
  expect(when).toBeGreaterThan(carrier);
  const long = { ...insight, data: { ...insight.data, "props.carrier": ["x".repeat(500)] } };
  expect(widths(columns, long)[0]).toBeLessThanOrEqual(340);
});
