import { expect, test } from "vitest";
import { sampleSql } from "./sampleSql";
import type { TableColumn, TableSchema } from "./types";

const column = (name: string, kind: string, distinct: number | null = null): TableColumn => ({
  name,
  type: kind.toUpperCase(),
  kind,
  nullable: true,
  distinct,
  description: null,
});
const schema = (columns: TableColumn[], name = "flights"): TableSchema => ({
  id: "t",
  dataset: "main",
  name,
  kind: "table",
  rows: null,
  bytes: null,
  description: null,
  partitioned_by: null,
  clustered_by: [],
  columns,
});

test("some rows, and a count by month where there is a time", () => {
  const made = sampleSql("duckdb", schema([column("carrier", "text", 16), column("time_hour", "timestamp")]));
  expect(made.map((one) => one.sql)).toEqual([
    "SELECT carrier, time_hour\nFROM main.flights\nLIMIT 100",
    "SELECT date_trunc('month', time_hour) AS month, count(*) AS n\nFROM main.flights\nGROUP BY month\nORDER BY month",
  ]);
});

test("a count by a name where there is no time, and none by a key", () => {
  const by = (distinct: number | null) =>
    sampleSql("duckdb", schema([column("id", "text", distinct)]))[1]?.title;
  expect(by(16)).toBe("Rows by id");
  expect(by(1)).toBeUndefined();
  expect(by(9999)).toBeUndefined();
});

test("odd names are quoted as the dialect has it", () => {
  const odd = [column('a "b"', "text", 3), column("order", "integer")];
  expect(sampleSql("duckdb", schema(odd, "My table"))[0]?.sql).toBe(
    'SELECT "a ""b""", "order"\nFROM main."My table"\nLIMIT 100',
  );
  expect(sampleSql("bigquery", schema([column("a`b", "date")], "My-table"))[1]?.sql).toBe(
    "SELECT DATE_TRUNC(`a\\`b`, MONTH) AS month, count(*) AS n\nFROM main.`My-table`\nGROUP BY month\nORDER BY month",
  );
});

test("no more than a few columns; all of a table whose columns are unknown", () => {
  const many = Array.from({ length: 30 }, (_, n) => column(`c${n}`, "integer"));
  expect(sampleSql("duckdb", schema(many))[0]?.sql).toContain("c7\n");
  expect(sampleSql("duckdb", schema([]))[0]?.sql).toBe("SELECT *\nFROM main.flights\nLIMIT 100");
});
