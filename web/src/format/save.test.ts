import { expect, test } from "vitest";
import { fileName } from "./save";

test("a file is named by its title, without what systems or readers trip over", () => {
  expect(fileName("Delay by month, UA / AA", "png")).toBe("Delay by month, UA AA.png");
  expect(fileName("../../etc/passwd\0\n", "csv")).toBe("etc passwd.csv");
  expect(fileName("a\u202Egnp.exe", "svg")).toBe("a gnp.exe.svg");
  expect(fileName("  ", "csv")).toBe("view.csv");
  expect(fileName("x".repeat(300), "csv")).toHaveLength(84);
});
