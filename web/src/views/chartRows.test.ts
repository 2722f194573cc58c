import * as vega from "vega";
import { describe, expect, test } from "vitest";
import { chartRows } from "./chartRows";

const info = [
  { name: "props.x", type: "date" },
  { name: "props.y", type: "decimal" },
  { name: "c", type: "text" },
];

describe("chartRows", () => {
  test("reads columns by their types, aligned", () => {
    const { rows } = chartRows(
      { "props.x": ["2013-01-01", null], "props.y": ["1.50", null], c: ["AA", "UA"] },
      info,
    );
    expect(rows.map((row) => [row["props.x"], row["props.y"], row.c])).toEqual([
      [new Date("2013-01-01T00:00:00Z"), 1.5, "AA"],
      [null, null, "UA"],
    ]);
  });

  test("reads an Arrow vector as it reads an array", () => {
    const column = { length: 2, at: (index: number) => [1n, 2n][index] };
    expect(chartRows({ "props.y": column }, info).rows.map((row) => row["props.y"])).toEqual([1, 2]);
  });

  test("NULL is a name apart from every text", () => {
    const of = (...c: (string | null)[]) => chartRows({ c }, info);
    expect(of("a", "null").nullText("c")).toBeNull();
    const plain = of("null", null);
    expect(plain.rows.map((row) => row.c)).toEqual(["null", "(none)"]);
    const taken = of("(none)", null, "(no value)");
    expect(taken.nullText("c")).toBe("(null)");
    expect(of("(none)", null, "(no value)", "(null)").nullText("c")).toBe("((none))");
  });

  test("vega takes in, copies and writes over rows", async () => {
    const { rows } = chartRows({ "props.y": [3, 4] }, info);
    const view = new vega.View(
      vega.parse({
        data: [
          { name: "insight", values: rows as object[] },
          {
            name: "copy",
            source: "insight",
            transform: [
              { type: "formula", as: "props.y", expr: "10 * datum['props.y']" },
              { type: "project", fields: ["props\\.y"], as: ["v"] },
            ],
          },
        ],
      }),
      { renderer: "none" },
    );
    await view.runAsync();
    expect(view.data("copy").map((row) => row.v)).toEqual([30, 40]);
    expect(rows.map((row) => row["props.y"])).toEqual([3, 4]);
    view.data("insight", chartRows({ "props.y": [7] }, info).rows);
    await view.runAsync();
    expect(view.data("copy").map((row) => row.v)).toEqual([70]);
  });
});
