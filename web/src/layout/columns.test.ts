import { describe, expect, test } from "vitest";
import { columnKey, columnsOf, guessProps } from "./columns";

const names = (sql: string) => columnsOf(sql).map((one) => one.name);

describe("the columns of a query", () => {
  test.each([
    ["SELECT a, b AS c, t.d, count(*) AS n FROM t", ["a", "c", "d", "n"]],
    ["select distinct x from t", ["x"]],
    ["WITH w AS (SELECT q FROM t) SELECT q, sum(n) total FROM w GROUP BY 1", ["q", "total"]],
    [
      "SELECT CAST(day AS DATE) AS \"My day\", coalesce(a, 'x, y') AS k -- all, of it\nFROM t",
      ["My day", "k"],
    ],
    ["SELECT count(*) FILTER (WHERE a > 1) AS late, extract(year FROM d) AS y FROM t", ["late", "y"]],
    ["SELECT a FROM t UNION ALL SELECT b FROM u", ["b"]],
    ["SELECT * FROM t", []],
    ["SELECT 1", []],
    ["", []],
  ])("%s", (sql, expected) => {
    expect(names(sql)).toEqual(expected);
  });
});

test("a new view draws what the columns offer", () => {
  const columns = [
    { name: "n", type: "BIGINT" },
    { name: "k", type: "VARCHAR" },
    { name: "my day", type: "DATE" },
  ];
  expect(guessProps("line", columns).props).toEqual({ x: '"my day"', y: "sum(n)" });
  expect(guessProps("pie", columns).props).toEqual({ label: "k", value: "sum(n)" });
  expect(guessProps("heatmap", columns).props).toEqual({ x: '"my day"', y: "k", value: "sum(n)" });
  expect(guessProps("table", columns).columns).toEqual({ n: "n", k: "k", my_day: '"my day"' });
  expect(guessProps("metric", []).props).toEqual({ value: "count(*)" });
  expect(columnKey("1é")).toBe("column");
});
