import { expect, test } from "vitest";
import { findRows } from "./find";
import type { TableColumn } from "./table";

const column = (key: string, rest: Partial<TableColumn> = {}): TableColumn => ({
  key,
  label: key,
  type: "text",
  format: null,
  numeric: false,
  additive: false,
  ...rest,
});

test("finds what is shown, in the order shown", async () => {
  const data = { a: ["Boston", null, "boss", "–"], n: [1234, 0.5, null, 7] };
  const columns = [column("a"), column("n", { type: "float", numeric: true, format: ",.1f" })];
  const find = (text: string) => findRows(data, columns, [3, 2, 1, 0], text, new AbortController().signal);
  expect(await find("BOS")).toEqual([2, 0]);
  expect(await find("1,234.0")).toEqual([0]);
  expect(await find("–")).toEqual([3]);
  expect(await find("x")).toEqual([]);
});

test("ends when something else is looked for", async () => {
  const ended = new AbortController();
  ended.abort();
  expect(await findRows({ a: ["b"] }, [column("a")], [0], "b", ended.signal)).toBeNull();
});
