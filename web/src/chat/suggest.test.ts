import { expect, test } from "vitest";
import { suggest } from "./suggest";

test("questions name the table's own measure, group and time", () => {
  const columns = [
    { name: "year", kind: "integer" },
    { name: "carrier", kind: "text", distinct: 16 },
    { name: "dep_delay", kind: "float" },
    { name: "time_hour", kind: "timestamp" },
  ];
  expect(suggest({ name: "main.flights", columns })).toEqual([
    "How does average departure delay vary by carrier and month?",
    "Which carrier has the most flights?",
    "How many flights were there each month?",
  ]);
});

test("a bare table still gives a question", () => {
  expect(suggest({ name: "orders", columns: [] })).toEqual(["How many orders are there?"]);
});
