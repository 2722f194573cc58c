import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine, Relation } from "./duckdb";
import { engineInNode } from "./nodeEngine";
import { recorded } from "./recorded";
import type { InputValue } from "./values";

let engine: Engine;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ engine, stop } = await engineInNode());
}, 60_000);
afterAll(async () => await stop());

const NONE = new Map<string, InputValue>();
const load = (at: number) =>
  engine.load(new Uint8Array(Buffer.from(recorded.cells[at]?.rows ?? "", "base64")));

test.each(recorded.cells.map((_, at) => at))("table %i has the cells of the server's JSON", async (at) => {
  const expected = recorded.cells[at];
  const relation = await load(at);
  const { data, metadata } = await relation.answer(NONE);
  for (const [name, values] of Object.entries(expected?.data ?? {})) {
    const column = data[name];
    expect(column?.length, name).toBe(values.length);
    expect(
      Array.from(values, (_, row) => column?.at(row)),
      name,
    ).toEqual(values);
    expect(column?.at(values.length)).toBeUndefined();
    // Readers may go back and forth.
    for (const row of [values.length - 1, 0])
      if (values.length > 0) expect(column?.at(row)).toEqual(values[row]);
  }
  const plain = metadata.columns.map(({ label: _, ...rest }) => rest);
  expect(plain).toEqual(expected?.columns);
  expect(metadata.columns[0]?.label).toBe(at === 3 ? "N" : "Small");
  expect(metadata.truncated).toBe(expected?.truncated);
  await relation.close();
});

test("each insight has rows of its own, and gives them back", async () => {
  const [one, other] = await Promise.all([load(0), load(3)]);
  const answers = await Promise.all([one.answer(NONE), other.answer(NONE), one.answer(NONE)]);
  expect(answers.map(({ metadata }) => metadata.rows)).toEqual([4, 2100, 4]);
  await one.close();
  await expect(one.answer(NONE)).rejects.toThrow();
  expect((await other.answer(NONE)).metadata.rows).toBe(2100);
  await other.close();
});

/** The same rows under another statement. */
function asking(relation: Relation, sql: string, gives: "value" | "open" = "value"): Relation {
  const parameters = [{ input: "i", accessor: "values", type: "text" as const, gives }];
  Object.assign(relation, {
    envelope: { ...relation.envelope, post_query: sql, parameters, columns: [{ name: "c", label: "C" }] },
  });
  return relation;
}

test("hostile values come back as they went in, whatever their number", async () => {
  const words = [
    "' OR 1=1 --",
    "?",
    "\\",
    '"',
    "a\nb",
    "\u0001",
    "😀",
    "\u200fابج",
    "",
    "\u2028",
    "$" + "{x}",
  ];
  const relation = asking(await load(0), "SELECT unnest(list_value(?)) AS c");
  for (let count = 1; count <= 40; count++) {
    const items = Array.from({ length: count }, (_, at) => words[(at + count) % words.length] as string);
    const values = new Map([
      ["i", { kind: "multi_select", type: "text" as const, items, everything: false }],
    ]);
    const { data } = await relation.answer(values);
    expect(items.map((_, row) => data.c?.at(row))).toEqual(items);
  }
  await relation.close();
});

test("numbers reach a statement to the last bit", async () => {
  const relation = asking(await load(0), "SELECT CAST(? AS DOUBLE) AS c");
  for (const number of [0.1, 1e308, 5e-324, -0, 4862833377165076000, 2 ** 53 + 2, -0.30000000000000004]) {
    const values = new Map([
      ["i", { kind: "select", type: "number" as const, items: [number], everything: false }],
    ]);
    const first = asking(relation, "SELECT CAST(? AS DOUBLE) AS c");
    for (const place of first.envelope.parameters)
      Object.assign(place, { accessor: "value", type: "number" });
    expect((await first.answer(values)).data.c?.at(0)).toBe(number);
  }
  await relation.close();
});

test("it reads nothing but its rows", async () => {
  for (const sql of [
    "SELECT count(*) FROM read_csv('/etc/passwd') WHERE ? IS NOT NULL",
    "SELECT count(*) FROM 'x.parquet' WHERE ? IS NOT NULL",
    "SELECT count(*) FROM insight_1.insight_data, nothing WHERE ?",
  ]) {
    const relation = asking(await load(0), sql, "open");
    const values = new Map([
      ["i", { kind: "multi_select", type: "text" as const, items: ["a"], everything: false }],
    ]);
    await expect(relation.answer(values)).rejects.toThrow();
    await relation.close();
  }
});

test("rows without an envelope, or of a kind that only the server writes, are refused", async () => {
  await expect(engine.load(new Uint8Array(8))).rejects.toThrow();
  const relation = asking(await load(0), "SELECT INTERVAL 1 MONTH AS c WHERE ? IS NOT NULL", "open");
  const values = new Map([
    ["i", { kind: "multi_select", type: "text" as const, items: ["a"], everything: false }],
  ]);
  await expect(relation.answer(values)).rejects.toThrow("no columns of");
  await relation.close();
});
