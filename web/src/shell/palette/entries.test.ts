import { expect, test } from "vitest";
import { type Entry, matching, step } from "./entries";

const run = () => undefined;
const entry = (group: string, title: string, more: Partial<Entry> = {}): Entry => ({
  id: `${group}/${title}`,
  group,
  title,
  run,
  ...more,
});

const entries = [
  entry("Dashboards", "NYC departures", { note: "How late flights left" }),
  entry("Dashboards", "Weather by month"),
  entry("Tables", "flights", { note: "main · flights" }),
  entry("Tables", "weather"),
  entry("Actions", "Sign out", { also: "log out leave" }),
];
const shown = (query: string) =>
  matching(entries, query).map(({ name, entries: found }) => [name, ...found.map((one) => one.title)]);

test("without a query everything stands in its order, a few of each group", () => {
  expect(shown(" ")).toEqual([
    ["Dashboards", "NYC departures", "Weather by month"],
    ["Tables", "flights", "weather"],
    ["Actions", "Sign out"],
  ]);
  const many = Array.from({ length: 30 }, (_, n) => entry("Tables", `t${n}`));
  expect(matching(many, "")[0]?.entries).toHaveLength(5);
  expect(matching(many, "t")[0]?.entries).toHaveLength(7);
});

test("the group with the best answer comes first", () => {
  expect(shown("flights")).toEqual([
    ["Tables", "flights"],
    ["Dashboards", "NYC departures"],
  ]);
  expect(shown("log out")).toEqual([["Actions", "Sign out"]]);
  expect(shown("wether")).toEqual([
    ["Dashboards", "Weather by month"],
    ["Tables", "weather"],
  ]);
  expect(shown("zebra")).toEqual([]);
});

test("arrows go round, pages stop at the ends, other keys are not ours", () => {
  expect(step(0, "ArrowDown", 3)).toBe(1);
  expect(step(2, "ArrowDown", 3)).toBe(0);
  expect(step(0, "ArrowUp", 3)).toBe(2);
  expect(step(1, "PageDown", 3)).toBe(2);
  expect(step(1, "PageUp", 3)).toBe(0);
  expect(step(0, "a", 3)).toBeNull();
  expect(step(0, "ArrowDown", 0)).toBeNull();
});
