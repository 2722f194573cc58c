import { expect, test } from "vitest";
import type { Insight, ViewSpec } from "../api/types";
import { cellText, readColumns } from "./table";

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
