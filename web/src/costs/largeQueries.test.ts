import { expect, test } from "vitest";
import { largeNote } from "./largeQueries";

test("a save of large queries tells what would be cheaper, and why it was saved so", () => {
  const large_queries = [{ query: "orders", bytes: 3.2e9, cheaper: ["filter by day", "name fewer columns"] }];
  expect(largeNote({ large_queries, large_queries_because: "You asked for all years." })).toBe(
    "The query orders reads up to 3.2 GB. Cheaper: filter by day; or name fewer columns. Saved so: You asked for all years.",
  );
});

test("other saves say nothing, and neither does nonsense", () => {
  for (const data of [
    {},
    { large_queries: [] },
    { large_queries: [null, 3, { query: 1 }] },
    { large_queries: "x" },
  ])
    expect(largeNote(data)).toBeNull();
});
