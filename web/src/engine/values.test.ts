import { expect, test } from "vitest";
import { chosenBy, compareTyped, type InputValue, type ParameterType, type Typed } from "./values";

const several = (type: ParameterType, items: Typed[]): InputValue => ({
  kind: "multi_select",
  type,
  items,
  everything: false,
});

test("texts are ordered by code point, not by UTF-16", () => {
  const value = several("text", ["😀", "\uffff", "z"]);
  expect(chosenBy(value, "max")).toBe("😀");
  expect(chosenBy(value, "min")).toBe("z");
  expect(compareTyped("😀a", "😀", "text")).toBeGreaterThan(0);
  expect(compareTyped("", "a", "text")).toBeLessThan(0);
});

test("integers and decimals are compared exactly", () => {
  expect(chosenBy(several("integer", ["9007199254740992", "9007199254740993"]), "max")).toBe(
    "9007199254740993",
  );
  expect(chosenBy(several("decimal", ["0.3", "0.30000000000000004", "-0.5"]), "max")).toBe(
    "0.30000000000000004",
  );
  expect(chosenBy(several("decimal", ["-0.5", "-0.25", "-1"]), "min")).toBe("-1");
  expect(compareTyped("-0.05", "-0.5", "decimal")).toBeGreaterThan(0);
  expect(compareTyped("1.50", "1.5", "decimal")).toBe(0);
});

test("the day after is a day of the calendar", () => {
  const until = (day: string) =>
    chosenBy({ kind: "date_range", type: "date", items: [null, day], everything: false }, "until");
  expect(until("2012-02-28")).toBe("2012-02-29");
  expect(until("0099-12-31")).toBe("0100-01-01");
  expect(until("9999-12-31")).toBe("9999-12-31");
});
