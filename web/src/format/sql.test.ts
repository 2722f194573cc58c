import { expect, test } from "vitest";
import { readableSql } from "./sql";

test("each clause begins a line", () => {
  expect(
    readableSql(
      "SELECT a, sum(b) FROM t LEFT OUTER JOIN u ON x = y WHERE a > 1 GROUP BY 1 ORDER BY 2 LIMIT 5",
    ),
  ).toBe(
    "SELECT a, sum(b)\nFROM t\nLEFT OUTER JOIN u ON x = y\nWHERE a > 1\nGROUP BY 1\nORDER BY 2\nLIMIT 5",
  );
});

test("what only looks like a clause stays where it is", () => {
  const sql = `SELECT extract(year FROM d), count(*) FILTER (WHERE x), sum(y) OVER (ORDER BY z), ' FROM t', "a WHERE b"`;
  expect(readableSql(`${sql} FROM t -- the FROM clause`)).toBe(`${sql}\nFROM t -- the FROM clause`);
});

test("queries inside are led in, and the author's lines stay", () => {
  expect(readableSql("SELECT 1 FROM (SELECT 2 FROM u WHERE v) AS s LIMIT 3")).toBe(
    "SELECT 1\nFROM (SELECT 2\n  FROM u\n  WHERE v) AS s\nLIMIT 3",
  );
  expect(readableSql("SELECT 1 FROM (\nSELECT a,\n    b FROM u\n) AS s")).toBe(
    "SELECT 1\nFROM (\nSELECT a,\n    b\n  FROM u\n) AS s",
  );
});

test("broken text is shown, never lost", () => {
  for (const sql of ["SELECT 'open FROM", ")))( FROM", "/* FROM", "", "¿ “ 𝒳 FROM t"])
    expect(readableSql(sql).replace(/\s+/g, "")).toBe(sql.replace(/\s+/g, ""));
});
