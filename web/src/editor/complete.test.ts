import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Known, suggest } from "./complete";
import type { Schema } from "./schema";

const schema: Schema = JSON.parse(
  readFileSync(new URL("../../../schemas/dashboard.schema.json", import.meta.url), "utf8"),
);
const FILE = `version: 1
connection: flights
inputs:
  carrier: {type: multi_select, options: {query: carriers, column: carrier}}
  period: {type: date_range}
  late: {type: toggle}
queries:
  departures:
    sql: SELECT 1
  carriers: {sql: SELECT 2}
insights:
  by_month:
    query: departures
    props: {x: month, y: avg(delay)}
views:
  trend:
    type: line
    insight: by_month
`;
const known: Known = {
  columns: new Map([
    ["departures", [{ name: "month", type: "DATE" }, { name: "delay" }]],
    ["carriers", [{ name: "carrier" }, { name: "name" }]],
  ]),
  connections: ["flights", "uploads"],
};

/** The suggestions at the bar in what is added to the file. */
function offered(added: string, file = FILE) {
  const text = file + added;
  const offset = text.indexOf("¦");
  return suggest(text.replace("¦", ""), offset, schema, known);
}
const labels = (added: string, file?: string) =>
  (offered(added, file)?.options ?? []).map((one) => one.label);

const ref = (before: string, rest: string) => `${before}$\{ref(${rest}`;

describe("suggest", () => {
  it("offers the keys of a place with their descriptions, and not those there already", () => {
    expect(labels("¦")).toEqual(["title", "description", "theme", "timezone", "traces", "layout"]);
    const keys = offered("    br¦")?.options ?? [];
    expect(keys.map((one) => one.label)).toContain("brush");
    expect(keys.map((one) => one.label)).not.toContain("insight");
    expect(keys.find((one) => one.label === "brush")?.info).toMatch(/dragging along the x axis/);
    expect(keys.find((one) => one.label === "brush")?.insert).toBe("brush: ");
    expect(keys.find((one) => one.label === "format")?.insert).toBe("format:\n      ");
  });

  it("goes by the type of an input", () => {
    const keys = labels("", FILE.replace("{type: date_range}", "{type: date_range, ¦}"));
    expect(keys).toEqual(["label", "description", "default"]);
    expect(labels("", FILE.replace("{type: toggle}", "{type: ¦}"))).toContain("number_range");
  });

  it("offers enumerated values", () => {
    expect(labels("theme: ¦")).toEqual(["neutral", "blue", "green", "amber"]);
    expect(labels("    stack: z¦")).toEqual(["zero", "normalize", "none"]);
    expect(labels("layout:\n  rows:\n    - {height: ¦")).toEqual(["sm", "md", "lg"]);
  });

  it("offers the names that the file defines", () => {
    expect(labels("", FILE.replace("    query: departures", "    query: ¦"))).toEqual([
      "departures",
      "carriers",
    ]);
    expect(labels("", FILE.replace("{query: carriers,", "{query: ¦,"))).toEqual(["departures", "carriers"]);
    expect(labels("", FILE.replace("insight: by_month", "insight: ¦"))).toEqual(["by_month"]);
    expect(labels("    brush: ¦")).toEqual(["period"]);
    expect(labels("    click: ¦")).toEqual(["carrier"]);
    expect(labels("    click: {input: ¦")).toEqual(["carrier"]);
    expect(labels("layout:\n  rows:\n    - items:\n        - view: ¦")).toEqual(["trend"]);
    expect(labels("    labels:\n      ¦")).toEqual(["x", "y"]);
    expect(labels("", FILE.replace("connection: flights", "connection: ¦"))).toEqual(["flights", "uploads"]);
  });

  it("offers the columns of the query in expressions and options", () => {
    const file = FILE.replace("y: avg(delay)}", "y: avg(de¦");
    expect(labels("", file)).toEqual(["month", "delay", ref("", "")]);
    expect(labels("", FILE.replace("column: carrier}", "column: ¦}"))).toEqual(["carrier", "name"]);
    const filter = FILE.replace("views:", "    interactions:\n      - filter: ¦\nviews:");
    expect(labels("", filter)).toContain("month");
  });

  it("completes references: inputs, then the accessors of their type", () => {
    const inside = (what: string) =>
      FILE.replace("views:", `    interactions:\n      - filter: ${what}\nviews:`);
    expect(labels("", inside(ref("carrier IN ", "¦")))).toEqual(["carrier", "period", "late"]);
    expect(labels(ref("    title: by ", "pe¦"))).toEqual(["carrier", "period", "late"]);
    expect(labels("", inside(ref("x > ", "period).¦")))).toEqual(["from", "to", "until"]);
    const closing = offered("", inside(ref("x IN ", "carrier).v¦}")));
    expect(closing?.options[0]).toMatchObject({ label: "values", insert: "values}" });
    expect((closing?.to ?? 0) - (closing?.from ?? 0)).toBe(2);
  });

  it("offers nothing in SQL, in comments, or under what the schema does not know", () => {
    expect(offered("", FILE.replace("sql: SELECT 1", "sql: |\n      SELECT ¦"))).toBeNull();
    expect(offered("# ¦")).toBeNull();
    expect(offered("constructor:\n  ¦")).toBeNull();
    expect(offered("x-mine:\n  a¦")).toBeNull();
  });
});
