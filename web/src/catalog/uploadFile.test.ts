import { expect, test } from "vitest";
import { contentTypeOf, tableNameOf } from "./uploadFile";

test("CSV and Parquet are taken by their names, nothing else", () => {
  expect(contentTypeOf("a.csv")).toBe("text/csv");
  expect(contentTypeOf("A.B.PARQUET")).toBe("application/vnd.apache.parquet");
  for (const other of ["a.xlsx", "csv", "a.csv.gz", "", "a.constructor"])
    expect(contentTypeOf(other)).toBeNull();
});

test("a file's name becomes a table's", () => {
  expect(tableNameOf("Sales 2024 (final).csv")).toBe("sales_2024_final");
  expect(tableNameOf("2024.csv")).toBe("t_2024");
  expect(tableNameOf("Übersicht.parquet")).toBe("ubersicht");
  expect(tableNameOf("売上.csv")).toBe("upload");
  expect(tableNameOf("../../etc/passwd")).toBe("upload");
  expect(tableNameOf(`${"a".repeat(99)}.csv`)).toHaveLength(60);
});
