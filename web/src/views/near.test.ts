import { expect, test } from "vitest";
import { nearestPoint } from "./near";

const line = (name: string, ys: number[], step = 100) =>
  ys.map((y, index) => ({ x: index * step, y, datum: { name } }));
const lines = [line("a", [10, 10, 10]), line("b", [100, 20, 100])];
const near = (x: number, y: number) => nearestPoint(lines, x, y);

test("the line that passes nearest wins, not the nearest point", () => {
  expect(near(50, 58)?.datum?.name).toBe("b");
  expect(near(50, 12)?.datum?.name).toBe("a");
});

test("its point nearest along x is told", () => {
  expect(near(40, 10)?.x).toBe(0);
  expect(near(60, 10)?.x).toBe(100);
  expect(near(-10, 10)?.x).toBe(0);
  expect(near(215, 100)).toMatchObject({ x: 200, datum: { name: "b" } });
});

test("nothing in reach is nothing", () => {
  expect(near(0, 400)).toBeNull();
  expect(near(300, 10)).toBeNull();
  expect(nearestPoint([], 0, 0)).toBeNull();
  expect(nearestPoint([[{ x: 0, y: 0, defined: false }]], 0, 0)).toBeNull();
});
