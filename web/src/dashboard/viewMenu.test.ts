import { expect, test } from "vitest";
import { nextEntry } from "./ViewMenu";

const items = ["Full screen", "Show data", "Show SQL", "Copy link"].map((label) => ({ label }));

test("arrows go round, Home and End to the ends", () => {
  expect(nextEntry("ArrowDown", 3, items)).toBe(0);
  expect(nextEntry("ArrowUp", 0, items)).toBe(3);
  expect(nextEntry("Home", 2, items)).toBe(0);
  expect(nextEntry("End", 0, items)).toBe(3);
});

test("a letter leads to the next entry that begins with it", () => {
  expect(nextEntry("s", 0, items)).toBe(1);
  expect(nextEntry("S", 1, items)).toBe(2);
  expect(nextEntry("s", 2, items)).toBe(1);
  expect(nextEntry("x", 0, items)).toBeNull();
  expect(nextEntry("Enter", 0, items)).toBeNull();
  expect(nextEntry(" ", 0, items)).toBeNull();
});
