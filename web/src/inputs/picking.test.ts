import { expect, test } from "vitest";
import type { InputType } from "../api/types";
import { type InputNow, inputsNow } from "./inputs";
import { picked } from "./picking";
import { datePresets, spanName } from "./presets";
import { withStray } from "./stray";

const input = (type: InputType, value: unknown): InputNow => ({
  name: "carrier",
  label: "Carrier",
  spec: { type },
  value,
  options: [],
  known: true,
});

test("a click on a select's mark chooses it, and once more lets go", () => {
  expect(picked(input("select", "all"), "AA", false)).toEqual(["AA"]);
  expect(picked(input("select", "AA"), "AA", false)).toEqual(["all"]);
  expect(picked(input("select", "AA"), "UA", true)).toEqual(["UA"]);
  expect(picked(input("select", "x"), "all", false)).toEqual(["=all"]);
});

test("a click on a multi_select's mark takes it alone; with shift it joins or leaves", () => {
  const many = (value: unknown, clicked: string, add = false) =>
    picked(input("multi_select", value), clicked, add);
  expect(many("all", "AA")).toEqual(["AA"]);
  expect(many(["AA", "UA"], "AA")).toEqual(["AA"]);
  expect(many(["AA"], "AA")).toEqual(["all"]);
  expect(many("all", "AA", true)).toEqual(["AA"]);
  expect(many(["AA"], "UA", true)).toEqual(["AA", "UA"]);
  expect(many(["AA", "UA"], "UA", true)).toEqual(["AA"]);
  expect(many(["AA"], "AA", true)).toEqual(["all"]);
  expect(many("all", "none")).toEqual(["=none"]);
  expect(many([30], "30")).toEqual(["all"]);
});

test("an input stands as it is written, else at its default, else as answered", () => {
  const specs = { carrier: { type: "multi_select" as const, resolved: ["UA"] } };
  const states = { carrier: { value: ["AA"], options: ["AA", "UA"] } };
  const now = (chosen: Record<string, string[]>) => inputsNow(specs, states, chosen).carrier?.value;
  expect(now({})).toEqual(["UA"]);
  expect(now({ carrier: ["DL"] })).toEqual(["DL"]);
  expect(inputsNow({ carrier: { type: "select" } }, states, {}).carrier?.value).toEqual(["AA"]);
});

test("what is chosen and not offered is listed apart", () => {
  const options = [{ value: "AA", label: "American" }];
  expect(withStray(options, ["XX", "AA"], true)).toEqual([
    { value: "XX", label: "XX", stray: true },
    ...options,
  ]);
  expect(withStray(options, ["XX"], false)).toEqual(options);
  expect(withStray(options, "all", true)).toEqual(options);
});

test("presets are concrete dates by the dashboard's day", () => {
  const spans = (today: string) => datePresets(today).map(({ from, to }) => `${from}..${to}`);
  expect(spans("2024-02-29")).toEqual([
    "2024-01-31..2024-02-29",
    "2023-12-02..2024-02-29",
    "2024-02-01..2024-02-29",
    "2024-01-01..2024-03-31",
    "2024-01-01..2024-12-31",
  ]);
  expect(spans("2013-12-31")[3]).toBe("2013-10-01..2013-12-31");
  expect(datePresets("")).toEqual([]);
});

test("a whole year, quarter or month has its name; any other span has none", () => {
  expect(spanName("2013-01-01", "2013-12-31")).toBe("2013");
  expect(spanName("2013-04-01", "2013-06-30")).toBe("Q2 2013");
  expect(spanName("2013-03-01", "2013-03-31")).toBe("March 2013");
  expect(spanName("2024-02-01", "2024-02-29")).toBe("February 2024");
  for (const [from, to] of [
    ["2023-02-01", "2023-02-29"],
    ["2013-03-02", "2013-03-31"],
    ["2013-02-01", "2014-01-31"],
    ["2013-01-01", "2014-12-31"],
    ["2013-13-01", "2013-13-31"],
    ["", "2013-12-31"],
    ["", ""],
  ] as const)
    expect(spanName(from, to), `${from}..${to}`).toBeNull();
});
